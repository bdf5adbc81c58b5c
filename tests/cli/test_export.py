"""`art export` after a real run."""

from __future__ import annotations

import json

from safetensors.torch import load_file

import art
from art.core.record import Record
from art.store.record_file import encode


def test_the_weights_of_a_run_become_safetensors(small, tmp_path, art_command):
    art.train(small(stages='["overfit"]'))
    stage = tmp_path / "runs" / "small" / "01-overfit"
    (run,) = (path for path in stage.iterdir() if path.is_dir())
    out = tmp_path / "weights.safetensors"
    done = art_command("export", stage, out)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"wrote {out}\n")
    whole = out.read_bytes()
    weights = load_file(out)
    assert weights and all(value.numel() for value in weights.values())
    out.unlink()
    assert art_command("export", run, out).returncode == 0 and out.read_bytes() == whole
    checkpoint = run / json.loads((run / "record.json").read_text())["artifacts"]["checkpoint"]
    checkpoint.write_bytes(checkpoint.read_bytes()[:-1])
    out.unlink()
    done = art_command("export", checkpoint, out)
    assert done.returncode == 2 and "changed or damaged" in done.stderr and not out.exists()


def test_what_cannot_be_exported_is_one_line(tmp_path, art_command):
    for run, words in ((tmp_path / "none", "no such run"), (tmp_path, "no checkpoint here")):
        done = art_command("export", run, tmp_path / "a.safetensors")
        assert done.returncode == 2 and words in done.stderr and done.stderr.count("\n") == 1


def test_a_forged_record_leads_nowhere(tmp_path, art_command):
    record = Record("p", "s", 1, "0001", None, "passed", "now", artifacts={"checkpoint": "../x"})
    (tmp_path / "record.json").write_bytes(encode(record))
    done = art_command("export", tmp_path, tmp_path / "a.safetensors")
    assert done.returncode == 2 and "leads out of the run folder" in done.stderr
