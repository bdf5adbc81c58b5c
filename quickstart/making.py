"""From what a person chose to a complete config."""

from __future__ import annotations

from typing import Any

from art import registries
from art.config import STAGES, complete_text
from art.errors import UserError, did_you_mean
from art.quickstart.choices import TASKS, Choices
from art.quickstart.optimizer import brings_optimizer
from art.quickstart.required import required_settings
from art.quickstart.template import config_text


def make_config(
    task: str,
    *,
    data: str | None = None,
    model: str | None = None,
    stages: tuple[str, ...] = (),
    name: str = "config.cfg",
    settings: tuple[str, ...] = (),
    **others: Any,
) -> str:
    """A complete config's text.

    Args:
        task: a key of `TASKS`.
        data, model: registered names; the task's built-in ones by default.
        stages: all seven by default.
        name: the file's name as the user will type it.
        settings: `--section.key=value`, written into the config.
        others: of `Choices`.

    Raises:
        ConfigError: settings that do not exist or do not fit, all at once.
        UserError: an unknown task, or one without built-in parts where none is named.
        RegistryError: nothing is registered under one of the names.
    """
    if task not in TASKS:
        raise UserError(f"unknown task '{task}'.{did_you_mean(task, TASKS)}")
    data, model = data or TASKS[task].data, model or TASKS[task].model
    for part, chosen in (("data", data), ("model", model)):
        if not chosen:
            raise UserError(
                f"{task} has no built-in {part} yet. Name yours: --{part} NAME --code FILE.py"
            )
    registries.data.get(data)
    choices = Choices(
        task=task,
        data=data,
        model=model,
        data_settings=required_settings("data", data),
        own_optimizer=brings_optimizer(data, model),
        stages=stages or STAGES,
        **others,
    )
    return complete_text(config_text(choices, name), name, settings=settings)
