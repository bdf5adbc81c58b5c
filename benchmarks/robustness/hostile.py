"""Hostile checkpoints and configs by the ways that a user takes them: nothing runs, nothing is
written elsewhere, and each ends in one message."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from art.training.checkpoints.door import load_checkpoint
from benchmarks.robustness.doors.checkpoints import hostile_checkpoints
from benchmarks.robustness.doors.configs import BASE, FOR_THE_RUN, hostile_configs
from benchmarks.robustness.doors.knocking import Answer, Knocker
from benchmarks.robustness.doors.messages import says
from benchmarks.robustness.figure import Figure

FULL, SMALL = 1_000, 8

NOT_LOADED = r"so it was not loaded|cannot be trusted|was changed or damaged|not a checkpoint\."
NOT_FITTING = r"evaluate: refused after .*best\.ckpt|refused after .*\[model\]|best\.ckpt: "
LOCATED = r"hostile\.cfg(:\d+:\d+)?: "
READ = r"(hostile|got)\.cfg(:\d+:\d+)?: |wrote (hostile|got)\.cfg|^refused: |^\{"
"""What is said of a config that was read: its mistakes with their places, or that it is written."""

Item = TypeVar("Item")


class Scene:
    """A user's folder with a recipe that has been run to its last stage but one.

    Args:
        root: an empty folder.
        knocker: what runs commands in it.
        step: of many things of a kind, each how-manieth is tried at the doors.

    Attributes:
        folder: the user's working folder.
        marker: what hostile code would leave, outside of it.
        checkpoint: what the last stage will load.
        found: a run that has settings to apply: without any, `art apply` reads no config.
        options: for knocks.
    """

    def __init__(self, root: Path, knocker: Knocker, step: int = 1) -> None:
        self.knocker, self.step = knocker, step
        self.folder, self.marker = root / "work", root / "artknock-was-here"
        self.folder.mkdir(parents=True)
        home = self.folder / "home"
        self.options: dict[str, Any] = {
            "folder": self.folder,
            "environment": {
                "HOME": home,
                "XDG_CONFIG_HOME": home / "config",
                "XDG_CACHE_HOME": home / "cache",
                "TMPDIR": home / "tmp",
            },
        }
        (home / "tmp").mkdir(parents=True)
        self.options["environment"] = {k: str(v) for k, v in self.options["environment"].items()}
        (self.folder / "artknock.py").write_text(f"open({str(self.marker)!r}, 'w').close()\n")
        (self.folder / "config.cfg").write_text(BASE)
        done = self.art("train", "config.cfg", "--stage", "overfit")
        if done.code != 0:
            raise RuntimeError(f"the recipe does not run: {done.out}{done.err}")
        self.run = next((self.folder / "runs/door/01-overfit").glob("0001-*"))
        self.checkpoint = self.run / "checkpoints" / "best.ckpt"
        self.found = self.folder / "found"
        self.found.mkdir()
        record = json.loads((self.run / "record.json").read_bytes())
        record["settings"] = {"model.dropout": 0.25}
        (self.found / "record.json").write_text(json.dumps(record))
        self._kept = shutil.copytree(self.folder / "runs", root / "kept")

    def art(self, *arguments: object, **variables: str) -> Answer:
        """Run a command of ART's in the folder, with more environment variables."""
        return self.knocker.art(*arguments, **self._with(variables))

    def call(self, function: str, *arguments: object, **variables: str) -> Answer:
        """Call `module:function` in the folder."""
        return self.knocker.call(function, *arguments, **self._with(variables))

    def some(self, items: Iterable[Item]) -> list[Item]:
        """Every so many of them; all where the scene is not a small one."""
        return list(items)[:: self.step]

    def restore(self) -> None:
        """Make the store what it was in the beginning."""
        shutil.rmtree(self.folder / "runs")
        shutil.copytree(self._kept, self.folder / "runs", symlinks=True)

    def _with(self, variables: Mapping[str, str]) -> dict[str, Any]:
        return {**self.options, "environment": {**self.options["environment"], **variables}}

    def faults(self, answer: Answer, codes: Sequence[int] = (2,), *, says: str) -> list[str]:
        """What is wrong with an answer; the marker is taken away for the next one."""
        found = answer.faults(self.marker, codes, says=says)
        if self.marker.is_dir():
            shutil.rmtree(self.marker)
        self.marker.unlink(missing_ok=True)
        return found


def measure(times: int) -> Figure:
    """Knock with so many hostile checkpoints and configs, spread over all there are."""
    with tempfile.TemporaryDirectory() as root, Knocker() as knocker:
        scene = Scene(Path(root), knocker)
        counts: Counter[str] = Counter()
        faults = []
        for kind, knocks in (
            ("checkpoints", _of_checkpoints(scene, times)),
            ("configs", _of_configs(scene, times)),
        ):
            for name, found in knocks:
                counts["knocks"] += 1
                counts[kind] += not name.startswith("again, ")
                counts["ran"] += any("marker" in one or "watched: " in one for one in found)
                faults += [f"{name}: {one}" for one in found]
    text = (
        f"{counts['checkpoints']} hostile checkpoints and {counts['configs']} hostile configs in "
        f"{counts['knocks']} knocks: {counts['ran']} ran code or wrote elsewhere, "
        f"{len(faults)} did not end in one message"
    )
    return Figure(text, not faults, faults)


def _of_checkpoints(scene: Scene, times: int) -> Iterator[tuple[str, list[str]]]:
    """Each is loaded, and stands where a stage expects the weights of the one before it."""
    weights = load_checkpoint(scene.checkpoint)["state_dict"]
    for hostile in _spread(list(hostile_checkpoints(scene.marker, weights)), times):
        hostile.write(scene.checkpoint)
        answer = scene.call("art.training.checkpoints.door:load_checkpoint", scene.checkpoint)
        codes = (0, 2) if hostile.loads else (2,)
        # what is read is a checkpoint to the door, and for the stage to refuse
        what = "" if hostile.loads else NOT_LOADED
        yield hostile.name, scene.faults(answer, codes, says=what)
        answer = scene.art("train", "config.cfg", "--stage", "evaluate")
        scene.restore()
        what = NOT_FITTING if hostile.loads else NOT_LOADED
        yield f"again, {hostile.name}, art train", scene.faults(answer, says=what)


def _of_configs(scene: Scene, times: int) -> Iterator[tuple[str, list[str]]]:
    """Each is given to every command that reads a config."""
    file = scene.folder / "hostile.cfg"
    for name, content in _spread(list(hostile_configs(str(scene.marker))), times):
        file.write_bytes(content)
        yield name, scene.faults(scene.art("train", file.name), says=says(name))
        codes, what = ((0, 2), "") if name in FOR_THE_RUN else ((2,), says(name))
        for command in (
            ("debug", "config", file.name),
            ("fill-config", file.name, "out.cfg"),
        ):
            found = scene.faults(scene.art(*command), codes, says=what)
            yield f"again, {name}, art {command[0]}", found
        for command in (
            ("config", "json", file.name),  # which translates what can be parsed
            ("apply", scene.found, file.name, "--yes"),
            # names that are not installed are saved where the user says so, and told of
            ("get", f"./{file.name}", "got.cfg", "--yes"),
        ):
            found = scene.faults(scene.art(*command), (0, 2), says=READ)
            yield f"again, {name}, art {command[0]}", found
        if content:  # nothing is a system config without a setting
            answer = scene.art("train", "config.cfg", "--dry-run", "--system", file.name)
            yield f"again, {name}, art train --system", scene.faults(answer, says=LOCATED)
        for made in ("out.cfg", "got.cfg", "system.cfg"):
            (scene.folder / made).unlink(missing_ok=True)


def _spread(items: Sequence[Item], times: int) -> list[Item]:
    """So many of them, from the first to the last; all where there are fewer."""
    step = max(len(items) / times, 1.0)
    return [items[int(n * step)] for n in range(min(times, len(items)))]
