"""The commands as a user types them, in a process of their own."""

import json

import pytest

from tests.conftest import ROOT

CODE = ROOT / "tests" / "user_code" / "five_tasks.py"

# task, data, model, epochs, the deciding score and what it must reach on the test split
TASKS = [
    ("image-classification", "user.Lights.v1", "user.Eyes.v1", 8, "accuracy", 0.95),
    ("tabular-classification", "user.Rows.v1", "user.Columns.v1", 40, "accuracy", 0.8),
    ("tabular-regression", "user.Amounts.v1", "user.Columns.v1", 40, "r2", 0.9),
    ("text-classification", "user.Tokens.v1", "user.Words.v1", 40, "accuracy", 0.95),
    ("segmentation", "user.Masks.v1", "user.Pixels.v1", 30, "accuracy", 0.95),
]


QUICK = ("tabular-classification",)
"""Tasks that the fast target takes through the whole recipe; the others are in the slow one."""


def said(done):
    return done.stdout + done.stderr


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("task", "data", "model", "epochs", "metric", "least"),
    [pytest.param(*task, marks=() if task[0] in QUICK else pytest.mark.slow) for task in TASKS],
    ids=[task[0] for task in TASKS],
)
def test_a_config_from_choices_is_sound_and_trains_through_all_seven_stages(
    art_command, tmp_path, task, data, model, epochs, metric, least
):
    code = ("--code", CODE)
    made = art_command(
        "init", "config", "-", "--task", task, "--data", data, "--model", model, *code
    )
    assert (made.returncode, made.stderr) == (0, "")
    config = tmp_path / "own.cfg"
    config.write_text(made.stdout)
    assert f'@data = "{data}"' in made.stdout and "[optimizer]" in made.stdout

    debugged = art_command("debug", "config", config, *code)
    assert debugged.returncode == 0, said(debugged)
    assert debugged.stdout.startswith(f"{config}: no mistakes")

    trained = art_command("train", config, *code, f"--training.max_epochs={epochs}")
    assert trained.returncode == 0, said(trained)
    assert "7 of 7 passed" in trained.stdout
    assert "Traceback" not in said(trained) and "Warning" not in said(trained)

    report = json.loads(art_command("report", "--json").stdout)
    scores = {record["stage"]: record["scores"] for record in report["stages"]}
    assert scores["evaluate"][f"test/{metric}"] >= least
    assert scores["baseline"][f"val/{metric}"] < scores["evaluate"][f"test/{metric}"] + 0.1


def test_init_config_of_a_module_with_its_own_optimizer_has_no_optimizer_section(art_command):
    def sections(model):
        made = art_command(
            "init", "config", "-", "--task", "tabular-classification",
            "--data", "user.Rows.v1", "--model", model, "--code", CODE,
        )  # fmt: skip
        assert made.returncode == 0, said(made)
        return {line for line in made.stdout.splitlines() if line.startswith("[")}

    assert "[optimizer]" not in sections("user.Whole.v1")
    assert "[optimizer]" in sections("user.Columns.v1")


def test_list_names_every_part_with_its_settings(art_command, tmp_path):
    done = art_command("list")
    assert (done.returncode, done.stderr) == (0, "")
    for line in ("@stages", "@tasks", "@checks", "    1,797 handwritten digits"):
        assert line in done.stdout
    stages = art_command("list", "stages").stdout
    assert stages.startswith("@stages  a step of the recipe\n\n  art.Baseline.v1  art/registry/")
    assert "@tasks" not in stages and "\n      max_steps: int >= 1 = 1000  " in stages
    own = art_command("list", "models", "--code", CODE).stdout
    assert "user.Columns.v1" in own and "      width: int = 64" in own
    assert "data_info" not in own  # given by ART, no setting
    wrong = art_command("list", "stage")
    assert wrong.returncode == 2 and "Did you mean 'stages'?" in wrong.stderr


def test_init_config_writes_a_file_and_says_what_comes_next(art_command, tmp_path):
    done = art_command("init", "config", "mine.cfg", "--task", "tabular-classification")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "wrote mine.cfg. Next: art train mine.cfg\n"
    assert art_command("debug", "config", "mine.cfg").returncode == 0


def test_fill_config_keeps_comments_and_is_done_after_once(art_command, small, tmp_path):
    base = small("# my own remark", stages='["explore", "overfit"]')
    before = base.read_text()
    printed = art_command("fill-config", base)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert "# my own remark" in printed.stdout
    assert "[stages.overfit.checks.reached]" in printed.stdout and "dropout = 0.0" in printed.stdout

    shown = art_command("fill-config", base, "--diff")
    added = [line for line in shown.stdout.splitlines() if line.startswith("+")]
    removed = [line for line in shown.stdout.splitlines() if line.startswith("-")]
    assert "+dropout = 0.0" in added and len(removed) == 1  # the heading of the diff

    written = art_command("fill-config", base, "full.cfg")
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "wrote full.cfg\n")
    assert base.read_text() == before
    assert (tmp_path / "full.cfg").read_text() == printed.stdout
    assert art_command("fill-config", "full.cfg").stdout == printed.stdout
    assert art_command("fill-config", "full.cfg", "--diff").stdout == ""


def test_dry_run_writes_nothing_and_report_reads_what_a_run_left(art_command, small, tmp_path):
    config = small(stages='["explore", "baseline"]')
    before = files_in(tmp_path)
    dry = art_command("train", config, "--dry-run")
    assert dry.returncode == 0, said(dry)
    assert dry.stdout.splitlines()[0] == "run   1 explore: no record yet"
    assert files_in(tmp_path) == before and not (tmp_path / "runs").exists()

    assert art_command("train", config).returncode == 0
    kept = files_in(tmp_path / "runs")
    shown = art_command("report")
    assert shown.returncode == 0 and shown.stderr == ""
    assert "2 of 2 passed" in shown.stdout and "\x1b" not in shown.stdout
    printed = art_command("report", "runs", "--json")
    report = json.loads(printed.stdout)
    assert printed.stderr == ""
    assert [record["stage"] for record in report["stages"]] == ["explore", "baseline"]
    assert report["stages"][1]["scores"]["val/accuracy"] > 0.9
    assert files_in(tmp_path / "runs") == kept
    again = art_command("train", config, "--dry-run")
    assert [line.split()[0] for line in again.stdout.splitlines()] == ["skip", "skip"]
