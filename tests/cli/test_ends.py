"""However a command is started and whatever ends it: an exit code by the contract, no traceback."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.cli.interrupting import imports_of, pressed
from tests.cli.terminals import on_terminal
from tests.conftest import ROOT

ART = f"{sys.executable} -m art"
CONFIG = ROOT / "configs" / "digits.cfg"
EXPLORE = """
[project]
name = "d"
stages = ["explore"]
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
[model]
@models = "art.CNN.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
"""
LEAVING = """
[project]
name = "leaving"
stages = ["overfit"]
[data]
@data = "leaving.Rows.v1"
[model]
@models = "leaving.Net.v1"
[training]
max_epochs = 1
[loggers.own]
@loggers = "leaving.Log.v1"
[stages.overfit.checks.there]
@checks = "art.Exists.v1"
score = "train/loss"
"""


def shell(line, folder, **environment):
    """Runs a line as a user types it; exit code, stdout and stderr."""
    done = subprocess.run(
        ["bash", "-c", re.sub(r"(?<!\w)art ", f"{ART} ", line)],
        cwd=folder, capture_output=True, timeout=300, stdin=subprocess.DEVNULL,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XDG_CONFIG_HOME": str(folder / "xdg"),
            **environment,
        },
    )  # fmt: skip
    said = done.stderr.decode()
    assert "Traceback" not in said and "Exception ignored" not in said
    return done.returncode, done.stdout.decode(errors="surrogateescape"), said


def slow(*values):
    """The same values, for `make test-slow`."""
    return [pytest.param(value, marks=pytest.mark.slow) for value in values]


FULL = "stdout: cannot be written: No space left on device. A part of the result is missing.\n"


@pytest.mark.parametrize(
    "words",
    ["debug config d.cfg", *slow("--help", "list checks", "init config -", "config json d.cfg")],
)
def test_a_stream_that_is_closed_or_full(tmp_path, words):
    (tmp_path / "d.cfg").write_text(EXPLORE)
    code, result, said = shell(f"art {words}", tmp_path)
    assert (code, said) == (0, "") and result
    for closed in ("<&-", "2>&-", "2>/dev/full", "<&- 2>&-"):
        assert shell(f"art {words} {closed}", tmp_path) == (0, result, "")
    for closed in (">&-", ">&- 2>&-", "<&- >&- 2>&-"):
        assert shell(f"art {words} {closed}", tmp_path) == (0, "", "")
    assert shell(f"art {words} >/dev/full", tmp_path) == (2, "", FULL)
    assert shell(f"art {words} >/dev/full 2>&1", tmp_path)[0] == 2
    assert shell(f"art {words} | true", tmp_path)[2] == ""


def test_a_mistake_is_a_mistake_where_nobody_can_be_told(tmp_path):
    for streams in ("2>&-", "2>/dev/full", "<&- >&- 2>&-", ">/dev/full 2>/dev/full"):
        assert shell(f"art nonsense {streams}", tmp_path)[0] == 2
    assert shell("art train - <&-", tmp_path) == (2, "", "<stdin>: it is closed.\n")


@pytest.mark.slow
def test_a_run_does_not_depend_on_who_reads_about_it(tmp_path):
    (tmp_path / "d.cfg").write_text(EXPLORE)
    for streams, code in (("<&- >&- 2>&-", 0), (">/dev/full 2>/dev/full", 2), ("2>&1 | true", 0)):
        line = f"set -o pipefail; art train d.cfg --force {streams}"
        assert shell(line, tmp_path)[0] == code
        record = json.loads(shell("art report --json", tmp_path)[1])["stages"][0]
        assert record["status"] == "passed"
    runs = sorted((tmp_path / "runs" / "d" / "01-explore").glob("0*"))
    assert len(runs) == 3
    for run in runs:  # with a stream's number free, a file would take it and get what is printed
        json.loads((run / "record.json").read_text())


@pytest.mark.slow
def test_a_folder_that_was_removed(tmp_path):
    (tmp_path / "d.cfg").write_text(EXPLORE)
    gone = "The folder that this command was started in has been removed: change to another one.\n"
    config = tmp_path / "d.cfg"
    for words in ("report", "init project p", "init config a.cfg", "debug config a.cfg",
                  f"train {config}", f"train {config} --paths.runs={tmp_path}/runs"):  # fmt: skip
        code, result, said = shell(f"mkdir g; cd g; rmdir ../g; art {words}", tmp_path)
        assert (code, result) == (2, "") and said.endswith(gone)
    for words in ("--help", "init config -", f"debug config {config}"):
        assert shell(f"mkdir g; cd g; rmdir ../g; art {words}", tmp_path)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        "train {}.cfg", "train d.cfg --paths.runs={}", "report {}", "init config {}.cfg",
        *slow("train d.cfg --code {}.py", "train d.cfg --system {}.cfg", "train d.cfg --locked {}",
              "report /tmp/{}/x", "debug config {}", "init system {}.cfg", "init project {}",
              "init project p --template {}", "get digits {}.cfg --yes",
              "fill-config d.cfg {}.cfg", "update {}", "apply {} d.cfg", "quickstart --save {}",
              "add logger art.CSV.v1 {}.cfg"),
    ],
)  # fmt: skip
def test_a_name_that_is_too_long(tmp_path, words):
    (tmp_path / "d.cfg").write_text(EXPLORE)
    name = "x" * 300
    code, result, said = shell(f"art {words.format(name)}", tmp_path)
    assert (code, result) == (2, "")
    assert "too long" in said and said.count("\n") == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["d.cfg"]


def test_a_name_that_is_no_utf_8(tmp_path):
    (tmp_path / "d.cfg").write_text(EXPLORE)
    (tmp_path / "d.cfg").rename(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.cfg"))
    code, result, _ = shell("art train $'b\\xff.cfg'", tmp_path)
    assert code == 0 and "1 of 1 passed" in result
    code, result, said = shell("art fill-config $'b\\xff.cfg' --diff", tmp_path)
    assert (code, said) == (0, "") and result.startswith("--- b\udcff.cfg\n")
    added = shell("art add logger art.CSV.v1 $'b\\xff.cfg'", tmp_path)
    assert added[0] == 0 and "b\\udcff.cfg" in added[2]
    for words, why in (
        ("train $'n\\xff'", "n\\udcff: no such config"),
        ("report $'n\\xff'", "n\\udcff: no such runs folder"),
        ("$'n\\xff'", "no such command 'n\\udcff'"),
        ("list $'n\\xff'", "unknown registry '@n\\udcff'"),
        ("init config $'n\\xff.cfg'", "n\\udcff.cfg: the name is not UTF-8"),
        ("train $'b\\xff.cfg' --project.name=$'\\xff'", "a character that no setting has"),
    ):
        code, result, said = shell(f"art {words}", tmp_path)
        assert (code, result) == (2, "") and why in said


@pytest.mark.slow
def test_ctrl_c_while_arts_own_modules_are_imported(tmp_path):
    total = imports_of(tmp_path, "debug", "config", CONFIG)
    assert total > 300
    for number in range(0, total, 9):
        done = pressed(tmp_path, str(number), "debug", "config", CONFIG)
        assert (done.returncode, done.stderr) == (130, "interrupted\n"), number


@pytest.mark.slow
@pytest.mark.parametrize("words", [("--help",), ("report",), ("init", "config", "-")])
def test_ctrl_c_at_every_import(tmp_path, words):
    for number in range(imports_of(tmp_path, *words)):
        done = pressed(tmp_path, str(number), *words)
        assert (done.returncode, done.stderr) == (130, "interrupted\n"), number


@pytest.mark.parametrize("module", ["numpy", *slow("torch", "torch.nn", "torch.utils.data")])
def test_ctrl_c_while_a_stage_imports(tmp_path, module):
    """torch takes what comes while it imports numpy for numpy's absence, and goes on."""
    config = tmp_path / "d.cfg"
    config.write_text(EXPLORE.replace('"explore"', '"explore", "loss_at_init"'))
    done = pressed(tmp_path, module, "train", config)
    assert done.returncode == 130 and "interrupted" in done.stderr
    assert "Traceback" not in done.stderr
    assert "loss_at_init: passed" not in done.stderr


def test_ctrl_c_while_a_code_file_imports_is_no_mistake_in_it(tmp_path):
    (tmp_path / "d.cfg").write_text(EXPLORE)
    (tmp_path / "own.py").write_text(
        "try:\n    import colorsys\nexcept BaseException as error:\n"
        "    raise ImportError('it is missing') from error\n"
    )
    words = ("train", "d.cfg", "--code", "own.py")
    done = pressed(tmp_path, "colorsys", *words)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
    (tmp_path / "own.py").write_text("try:\n    import colorsys\nexcept BaseException:\n    pass\n")
    done = pressed(tmp_path, "colorsys", *words)
    assert done.returncode == 130 and "passed" not in done.stderr


LEFT = {
    "import": (2, "leaving.py:19: the code file fails to load: {}"),
    "tracker": (2, "[loggers.own] cannot start: {}"),
    "model": (3, "overfit: crashed after"),
    "step": (3, "The program raises it to end the process"),
    "item": (3, "overfit: crashed after"),
}


@pytest.mark.parametrize("how", ["exit", *slow("stop")])
@pytest.mark.parametrize("place", ["import", "step", *slow("tracker", "model", "item")])
def test_a_program_that_ends_the_process_has_not_trained(tmp_path, place, how):
    (tmp_path / "x.cfg").write_text(LEAVING)
    program = ROOT / "tests" / "cli" / "leaving.py"
    if (place, how) == ("tracker", "stop"):
        expected = (3, "leaving.py:19: Stop: enough. Code that this command calls must not end")
    else:
        expected = LEFT[place]
    line = f"art train x.cfg --code {program}"
    code, _, said = shell(line, tmp_path, LEAVE=f"{place}:{how}")
    kind = "SystemExit: 0" if how == "exit" else "Stop: enough"
    assert code == expected[0] and expected[1].format(kind) in said and kind in said


def test_a_logger_that_ends_the_process_is_told_nothing_more(tmp_path):
    (tmp_path / "x.cfg").write_text(LEAVING)
    line = f"art train x.cfg --code {ROOT / 'tests' / 'cli' / 'leaving.py'}"
    code, _, said = shell(line, tmp_path, LEAVE="log:exit")
    assert code == 0 and "[loggers.own] failed in log" in said


def test_a_dumb_terminal_gets_no_colours_and_no_bars(tmp_path):
    config = tmp_path / "d.cfg"
    config.write_text(EXPLORE)
    for words in (("train", config), ("report",), ("fill-config", config, "--diff"), ("--help",),
                  ("debug", "data", config), ("list", "checks")):  # fmt: skip
        assert "\x1b" not in on_terminal(*words, cwd=tmp_path, TERM="dumb")
