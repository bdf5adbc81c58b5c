"""`art debug data` and `art debug model` on real recipes, as a user runs them."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from tests import pages
from tests.cli.terminals import on_terminal
from tests.conftest import ROOT

DIGITS = ROOT / "configs" / "digits.cfg"
CODE = ROOT / "tests" / "user_code" / "probed.py"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

CONFIG = """
[project]
name = "probed"
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "probed.Classes.v1"
[model]
@models = "probed.{model}.v1"
"""

CRASHING = """
import art
from torch import nn


@art.models("crashing.v1")
def crashing():
    print("said by the user's code")
    return nn.Linear(13, 3, nonsense=True)
"""


@pytest.fixture
def probed(tmp_path):
    """Writes a config for a program of `probed.py`."""

    def write(model):
        (tmp_path / "probed.cfg").write_text(CONFIG.format(model=model))
        return "probed.cfg", "--code", CODE

    return write


def test_digits_are_sound_and_nothing_is_left(art_command, tmp_path):
    done = art_command("debug", "data", DIGITS)
    assert (done.returncode, done.stderr) == (0, "examining: explore\n")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("digits  art.Digits.v1  ") and " fault" in lines[0]
    assert "  class  train  val  test" in lines and "  0        124   27    27" in lines
    assert "  size                1257      270      270" in lines
    done = art_command("debug", "model", DIGITS)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^✓ \d+ probes found no fault$", done.stdout, re.MULTILINE)
    assert re.search(r"^  art\.LossDomain\.v1 +2 forward, 2 backward$", done.stdout, re.MULTILINE)
    assert not (tmp_path / "runs").exists()


def test_a_fault_has_its_cause_place_evidence_and_remedy(art_command, probed):
    done = art_command("debug", "model", *probed("Unowned"))
    assert done.returncode == 1
    assert done.stdout.splitlines()[0] == "probed  probed.Unowned.v1  1 fault"
    block = done.stdout.partition("\n\n")[2].partition("\n\n")[0]
    lines = block.splitlines()
    assert lines[0] == "✗ parameters are in no optimizer and will never change"
    assert [line[:12].strip() for line in lines[1:]] == ["Where", "Evidence", "Remedy", "Found by"]
    assert lines[1][12:] == "body.0.weight, body.0.bias"
    assert lines[4][12:] == "art.ParameterLedger.v1 in overfit_one_batch"


def test_json_stands_alone_and_has_everything(art_command, probed):
    done = art_command("debug", "model", *probed("Softmax"), "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert (found["subject"], found["faults"], found["exit_code"]) == ("model", 1, 1)
    (fault,) = found["stages"][0]["findings"]
    assert fault["found_by"] == "art.LossDomain.v1" and fault["severity"] == "block"
    assert fault["cause"] == "a softmax comes before cross_entropy, which applies its own"
    data = json.loads(art_command("debug", "data", *probed("Softmax"), "--json").stdout)
    assert data["stages"][0]["tables"]["balance"]["headings"] == ["class", "train", "val", "test"]


def test_an_override_is_taken_and_a_failed_check_is_a_fault(art_command):
    strict = "--stages.explore.checks.input_scale.severity=block"
    done = art_command("debug", "data", DIGITS, "--data.scale=none", strict)
    assert done.returncode == 1
    assert "\n✗ input_scale: expected < 5\n" in done.stdout


def test_a_crash_names_the_users_line_and_prints_stay_out_of_json(art_command, tmp_path, probed):
    (tmp_path / "crashing.py").write_text(CRASHING)
    words = *probed("Sound"), "--code", "crashing.py", "--model.@models", "crashing.v1"
    words += ("--optimizer.@optimizers", "torch.SGD.v1")
    done = art_command("debug", "model", *words)
    assert (done.returncode, "Traceback" in done.stderr) == (3, False)
    assert "! loss_at_init crashed\n" in done.stdout
    assert "  Error     TypeError: " in done.stdout and "'nonsense'" in done.stdout
    assert "  Where     crashing.py:9\n" in done.stdout
    done = art_command("debug", "model", *words, "--json")
    assert "said by the user's code" in done.stderr
    assert json.loads(done.stdout)["stages"][0]["at"] == "crashing.py:9"


def test_the_users_mistakes_are_said_and_nothing_is_run(art_command, probed):
    for subject in ("data", "model"):
        wrong = art_command("debug", subject, *probed("Sound"), "--model.widht=3")
        assert wrong.returncode == 2 and wrong.stdout == ""
        assert "examining" not in wrong.stderr
        missing = art_command("debug", subject, "nowhere.cfg")
        assert missing.returncode == 2 and "nowhere.cfg" in missing.stderr
    wrong = art_command("debug", "model", *probed("Sound"), "--jsno")
    assert wrong.stderr.startswith("unknown option '--jsno'. Did you mean '--json'?")


@pytest.mark.parametrize("columns", [60, pytest.param(100, marks=pytest.mark.slow)])
def test_a_terminal_is_filled_but_not_overrun(tmp_path, probed, columns):
    shown = on_terminal("debug", "model", *probed("Unowned"), cwd=tmp_path, columns=columns)
    result = shown[shown.index("\x1b[1mprobed\x1b[0m") :]  # below the progress
    assert "\x1b[1;31m✗" in result
    assert max(len(line) for line in ESCAPE.sub("", result).splitlines()) <= columns
    plain = on_terminal(
        "debug", "model", *probed("Unowned"), cwd=tmp_path, columns=columns, NO_COLOR="1"
    )
    assert "\x1b[1;31m" not in plain


def test_tab_knows_the_commands_and_their_options(art_command, probed):
    config, *_ = probed("Sound")
    words = art_command("_complete", "fish", "2", "art", "debug", "").stdout.splitlines()
    assert {word.partition("\t")[0] for word in words} >= {"config", "data", "model"}
    words = art_command("_complete", "fish", "4", "art", "debug", "model", config, "--j")
    assert "--json\tPrint JSON alone." in words.stdout.splitlines()


def test_every_probe_is_listed_with_its_cost_and_a_line(art_command):
    parts = json.loads(art_command("list", "probes", "--json").stdout)
    assert {"art.LossDomain.v1", "art.ParameterLedger.v1"} <= {part["name"] for part in parts}
    for part in parts:
        assert part["doc"].endswith(".") and part["cost"], part["name"]
    shown = art_command("list", "probes").stdout
    assert "    cost: 8 forward, 8 backward\n" in shown


DOCUMENT = (ROOT / "docs" / "probes.md").read_text(encoding="utf-8")
FENCES = pages.fences(DOCUMENT)


@pytest.fixture
def documented(tmp_path, art_command):
    """Writes the files of docs/probes.md, and runs a command of it."""
    for kind, body in FENCES:
        if kind == "python":
            (tmp_path / body.split("\n", 1)[0].removeprefix("# ")).write_text(body)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (tmp_path / "first.cfg").write_text(readme.partition("```ini\n")[2].partition("```")[0])

    def run(number):
        commands = [body.strip() for kind, body in FENCES if kind == "sh"]
        return art_command(*shlex.split(commands[number])[1:])

    return run


def test_a_finding_looks_as_the_document_shows(documented):
    done = documented(1)
    (screen,) = [body for kind, body in FENCES if kind == "text"]
    shown, said = (_joined(text) for text in (screen, done.stdout))
    assert done.returncode == 1
    for number in (0, 1, 2, 4, 5):  # but the evidence: its numbers are the machine's
        assert shown[number] == said[number]


def test_the_documents_own_probe_runs(documented):
    done = documented(2)
    assert (done.returncode, "  my.OutputsAreFinite.v1  " in done.stdout) == (0, True), done.stdout


def _joined(text):
    """Lines with those that were wrapped made whole."""
    return re.sub(r"\n {12}", " ", text).splitlines()
