"""Makes a config's text from choices: the sections a person edits, each with its purpose.

Everything else is added by filling, so that the text stays true to what is registered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePath

from art.quickstart.choices import TASKS, Choices

PATH = "${paths.data}"


def config_text(choices: Choices, name: str) -> str:
    """The config, before it is filled.

    Args:
        choices: what was chosen.
        name: the file's name as the user will type it.
    """
    return "\n".join(_lines(choices, name)) + "\n"


def _lines(choices: Choices, name: str) -> Iterator[str]:
    task = TASKS[choices.task]
    options = "".join(f" --code {path}" for path in choices.code)
    if any(PATH in line for line in choices.data_settings):
        options += " --paths.data=PLACE"
    accuracy = choices.optimize == "accuracy"
    yield f"# {task.title[0].upper()}{task.title[1:]} with ART."
    yield "#"
    yield f"#   art train {name}{options}"
    yield "#   art report"
    yield ""
    yield "# What the recipe is called, its seed, and its stages in order."
    yield "[project]"
    yield f"name = {json.dumps(_project(name))}"
    yield "seed = 0"
    yield f"stages = {json.dumps(list(choices.stages))}"
    yield ""
    yield "# Where data is read and records are written; --paths.data=... on the command line."
    yield "[paths]"
    yield "data = null"
    yield 'runs = "runs"'
    yield ""
    yield "# This machine. Better kept in a system.cfg beside this file, which is never shared."
    yield "[system]"
    yield f"accelerator = {json.dumps('gpu' if choices.hardware == 'gpu' else 'auto')}"
    precision = "bf16-mixed" if choices.hardware == "gpu" else "32-true"
    yield f"precision = {json.dumps(precision)}"
    yield ""
    yield "# The kind of problem: its loss, its scores, what to expect of an untrained model."
    yield "[task]"
    yield f"@tasks = {json.dumps(task.registered)}"
    yield ""
    yield "# The data: a LightningDataModule."
    yield "[data]"
    yield f"@data = {json.dumps(choices.data)}"
    yield from choices.data_settings
    yield ""
    yield "# The model."
    yield "[model]"
    yield f"@models = {json.dumps(choices.model)}"
    yield ""
    if not choices.own_optimizer:
        yield "# What changes the weights."
        yield "[optimizer]"
        yield '@optimizers = "torch.AdamW.v1"'
        yield "lr = 0.001"
        yield ""
        if accuracy:
            yield "# How the learning rate changes over the training."
            yield "[scheduler]"
            yield '@schedulers = "torch.WarmupCosine.v1"'
            yield ""
    yield "# How long to train."
    yield "[training]"
    yield f"max_epochs = {60 if accuracy else 20}"
    for logger in choices.loggers:
        short = logger.split(".")[1].lower() if logger.count(".") > 1 else logger.split(".")[0]
        yield ""
        yield f"[loggers.{short}]"
        yield f"@loggers = {json.dumps(logger)}"


def _project(name: str) -> str:
    stem = PurePath(name).stem
    return "".join(c if c.isalnum() or c in "_-" else "_" for c in stem) or "project"
