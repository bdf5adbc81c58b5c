"""`art add` and `art remove` as a user types them."""

import shlex
import shutil

import pytest

from tests.conftest import ROOT

DIGITS = (ROOT / "configs" / "digits.cfg").read_bytes()
CHECK = ("add", "check", "art.LessThan.v1")
GIVEN = ("--stage", "overfit", "--check.score=train/loss", "--check.value", "0.1")
CODE = """
import art


@art.stages("mine.Count.v1")
class Count(art.Stage):
    \"\"\"Count the batches of the training split.\"\"\"

    def __init__(self, most: int = 5):
        self.most = most

    def run(self, context):
        return {"train/batches": 1.0}
"""


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "digits.cfg"
    path.write_bytes(DIGITS)
    return path


def test_what_is_added_is_shown_and_undone_as_it_says(art_command, config):
    done = art_command(*CHECK, *GIVEN)  # the folder's only config
    assert done.returncode == 0, done.stderr
    assert "+[stages.overfit.checks.less_than]\n" in done.stdout
    assert not [line for line in done.stdout.splitlines() if line[:1] == "-" and line[:3] != "---"]
    assert DIGITS in config.read_bytes()
    wrote, _, undo = done.stderr.strip().partition(" To undo it: art ")
    assert wrote == "wrote digits.cfg."
    done = art_command(*shlex.split(undo))
    assert done.returncode == 0, done.stderr
    assert "-[stages.overfit.checks.less_than]\n" in done.stdout
    assert config.read_bytes() == DIGITS


def test_a_stage_of_ones_own_is_added_and_runs(art_command, config, tmp_path):
    (tmp_path / "mine.py").write_text(CODE)
    done = art_command(
        "add", "stage", "mine.Count.v1", "--after", "explore", "--stage.most=3", "--code", "mine.py"
    )
    assert done.returncode == 0, done.stderr
    assert "# Count the batches of the training split.\n+[stages.count]" in done.stdout
    planned = art_command("train", "digits.cfg", "--code", "mine.py", "--dry-run").stdout
    assert [line.split()[2] for line in planned.splitlines()][:3] == [
        "explore:", "count:", "baseline:"
    ]  # fmt: skip
    undo = done.stderr.strip().partition("To undo it: art ")[2]
    assert art_command(*shlex.split(undo)).returncode == 0
    assert config.read_bytes() == DIGITS


def test_a_dry_run_writes_nothing_and_a_mistake_neither(art_command, config):
    done = art_command(*CHECK, "--dry-run", *GIVEN)
    assert done.returncode == 0 and "+[stages.overfit.checks.less_than]" in done.stdout
    done = art_command(*CHECK, "--stage", "overfit")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--check.score=...  str\n  --check.value=...  float or str" in done.stderr
    done = art_command("remove", "stage", "evalate")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean 'evaluate'?" in done.stderr
    assert config.read_bytes() == DIGITS


def test_another_model_takes_the_place_of_one(art_command, config):
    done = art_command("remove", "model")
    assert "It has no model now: art add model NAME digits.cfg" in done.stderr
    done = art_command("add", "model", "art.MLP.v1", "--model.dropout=0.1")
    assert done.returncode == 0, done.stderr
    assert b'@models = "art.MLP.v1"' in config.read_bytes()
    assert art_command("train", "digits.cfg", "--dry-run").returncode == 0
    undo = done.stderr.strip().partition("To undo it: art ")[2]
    assert art_command(*shlex.split(undo)).returncode == 0


def test_which_config_is_meant_is_asked_where_there_are_several(art_command, config, tmp_path):
    shutil.copy(config, tmp_path / "other.cfg")
    done = art_command(*CHECK, *GIVEN)
    assert done.returncode == 2
    assert "several configs here: digits.cfg, other.cfg" in done.stderr
    (tmp_path / "system.cfg").write_text("")
    (tmp_path / "other.cfg").unlink()
    assert art_command(*CHECK, *GIVEN).returncode == 0
    assert "is a system config" in art_command("add", "logger", "art.CSV.v1", "system.cfg").stderr
    assert "which stage? Name it" in art_command("remove", "stage").stderr
    config.unlink()
    assert "no config here" in art_command(*CHECK, *GIVEN).stderr
