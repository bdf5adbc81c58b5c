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
    assert {name.partition(".")[0] for name in weights} == {"1", "3"}  # the module's own names
    out.unlink()
    assert art_command("export", run, out).returncode == 0 and out.read_bytes() == whole
    checkpoint = run / json.loads((run / "record.json").read_text())["artifacts"]["checkpoint"]
    checkpoint.write_bytes(checkpoint.read_bytes()[:-1])
    out.unlink()
    done = art_command("export", checkpoint, out)
    assert done.returncode == 2 and "changed or damaged" in done.stderr and not out.exists()


def test_what_cannot_be_exported_is_one_line(tmp_path, art_command):
    (tmp_path / "empty").mkdir()
    for run, words in (
        (tmp_path / "none", "no such run"),
        (tmp_path / "empty", "no checkpoint here"),
    ):
        done = art_command("export", run, tmp_path / "a.safetensors")
        assert done.returncode == 2 and words in done.stderr and done.stderr.count("\n") == 1


def test_a_forged_record_leads_nowhere(tmp_path, art_command):
    record = Record("p", "s", 1, "0001", None, "passed", "now", artifacts={"checkpoint": "../x"})
    (tmp_path / "record.json").write_bytes(encode(record))
    done = art_command("export", tmp_path, tmp_path / "a.safetensors")
    assert done.returncode == 2 and "leads out of the run folder" in done.stderr


def test_a_folder_of_others_is_not_written_into_and_a_changed_export_is_refused(
    small, tmp_path, art_command
):
    art.train(small(stages='["overfit"]'))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    done = art_command("export", "runs", "mine")
    assert done.returncode == 2 and "holds other files" in done.stderr
    done = art_command("export", "runs", "--no-onnx")
    assert done.returncode == 0 and "val/accuracy" in done.stderr  # which model it is
    assert "wrote small-model: weights.safetensors, README.md, model.json" in done.stderr
    again = art_command("export", "runs", "--no-onnx")
    assert again.returncode == 0
    weights = tmp_path / "small-model" / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x01")
    done = art_command("predict", "small-model", "new.csv")
    assert done.returncode == 2 and "changed or damaged since it was exported" in done.stderr


def test_an_export_runs_no_code_but_registered_functions(small, tmp_path, art_command):
    art.train(small(stages='["overfit"]'))
    assert art_command("export", "runs", "--no-onnx").returncode == 0
    path = tmp_path / "small-model" / "model.json"
    facts = json.loads(path.read_text())
    for block in (
        {"@models": "os.system"},
        {"@models": "art.MLP.v1", "hidden": "__import__('os').system('touch pwned')"},
        {"@nothing": "art.MLP.v1"},
    ):
        path.write_text(json.dumps({**facts, "blocks": {**facts["blocks"], "model": block}}))
        done = art_command("predict", "small-model", "new.csv")
        assert done.returncode == 2 and "Traceback" not in done.stderr, done.stderr
    path.write_text('{"schema": 1, "blocks": {}}')
    assert art_command("predict", "small-model", "new.csv").returncode == 2
    assert not (tmp_path / "pwned").exists()
