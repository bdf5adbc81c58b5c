"""How each door is knocked on. A knock yields what it did, and what was wrong with the answer."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.robustness.doors.broken import broken_files, zipped
from benchmarks.robustness.doors.checkpoints import Hostile, sealed
from benchmarks.robustness.doors.configs import BASE, LINES, NAMES
from benchmarks.robustness.doors.gadgets import Call
from benchmarks.robustness.doors.planted import PATHS, planted, records
from benchmarks.robustness.hostile import Scene

Knocks = Iterator[tuple[str, list[str]]]
LOAD = "art.training.checkpoints.door:load_checkpoint"


def names(scene: Scene) -> Knocks:
    """Names in a config; all of them are in the row `hostile`."""
    file = scene.folder / "hostile.cfg"
    for name in scene.some(NAMES[::2]):
        file.write_text(BASE.replace("art.MLP.v1", name.replace("MARKER", str(scene.marker))))
        yield f"a model of {name:.40}", scene.faults(scene.art("train", file.name))


def references(scene: Scene) -> Knocks:
    """Interpolation and JSON values."""
    file = scene.folder / "hostile.cfg"
    for name, line in scene.some(LINES.items()):
        if "${" in line or "{" in line:
            text = BASE.replace("hidden = [4]", f"hidden = [4]\n{line}")
            file.write_text(text.replace("MARKER", str(scene.marker)))
            yield name, scene.faults(scene.art("debug", "config", file.name))


OPTIONS = (
    "--model.@models=os.system", "--model.__class__=1", "--__class__.x=1", "--model.hidden=${HOME}",
    "--model.hidden=${model.hidden}", "--code.x=artknock.py", "--stages.overfit.@stages=artknock",
    "--project.name=../../MARKER", "--project.name=\x1b[2J", f"--model{'.a' * 500}=1",
    f"--model.hidden={'[' * 5_000}", "--paths.runs=a\x00b", "--data.file=__import__('os')",
    '--loggers.x={"@loggers": "os.system"}', "--hub.indexes=[\"https://127.0.0.1:9\"]",
)  # fmt: skip


def options(scene: Scene) -> Knocks:
    """Options, and the variable that holds some."""
    for option in scene.some(OPTIONS):
        option = option.replace("MARKER", str(scene.marker))
        if "\x00" not in option:
            answer = scene.art("train", "config.cfg", option, "--dry-run")
            yield option[:60], scene.faults(answer)
            answer = scene.art("train", "config.cfg", "--dry-run", ART_CONFIG_OVERRIDES=option)
            yield f"ART_CONFIG_OVERRIDES={option[:60]}", scene.faults(answer)


def checkpoints(scene: Scene) -> Knocks:
    """Ways to have another file loaded, or loaded in another way; the row has the files."""
    call = {"state_dict": {}, "callbacks": Call("os:mkdir", str(scene.marker))}
    Hostile("", zipped(call), sealed(zipped(call))).write(scene.checkpoint)
    here = str(scene.checkpoint)
    for variable in ("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "TORCH_FORCE_WEIGHTS_ONLY_LOAD"):
        answer = scene.call(LOAD, here, **{variable: "1"})
        yield f"a checkpoint by {variable}", scene.faults(answer)
    by_lightning = "benchmarks.robustness.doors.calls:load_as_lightning_does"
    for source in (here, "http://127.0.0.1:9/x.ckpt", "s3://bucket/x.ckpt", "file:///etc/passwd",
                   "hf://x/y", "", "/dev/zero", "memory://x"):  # fmt: skip
        yield f"from {source[-30:]}", scene.faults(scene.call(LOAD, source))
        yield f"by Lightning from {source[-30:]}", scene.faults(scene.call(by_lightning, source))
    side = Path(f"{here}.sha256")
    for name in planted(side, scene.step):
        yield f"a sidecar that is {name}", scene.faults(scene.call(LOAD, here))


def record_files(scene: Scene) -> Knocks:
    """Records that were planted: the report shows them, or counts them as unreadable."""
    file = scene.run / "record.json"
    sound = json.loads(file.read_bytes())
    contents = list(records(sound))
    for name, content in scene.some(contents):
        file.write_bytes(content)
        for command in (("report", "runs"), ("report", "runs", "--json")):
            yield f"{name}, {command[-1]}", scene.faults(scene.art(*command), (0,))
        codes = (0, 2)
        yield f"{name}, plan", scene.faults(scene.art("train", "config.cfg", "--dry-run"), codes)
        yield (
            f"{name}, art apply",
            scene.faults(scene.art("apply", scene.run, "config.cfg", "--yes"), codes),
        )
        scene.restore()
    for name in planted(file, scene.step):
        answer = scene.art("report", "runs")
        (scene.run / "record.json.unreadable").unlink(missing_ok=True)
        yield f"a record that is {name}", scene.faults(answer, (0,))


def artifact_paths(scene: Scene) -> Knocks:
    """Paths in records, and links: a stage takes the checkpoint that its record names."""
    outside = scene.folder.parent / "outside"
    shutil.copytree(scene.checkpoint.parent, outside, dirs_exist_ok=True)
    for path in scene.some(PATHS):
        (scene.run / "link.ckpt").symlink_to(outside / "best.ckpt")
        (scene.run / "folder").symlink_to(outside)
        os.mkfifo(scene.run / "pipe")
        file = scene.run / "record.json"
        record = json.loads(file.read_bytes())
        record["artifacts"]["checkpoint"] = path
        file.write_text(json.dumps(record))
        yield f"{path!r:.40}", scene.faults(scene.art("train", "config.cfg", "--stage", "evaluate"))
        scene.restore()


def bookkeeping(scene: Scene) -> Knocks:
    """Files that only save time, or say who works where."""
    project = scene.run.parent.parent
    for path in (scene.run / ".owner.json", scene.run.parent / "runs.jsonl",
                 project / ".receipt.json", project / ".fingerprints.json"):  # fmt: skip
        for name in planted(path, scene.step):
            for command in (("report", "runs"), ("train", "config.cfg", "--dry-run")):
                yield f"{path.name}: {name}, {command[0]}", scene.faults(scene.art(*command), (0,))
    for name in planted(scene.run / "lock.json", scene.step):
        answer = scene.art("train", "config.cfg", "--locked", scene.run)
        yield f"lock.json: {name}", scene.faults(answer)
    for name in planted(scene.run / "attempts.json", scene.step):
        answer = scene.call("art.registry.stages.regularize:_entries", scene.run / "attempts.json")
        yield f"attempts.json: {name}", scene.faults(answer, (0,))
    scene.restore()


DATA: Mapping[str, str] = {
    "x.npz": "art.Arrays.v1", "x.npy": "art.Arrays.v1", "x.csv": "art.CSV.v1",
}  # fmt: skip


def data_files(scene: Scene) -> Knocks:
    """Data that a config names."""
    import numpy as np

    evil = np.array([Call("os:mkdir", str(scene.marker))], dtype=object)
    packed, alone = io.BytesIO(), io.BytesIO()
    np.savez(packed, inputs=evil, targets=evil)
    np.save(alone, evil)
    contents = {"pickled arrays": packed.getvalue(), "a pickled array": alone.getvalue()}
    contents |= dict(broken_files(zipped({"a": 1}), scene.marker))
    contents["formulas"] = f"a,target\n=cmd|'/c touch {scene.marker}'!A1,1\n".encode() * 40
    contents["escapes"] = b"\x1b[2J,\x1b]0;evil\x07\n" * 40
    contents["a line without an end"] = b"a," * 200_000
    for ending, function in DATA.items():
        for name in scene.some([*list(contents)[:6], *list(contents)[-3:], "a bomb"]):
            (scene.folder / ending).write_bytes(contents[name])
            text = BASE.replace("art.BreastCancer.v1", f'{function}"\nfile = "{ending}')
            text = text.replace('"art.CSV.v1"', '"art.CSV.v1"\ntarget = "target"')
            (scene.folder / "data.cfg").write_text(text)
            answer = scene.art("debug", "data", "data.cfg")
            yield f"{name} in {ending}", scene.faults(answer, (0, 1, 2))


def resume_states(scene: Scene) -> Knocks:
    """A run folder that says that it was interrupted, with states and links in it."""
    record = scene.run / "record.json"
    states = scene.run / "checkpoints" / "resume" / "01"
    values = {"identity": "x", "best": True, "finished": False, "rows": 0, "epoch": 0, "done": 1}
    call = {**values, "dump": Call("os:mkdir", str(scene.marker))}
    for name, content in {
        "a call": zipped(call), "a pickle": b"\x80\x02c", "no state": zipped({"a": 1}),
        "of another": zipped(values),
    }.items():  # fmt: skip
        _interrupt(record)
        for number in ("000001", "000002"):
            Hostile("", content, sealed(content)).write(states / f"{number}.ckpt")
        answer = scene.art("train", "config.cfg", "--stage", "overfit")
        yield f"a state: {name}", scene.faults(answer, (0,))
        scene.restore()
    target = scene.folder.parent / "elsewhere"
    for name in ("log.txt", "metrics.csv", "figures", "checkpoints", "config.cfg"):
        _interrupt(record)
        planted_there = scene.run / name
        shutil.rmtree(planted_there) if planted_there.is_dir() else planted_there.unlink()
        planted_there.symlink_to(target)
        target.mkdir() if name in ("figures", "checkpoints") else target.write_text("mine")
        answer = scene.art("train", "config.cfg", "--stage", "overfit")
        found = scene.faults(answer, (0,))
        changed = any(target.iterdir()) if target.is_dir() else target.read_text() != "mine"
        yield f"a link: {name}", [*found, *["written through a link"] * changed]
        shutil.rmtree(target) if target.is_dir() else target.unlink()
        scene.restore()


def _interrupt(record: Path) -> None:
    values: dict[str, Any] = json.loads(record.read_bytes())
    record.write_text(json.dumps({**values, "status": "interrupted"}))


def repositories(scene: Scene) -> Knocks:
    """A folder whose git settings came with it."""
    subprocess.run(["git", "init", "-q", "."], cwd=scene.folder, check=True)
    run = f"touch {scene.marker}"
    with (scene.folder / ".git" / "config").open("a") as file:
        settings = ("editor", "fsmonitor", "pager", "sshCommand")
        file.write("[core]\n" + "".join(f'{name} = "{run};"\n' for name in settings))
        file.write(f'hooksPath = .\n[alias]\nrev-parse = "!{run}"\n')
    yield "a run", scene.faults(scene.art("train", "config.cfg", "--stage", "overfit"), (0,))
    answer = scene.call("benchmarks.robustness.doors.calls:ask_for_editor", str(scene.marker))
    yield "core.editor", scene.faults(answer, (0, 2))
    shutil.rmtree(scene.folder / ".git")


def modules(scene: Scene) -> Knocks:
    """Python files in the folder, by the names of what ART imports."""
    for name in ("torch", "typer", "yaml", "art_plugin", "sitecustomize", "usercustomize", "json"):
        (scene.folder / f"{name}.py").write_text(f"open({str(scene.marker)!r}, 'w').close()\n")
    program = Path(sys.executable).with_name("art")
    for command in (["--help"], ["report", "runs"], ["debug", "config", "config.cfg"]):
        done = subprocess.run(
            [program, *command], cwd=scene.folder, capture_output=True, timeout=120, check=False
        )
        wrong = [f"exit code {done.returncode}: {done.stderr[-200:]!r}"] * bool(done.returncode)
        yield " ".join(command), wrong + ["the marker is there"] * scene.marker.exists()
