"""How each door is knocked on. A knock yields what it did, and what was wrong with the answer."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.robustness.doors.broken import zipped
from benchmarks.robustness.doors.checkpoints import Hostile, sealed
from benchmarks.robustness.doors.configs import BASE, LINES, NAMES
from benchmarks.robustness.doors.gadgets import Call
from benchmarks.robustness.doors.messages import says
from benchmarks.robustness.doors.planted import PATHS, planted, records
from benchmarks.robustness.hostile import Scene

FAR = ("http://127.0.0.1:9/x.ckpt", "s3://bucket/x.ckpt", "file:///etc/passwd", "hf://x/y",
       "memory://x")  # fmt: skip
MORE = "holds more than plain weights, so it was not loaded"
OUTSIDE = (
    r"out of the run folder|is not a path in a run folder|no such checkpoint|no checkpoint here|"
    r"this is a (folder|pipe)"
)
REFUSED = (
    r"evaluate: refused after .*(no earlier stage has left a checkpoint|this is a (folder|pipe))"
)
APPLIED = (
    r"found no settings|its record cannot be read|there is no setting '__class__'|model\.@models: "
    r'expected "art\.MLP\.v1"'
)
Knocks = Iterator[tuple[str, list[str]]]
LOAD = "art.training.checkpoints.door:load_checkpoint"


def names(scene: Scene) -> Knocks:
    """Names in a config; all of them are in the row `hostile`."""
    file = scene.folder / "hostile.cfg"
    for name in scene.some(NAMES[::2]):
        file.write_text(BASE.replace("art.MLP.v1", name.replace("MARKER", str(scene.marker))))
        what = r"\[model\] (unknown @models '|@models: \\u0000 is not a valid character)"
        yield f"a model of {name:.40}", scene.faults(scene.art("train", file.name), says=what)


def references(scene: Scene) -> Knocks:
    """Interpolation and JSON values."""
    file = scene.folder / "hostile.cfg"
    for name, line in scene.some(LINES.items()):
        if "${" in line or "{" in line:
            text = BASE.replace("hidden = [4]", f"hidden = [4]\n{line}")
            file.write_text(text.replace("MARKER", str(scene.marker)))
            answer = scene.art("debug", "config", file.name)
            yield name, scene.faults(answer, says=says(f"{name} in a block"))


OPTIONS = {
    "--model.@models=os.system": r"unknown @models 'os\.system'",
    "--model.__class__=1": r"unknown setting '__class__'",
    "--__class__.x=1": r"unknown section '__class__'",
    "--model.hidden=${HOME}": r"\$\{HOME\} leads nowhere",
    "--model.hidden=${model.hidden}": r"leads back to itself",
    "--code.x=artknock.py": r"unknown section 'code'",
    "--stages.overfit.@stages=artknock": r"unknown @stages 'artknock'",
    "--project.name=../../MARKER": r"name: .* cannot be a folder's name",
    "--project.name=\x1b[2J": r"\\x1b is a character that no setting has",
    f"--model{'.a' * 500}=1": r"has more than 64 levels",
    f"--model.hidden={'[' * 5_000}": r"nested more than 64 deep",
    "--data.batch_size=__import__('os')": r"batch_size: expected int",
    '--loggers.x={"@loggers": "os.system"}': r"unknown @loggers 'os\.system'",
    '--hub.indexes=["https://127.0.0.1:9"]': r"unknown section 'hub'",
}
"""Options, each with what is to be said of it."""


def options(scene: Scene) -> Knocks:
    """Options, and the variable that holds some."""
    for option, what in scene.some(OPTIONS.items()):
        option = option.replace("MARKER", str(scene.marker))
        answer = scene.art("train", "config.cfg", option, "--dry-run")
        yield option[:60], scene.faults(answer, says=what)
        answer = scene.art("train", "config.cfg", "--dry-run", ART_CONFIG_OVERRIDES=option)
        yield f"ART_CONFIG_OVERRIDES={option[:60]}", scene.faults(answer, says=what)


def checkpoints(scene: Scene) -> Knocks:
    """Ways to have another file loaded, or loaded in another way; the row has the files."""
    call = {"state_dict": {}, "callbacks": Call("os:mkdir", str(scene.marker))}
    Hostile("", zipped(call), sealed(zipped(call))).write(scene.checkpoint)
    here = str(scene.checkpoint)
    for variable in ("TORCH_FORCE_NO_WEIGHTS_ONLY_LOAD", "TORCH_FORCE_WEIGHTS_ONLY_LOAD"):
        answer = scene.call(LOAD, here, **{variable: "1"})
        yield f"a checkpoint by {variable}", scene.faults(answer, says=MORE)
    by_lightning = "benchmarks.robustness.doors.calls:load_as_lightning_does"
    for source, what in (
        (here, MORE),
        ("", "this is a folder, not a checkpoint"),
        ("/dev/zero", "this is a device, not a regular file"),
        *((far, "no such checkpoint") for far in FAR),
    ):
        answer = scene.call(LOAD, source)
        yield f"from {source[-30:]}", scene.faults(answer, says=what)
        answer = scene.call(by_lightning, source)
        yield f"by Lightning from {source[-30:]}", scene.faults(answer, says=what)
    side = Path(f"{here}.sha256")
    for name in planted(side, scene.step):
        answer = scene.call(LOAD, here)
        yield f"a sidecar that is {name}", scene.faults(answer, says="digest .* is missing or unr")


def record_files(scene: Scene) -> Knocks:
    """Records that were planted: the report shows them, or counts them as unreadable."""
    file = scene.run / "record.json"
    sound = json.loads(file.read_bytes())
    contents = list(records(sound))
    for name, content in scene.some(contents):
        file.write_bytes(content)
        for command, what in (
            (("report", "runs"), r"unreadable record|overfit"),
            (("report", "runs", "--json"), r'"set_aside": \[$|"stages": \['),
        ):
            yield f"{name}, {command[-1]}", scene.faults(scene.art(*command), (0,), says=what)
        # before the plan, which sets the record aside
        answer = scene.art("apply", scene.run, "config.cfg", "--yes")
        yield f"{name}, art apply", scene.faults(answer, says=APPLIED)
        answer = scene.art("train", "config.cfg", "--dry-run")
        yield f"{name}, plan", scene.faults(answer, (0, 2), says=r"(run|skip) +1 overfit")
        scene.restore()
    for name in planted(file, scene.step):
        answer = scene.art("report", "runs")
        (scene.run / "record.json.unreadable").unlink(missing_ok=True)
        yield f"a record that is {name}", scene.faults(answer, (0,), says="unreadable record")


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
        answer = scene.art("export", scene.run, "out.safetensors")
        yield f"{path!r:.40}, art export", scene.faults(answer, says=OUTSIDE)
        answer = scene.art("train", "config.cfg", "--stage", "evaluate")
        yield f"{path!r:.40}", scene.faults(answer, says=REFUSED)
        scene.restore()
    answer = scene.art("train", "config.cfg", "--stage", "evaluate")
    yield "the path that the run left", scene.faults(answer, (0,), says="evaluate: passed")
    scene.restore()


def bookkeeping(scene: Scene) -> Knocks:
    """Files that only save time, or say who works where."""
    project = scene.run.parent.parent
    for path in (scene.run / ".owner.json", scene.run.parent / "runs.jsonl",
                 project / ".receipt.json", project / ".fingerprints.json"):  # fmt: skip
        for name in planted(path, scene.step):
            for command in (("report", "runs"), ("train", "config.cfg", "--dry-run")):
                found = scene.faults(
                    scene.art(*command), (0,), says=r"1 overfit.*(up to date|val/)"
                )
                yield f"{path.name}: {name}, {command[0]}", found
    for name in planted(scene.run / "lock.json", scene.step):
        answer = scene.art("train", "config.cfg", "--locked", scene.run)
        yield (
            f"lock.json: {name}",
            scene.faults(answer, says=r"not a lock that|no lock\.json there"),
        )
    for name in planted(scene.run / "attempts.json", scene.step):
        answer = scene.call("art.registry.stages.regularize:_entries", scene.run / "attempts.json")
        yield f"attempts.json: {name}", scene.faults(answer, (0,), says="^$")
    scene.restore()


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
        yield f"a state: {name}", scene.faults(answer, (0,), says=r"overfit: passed")
        scene.restore()
    target = scene.folder.parent / "elsewhere"
    for name in ("log.txt", "metrics.csv", "figures", "checkpoints", "config.cfg"):
        _interrupt(record)
        planted_there = scene.run / name
        shutil.rmtree(planted_there) if planted_there.is_dir() else planted_there.unlink()
        planted_there.symlink_to(target)
        target.mkdir() if name in ("figures", "checkpoints") else target.write_text("mine")
        answer = scene.art("train", "config.cfg", "--stage", "overfit")
        found = scene.faults(answer, (0,), says=r"overfit: passed")
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
    answer = scene.art("train", "config.cfg", "--stage", "overfit", "--force")
    yield "a run", scene.faults(answer, (0,), says=r"overfit: passed")
    answer = scene.call("benchmarks.robustness.doors.calls:ask_for_editor", str(scene.marker))
    yield "core.editor", scene.faults(answer, (0, 2), says=r"^$|no editor")
    shutil.rmtree(scene.folder / ".git")


def modules(scene: Scene) -> Knocks:
    """Python files in the folder, by the names of what ART imports."""
    for name in ("torch", "typer", "yaml", "art_plugin", "sitecustomize", "usercustomize", "json"):
        (scene.folder / f"{name}.py").write_text(f"open({str(scene.marker)!r}, 'w').close()\n")
    program = Path(sys.executable).with_name("art")
    for command, what in (
        (["--help"], "train"),
        (["report", "runs"], "1 overfit"),
        (["debug", "config", "config.cfg"], "no mistakes"),
    ):
        done = subprocess.run(
            [program, *command], cwd=scene.folder, capture_output=True, timeout=120, check=False
        )
        wrong = [] if re.search(what, done.stdout.decode()) else [f"it did not say {what!r}"]
        wrong += [f"exit code {done.returncode}: {done.stderr[-200:]!r}"] * bool(done.returncode)
        yield " ".join(command), wrong + ["the marker is there"] * scene.marker.exists()
