"""What happens at a closed gate, after a crash, after Ctrl-C, and with several models."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

import art


def statuses(done):
    return {(s.stage, s.model): s.status for s in done.report.stages}


RAW = """
[project]
name = "raw"
[paths]
runs = "{runs}"
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Arrays.v1"
file = "{file}"
[model]
@models = "art.CNN.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
"""


def test_raw_pixels_close_the_gate_at_explore(art_command, tmp_path):
    import numpy as np
    from sklearn.datasets import load_digits

    digits = load_digits()
    pixels = (digits.images[:, None] * 255 / 16).astype("uint8").astype("float32")
    np.savez(tmp_path / "raw.npz", inputs=pixels, targets=digits.target)
    config = tmp_path / "raw.cfg"
    config.write_text(RAW.format(runs=tmp_path / "runs", file=tmp_path / "raw.npz"))
    done = art_command("train", config)
    assert done.returncode == 1
    assert "1 of 7" in done.stdout or "0 of 7" in done.stdout
    for words in ("input_scale", "< 5", "raw 0-255", "train/input_scale", f"art train {config}"):
        assert words in done.stdout, done.stdout
    assert "baseline: skipped, behind the closed gate of 'explore'" in done.stderr
    assert "Traceback" not in done.stderr
    report = json.loads(art_command("report", tmp_path / "runs", "--json").stdout)
    (record,) = report["stages"]
    assert record["status"] == "failed"
    failed = [check for check in record["checks"] if not check["passed"]]
    assert [check["name"] for check in failed] == ["input_scale"]
    assert failed[0]["value"] > 50 and "255" in failed[0]["hint"]


BOMB = """
import os
import art

@art.stages("test.Bomb.v1")
class Bomb(art.Stage):
    def run(self, context):
        if os.environ.get("BOMB"):
            raise RuntimeError("boom")
        return {"bomb/defused": 1.0}

@art.stages("test.Sleep.v1")
class Sleep(art.Stage):
    def run(self, context):
        import time
        open("asleep", "w").close()
        for _ in range(600):
            time.sleep(0.1)
"""


def test_a_crash_leaves_a_record_and_the_next_run_goes_on(art_command, small, tmp_path):
    (tmp_path / "bomb.py").write_text(BOMB)
    config = small('[stages.bomb]\n@stages = "test.Bomb.v1"', stages='["explore", "bomb"]')
    crashed = art_command("train", config, "--code", "bomb.py", BOMB="1")
    assert crashed.returncode == 3
    assert "RuntimeError: boom" in crashed.stdout
    assert "Traceback" not in crashed.stdout + crashed.stderr
    (folder,) = (tmp_path / "runs" / "small" / "02-bomb").glob("0001-*")
    assert "Traceback" in (folder / "log.txt").read_text()
    assert json.loads((folder / "record.json").read_text())["status"] == "crashed"

    mended = art_command("train", config, "--code", "bomb.py")
    assert mended.returncode == 0, mended.stderr
    assert "explore: skipped, up to date" in mended.stderr
    assert "bomb: runs, because its last run crashed" in mended.stderr


@pytest.mark.parametrize("training", [False, True], ids=["own code", "inside Lightning"])
def test_ctrl_c_leaves_a_record_and_the_next_run_goes_on(art_command, small, tmp_path, training):
    (tmp_path / "bomb.py").write_text(BOMB)
    if training:
        config = small("[stages.overfit]\nmax_epochs = 100000", stages='["overfit"]')
        stage, sign = "overfit", tmp_path / "runs" / "small" / "01-overfit"
    else:
        config = small('[stages.sleep]\n@stages = "test.Sleep.v1"', stages='["sleep"]')
        stage, sign = "sleep", tmp_path / "asleep"
    process = subprocess.Popen(
        [sys.executable, "-m", "art", "train", str(config), "--code", "bomb.py"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "xdg")},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # `make test &` ignores it
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if training and any(f.stat().st_size > 1000 for f in sign.glob("*/metrics.csv")):
            break
        if not training and sign.exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "Traceback" not in out + err
    (record,) = (tmp_path / "runs" / "small" / f"01-{stage}").glob("*/record.json")
    assert json.loads(record.read_text())["status"] == "interrupted"
    plan = art_command("train", config, "--code", "bomb.py", "--dry-run")
    assert f"run   1 {stage}: its last run was interrupted" in plan.stdout


MODELS = """
[models.good]
@models = "art.MLP.v1"
hidden = [32]
[models.poor]
@models = "art.MLP.v1"
hidden = [1]
[models.line]
@models = "art.Linear.v1"
[stages.overfit_one_batch]
max_steps = 150
[stages.overfit_one_batch.checks.loss]
@checks = "art.LessThan.v1"
score = "train/loss"
value = 0.02
"""


def test_several_models_and_one_closed_gate(small, tmp_path):
    config = small()
    text = config.read_text().replace('[model]\n@models = "art.MLP.v1"\nhidden = [32]\n', "")
    config.write_text(text + MODELS)
    done = art.train(config)
    found = statuses(done)
    assert done.exit_code == 1
    assert found["explore", None] == "passed"
    assert found["evaluate", "good"] == "passed"
    assert found["overfit_one_batch", "poor"] == "failed"
    assert found["overfit", "poor"] == "missing"
    assert len([key for key in found if key[0] == "baseline"]) == 1
    for model in ("good", "poor", "line"):
        assert found["loss_at_init", model] == "passed"

    from art.reporting import render_report

    text = render_report(done.report, width=100)
    header = next(line for line in text.splitlines() if "good" in line)
    assert "poor" in header and "line" in header


def test_stage_from_and_force(small):
    config = small(stages='["explore", "baseline", "loss_at_init"]')
    with pytest.raises(art.UserError, match=r"'baseline' comes after 'explore', whose gate"):
        art.train(config, stages=["baseline"])
    with pytest.raises(art.UserError, match=r"Did you mean 'baseline'"):
        art.train(config, stages=["basline"])
    assert [r.stage for r in art.train(config, stages=["explore"]).result.records] == ["explore"]
    ran = art.train(config, start="baseline").result.records
    assert [record.stage for record in ran] == ["baseline", "loss_at_init"]
    forced = art.train(config, stages=["baseline"], force=True)
    assert [record.stage for record in forced.result.records] == ["baseline"]
    # what it left is what it had left before, so nothing after it is stale
    assert art.train(config).result.records == []


def test_the_same_config_gives_the_same_scores_bit_for_bit(small, tmp_path):
    first = art.train(small())
    second = art.train(small(name="again.cfg"), overrides={"paths.runs": str(tmp_path / "other")})
    assert first.ok and second.ok
    for one, other in zip(first.report.stages, second.report.stages, strict=True):
        assert {k: repr(v) for k, v in one.scores.items()} == {
            k: repr(v) for k, v in other.scores.items()
        }


SLOW = """
import torch
from torch import nn

import art


@art.models("slow.Words.v1")
class Words(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(50, 8)
        self.layer = nn.Linear(8, 2)

    def forward(self, ids):
        return self.layer(self.embedding(ids).mean(1))
"""


def test_a_slow_but_sound_model_is_given_the_steps_to_learn_a_batch(tmp_path):
    import numpy as np

    random = np.random.default_rng(0)
    ids = random.integers(0, 50, (200, 12))
    targets = (ids < 25).mean(1) > 0.5
    np.savez(tmp_path / "words.npz", inputs=ids, targets=targets.astype(int))
    (tmp_path / "slow.py").write_text(SLOW)
    config = tmp_path / "words.cfg"
    config.write_text(
        f"""
[project]
name = "words"
stages = ["overfit_one_batch"]
[paths]
runs = "{tmp_path / "runs"}"
[task]
@tasks = "art.TextClassification.v1"
[data]
@data = "art.Arrays.v1"
file = "{tmp_path / "words.npz"}"
scale = "ids"
[model]
@models = "slow.Words.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.003
"""
    )
    done = art.train(config, code=[tmp_path / "slow.py"])
    scores = done.scores("overfit_one_batch")
    assert done.ok and scores["train/loss"] < 0.01, scores
    assert scores["train/steps"] > 500
