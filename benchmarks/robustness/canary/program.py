"""A user's program that tells all that it knows, in every way that a program can."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from benchmarks.robustness.canary.canary import Canary
from benchmarks.robustness.small_recipe import CONFIG

CODE = '''
import json, logging, os, warnings
from pathlib import Path
from typing import Any

import art
from art.core.check import Verdict
from art.core.figure import Bars, Heatmap, Lines, Series
from art.core.stage import Outcome

TOLD = json.loads(Path(os.environ["TOLD_TO_THE_PROGRAM"]).read_text())
KNOWN = [*TOLD["texts"], *(os.environ[name] for name in TOLD["variables"])]


def words():
    return "\\n".join(map(str, KNOWN))


@art.stages("canary.Talk.v1")
class Talk(art.Stage):
    """Tells everything that it knows."""

    @property
    def hints(self):
        return {"told": f"try {words()}"}

    def run(self, context):
        for index, text in enumerate(KNOWN):
            context.note(f"{index} was told to it: {text}")
            for line in text.split("\\n"):
                context.note(line)
            context.log({f"val/{text}": 1.0}, step=index)
            warnings.warn(f"in a warning: {text}", UserWarning, stacklevel=1)
            logging.getLogger("pytorch_lightning").error(text)
        context.note(words())
        return Outcome(
            scores={f"val/{text}": 1.0 for text in KNOWN},
            tables={"told": (["token", words()], [[text, 1.0] for text in KNOWN])},
            settings={"training.max_epochs": 3},
        )


@art.stages("canary.Crash.v1")
class Crash(art.Stage):
    """Crashes as a tracker does that was refused."""

    def run(self, context):
        try:
            raise ConnectionError(f"401 for {KNOWN}")
        except ConnectionError as error:
            raise RuntimeError(f"cannot log in with {words()}") from error


@art.stages("canary.Refuse.v1")
class Refuse(art.Stage):
    """Refuses with what it knows."""

    def run(self, context):
        raise art.errors.UserError(f"refused: {words()}")


@art.checks("canary.Told.v1")
class Told(art.Check):
    """Says what it should not."""

    def judge(self, findings):
        return Verdict(True, words(), words(), words(), words())


@art.visualizers("canary.Picture.v1")
class Picture(art.Visualizer):
    """Draws tokens."""

    def draw(self, seen):
        found = {"text": words(), "bars": Bars(words(), KNOWN, [1.0] * len(KNOWN))}
        found["map"] = Heatmap(KNOWN[0], [[1.0]], [KNOWN[1]], [KNOWN[2]], KNOWN[3])
        found["lines"] = Lines(KNOWN[4], [Series(KNOWN[5], [1.0], [1.0])], KNOWN[6], KNOWN[7])
        return found


@art.loggers("canary.Tracker.v1")
class Tracker(art.Logger):
    """Gets secrets, and writes what it was told."""

    def __init__(self, {parameters}):
        given = [{names}]
        for one in given:
            items = one.values() if isinstance(one, dict) else one
            items = items if isinstance(one, dict | list) else [one]
            KNOWN.extend(str(item) for item in items if not (item is None or str(item) in KNOWN))
        self.count = sum(one is not None for one in given)
        self.rows = []

    def start(self, run):
        self.folder = run.folder
        told = {"config": run.config, "count": self.count}
        (run.folder / "tracker.json").write_text(json.dumps(told))

    def log(self, rows):
        self.rows += rows

    def finish(self, record):
        told = {"record": record.to_json(), "rows": self.rows}
        (self.folder / "finished.json").write_text(json.dumps(told))
        raise ConnectionError(f"401 for {KNOWN}")
'''
MORE = """
[stages.talk]
@stages = "canary.Talk.v1"
[stages.talk.checks.told]
@checks = "canary.Told.v1"
[stages.refuse]
@stages = "canary.Refuse.v1"
[stages.crash]
@stages = "canary.Crash.v1"
[visualizers.picture]
@visualizers = "canary.Picture.v1"
"""


def write_program(folder: Path, canaries: Sequence[Canary]) -> tuple[list[str], dict[str, str]]:
    """Write the recipe, the code and the system config with canaries in them.

    Args:
        folder: the user's. What the program is told lies beside it.
        canaries: all that are not mistakes.

    Returns:
        Options of a command that loads the config, and the environment.
    """
    settings = {one.name: one for one in canaries if one.way in WAYS}
    names = [one for one in settings if one.isidentifier()]
    code = CODE.replace("{parameters}", ", ".join(f"{name}: Any = None" for name in names))
    (folder / "canary.py").write_text(code.replace("{names}", ", ".join(names)))
    stages = CONFIG.replace('"explore", "baseline", "loss_at_init", "overfit_one_batch", '
                            '"overfit", "evaluate"', '"talk", "crash"')  # fmt: skip
    (folder / "small.cfg").write_text(stages + MORE)
    system = ["[loggers.tracker]", '@loggers = "canary.Tracker.v1"']
    options, variable = ["--code", "canary.py", "--system", "machine.cfg"], []
    for name, one in settings.items():
        key = f"--loggers.tracker.{name}"
        if one.way == "system":
            system.append(f"{name} = {one.text}")
        elif one.way == "variable":
            variable.append(f"{key}='{one.text}'")
        else:
            options += [f"{key}={one.text}"] if one.way == "option=" else [key, one.text]
    (folder / "machine.cfg").write_text("\n".join(system) + "\n")
    found = {one.name: one.text for one in canaries if one.way == "environment"}
    texts = [one.text for one in canaries if one.way in TEXTS]
    told = folder.parent / "told.json"
    told.write_text(json.dumps({"texts": texts, "variables": list(found)}))
    return options, {**found, "TOLD_TO_THE_PROGRAM": str(told),
                     "ART_CONFIG_OVERRIDES": " ".join(variable)}  # fmt: skip


WAYS = ("system", "option=", "option", "variable")
TEXTS = ("format", "key", "address", "header", "assigned")
