"""The main job, as a user does it: `art train configs/digits.cfg`, twice, then with a change."""

import json
import sys

from tests.conftest import ROOT

DIGITS = ROOT / "configs" / "digits.cfg"


def test_the_whole_recipe_then_nothing_then_a_change(art_command, tmp_path):
    runs = f"--paths.runs={tmp_path / 'runs'}"
    first = art_command("train", DIGITS, runs)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "7 of 7 passed" in first.stdout
    assert "Traceback" not in first.stderr and "Warning" not in first.stderr

    printed = art_command("report", tmp_path / "runs", "--json")
    report = json.loads(printed.stdout)
    assert report["project"] == "digits"
    stages = {record["stage"]: record for record in report["stages"]}
    assert list(stages) == [
        "explore",
        "baseline",
        "loss_at_init",
        "overfit_one_batch",
        "overfit",
        "regularize",
        "evaluate",
    ]
    assert all(record["status"] == "passed" for record in report["stages"])
    assert stages["evaluate"]["scores"]["test/accuracy"] >= 0.97
    assert stages["evaluate"]["environment"]["torch"]

    folder = tmp_path / "runs" / "digits" / "07-evaluate" / stages["evaluate"]["run"]
    for name in ("record.json", "config.cfg", "log.txt", "figures/confusion.png"):
        assert (folder / name).stat().st_size > 0
    curve = tmp_path / "runs" / "digits" / "05-overfit" / stages["overfit"]["run"] / "metrics.csv"
    assert curve.read_text().startswith("step,epoch,name,value\n")

    again = art_command("train", DIGITS, runs)
    assert again.returncode == 0
    assert again.stderr.count("skipped, up to date") == 7

    changed = art_command("train", DIGITS, runs, "--stages.overfit.max_epochs=25", "--dry-run")
    lines = changed.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["skip"] * 4 + ["run"] * 3
    assert "its settings changed" in lines[4]
    assert "'overfit' runs again before it" in lines[5]


def test_deciding_that_nothing_is_to_be_done_imports_no_torch(art_command, small, tmp_path):
    config = small(stages='["explore"]')
    assert art_command("train", config).returncode == 0
    code = (
        "import resource, sys\n"
        "from art.cli.app import run\n"
        "code = run(sys.argv[1:])\n"
        "heavy = {'torch', 'numpy', 'sklearn', 'pytorch_lightning', 'matplotlib', 'rich'}\n"
        "print(sorted(heavy & set(sys.modules)), code, file=sys.stderr)\n"
        "usage = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print('CPU', usage.ru_utime + usage.ru_stime, file=sys.stderr)\n"
    )
    import subprocess

    for arguments in (["train", str(config)], ["report", "runs"], ["debug", "config", str(config)]):
        done = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        lines = done.stderr.splitlines()
        assert lines[-2] == "[] 0", done.stderr
        assert float(lines[-1].split()[1]) < 1.5  # 0.4 on an idle machine; CI is noisy
