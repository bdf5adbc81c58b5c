"""What a second attack got through with: each a door of its own, shut for its kind."""

from __future__ import annotations

import json
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import art
from art.api.populating import populate
from art.core.missing import looked_in
from art.core.parsing import parsing
from art.core.secrets.hiding import Secrets
from art.errors import DataError, PathError
from art.registry.readers._pictures import read_picture
from art.reporting.spans import Span, paint
from tests.user_code.loops import Own, network, rows


def test_a_picture_starts_no_other_program(tmp_path, monkeypatch):
    marker = tmp_path / "started"
    for name in ("gs", "gswin32c", "gswin64c"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\ntouch {marker}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    picture = tmp_path / "drawn.png"
    picture.write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\n%%EndComments\nshowpage\n")
    with pytest.raises(DataError, match="not a picture that can be read"):
        read_picture(picture, (1, 8, 8))
    assert not marker.exists()


def test_what_a_record_of_others_says_reaches_no_terminal_raw(small, tmp_path, art_command):
    assert art_command("train", small(stages='["explore"]')).returncode == 0
    (record,) = (tmp_path / "runs").rglob("record.json")
    content = json.loads(record.read_text())
    content["run"], content["started"] = "\x1b]0;", "\x1b[2J\x1b[8m"
    record.write_text(json.dumps(content))
    shown = art_command("report", tmp_path / "runs" / "small", "--all")
    assert "\x1b" not in shown.stdout + shown.stderr
    assert paint([[Span("a\x1b[2J\ud800")]], colour=False) == "a\\x1b[2J\\ud800"


def test_a_device_that_is_not_there_is_one_line(small, tmp_path, art_command):
    config = small(stages='["overfit"]', more="[stages.overfit]\nchecks = {}\n")
    assert art_command("train", config, "--training.max_epochs=1").returncode == 0
    for device in ("nosuch", "cuda:99", "", "meta"):
        done = art_command("predict", tmp_path / "runs" / "small", "test", "--device", device)
        assert done.returncode == 2, done.stderr
        assert "Traceback" not in done.stderr and f"device '{device}'" in done.stderr


@pytest.mark.parametrize("method", [97, 99])
def test_an_archive_of_an_unknown_kind_is_one_line(tmp_path, method):
    path = tmp_path / "odd.npz"
    np.savez(path, inputs=np.zeros((4, 2)), targets=np.zeros(4, dtype=int))
    content = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = -1
        while (at := content.find(mark, at + 1)) >= 0:
            content[at + place : at + place + 2] = method.to_bytes(2, "little")
    path.write_bytes(content)
    populate()
    data = art.data.get("art.Arrays.v1")(str(path))
    with pytest.raises(DataError, match=r"not an \.npz file of plain arrays"):
        data.setup()


@pytest.mark.parametrize(
    ("raised", "kind", "said"),
    [
        (NotImplementedError("that method"), DataError, "that method"),
        (zipfile.BadZipFile("cut\nof"), DataError, "cut"),
        (MemoryError(), DataError, "more memory than there is"),
        (OSError("image file is truncated"), DataError, "truncated"),
        (PermissionError(13, "Permission denied"), PathError, "Permission denied"),
        (KeyError(), DataError, "KeyError"),
    ],
)
def test_whatever_a_parser_raises_is_one_line(tmp_path, raised, kind, said):
    with pytest.raises(kind, match=said) as error, parsing(tmp_path / "x", "a picture"):
        raise raised
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("spelt", ["a%2Fb/c d%26e", "a%252Fb/c%20d%2526e", "a%252Fb%2Fc+d%2526e"])
def test_a_secret_is_hidden_however_an_address_spells_it(spelt):
    hidden = Secrets(["a%2Fb/c d%26e"], {}).hidden(f"https://h/?q={spelt}&x=1")
    assert spelt not in hidden and "***" in hidden


def test_a_class_cannot_end_the_code_that_a_readme_shows_it_in():
    from art.prediction.exporting.readme import _some

    assert _some(("cat`\n```sh\nrm -rf ~\n```", "dog")) == "`cat'\\n'''sh\\nrm -rf ~\\n'''`, `dog`"


def test_data_without_samples_are_named():
    with pytest.raises(DataError, match="the train data are empty"):
        art.check(Own(), DataLoader(TensorDataset(*rows())).dataset[:0])


class Taken(nn.Parameter):
    """Another thread takes its gradient away right after it was looked at."""

    reads = 0

    @property
    def grad(self):
        self.reads += 1
        return torch.ones(3) if self.reads == 1 else None


def test_a_gradient_that_another_thread_takes_away_ends_no_step():
    from art.training.watching.loop_listener import LoopListener

    listener = LoopListener(network(), [])
    listener._arrived = True
    parameter = Taken(torch.zeros(3))
    optimizer = SimpleNamespace(param_groups=[{"params": [parameter], "lr": 0.1}])
    listener._stepped(0)(optimizer, (), {})
    assert parameter.reads == 1
    assert (listener.facts.steps, listener.facts.looked_at, listener.facts.empty) == (1, 1, 0)


@pytest.mark.parametrize("earlier", ["x", ["a"], {"01-explore": 5}, {"01-explore": {"a": 1}}])
def test_a_record_of_others_says_anything_of_earlier_stages(small, tmp_path, art_command, earlier):
    stages = '["explore", "baseline"]'
    assert art_command("train", small(stages=stages)).returncode == 0
    record = next((tmp_path / "runs" / "small" / "02-baseline").rglob("record.json"))
    content = json.loads(record.read_text())
    content["inputs"]["earlier"] = earlier
    record.write_text(json.dumps(content))
    shown = art_command("report", tmp_path / "runs" / "small")
    assert shown.returncode == 0 and "Traceback" not in shown.stderr
    assert "of 2 passed" in shown.stdout


def test_a_file_is_looked_for_though_the_working_folder_was_removed(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    assert str(gone) in looked_in("table.csv")
    gone.rmdir()
    assert looked_in("table.csv") == ""
    assert looked_in(tmp_path / "table.csv") == ""
