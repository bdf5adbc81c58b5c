"""From what a person chose to a complete config."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from art.config import complete_text
from art.errors import UserError, did_you_mean
from art.quickstart.options import Entry, Options, load_options
from art.quickstart.registered import entry_of, stage_entry, stage_named, stage_section
from art.quickstart.rendering import RECIPE, context_of, project_name, render
from art.quickstart.settling import settle

NO_TASK = "none"
CHECK_SETTING = re.compile(r"--stages\.[^.=]+\.checks\.")
PARTS = ("data", "model", "visualizers", "loggers")
DATA_PLACE = "${paths.data}"
"""What the command line fills in with --paths.data."""
OF_MODEL: Entry = {
    "value": "none",
    "title": "The model's own loaders",
    "help": "A LightningModule with its own train_dataloader.",
    "comment": "",
    "settings": [],
}
"""Data that stands in no `[data]` section."""


def make_config(
    chosen: Mapping[str, str | Sequence[str] | None],
    *,
    file: str = "config.cfg",
    code: Sequence[str] = (),
    settings: Sequence[str] = (),
) -> str:
    """A complete config's text.

    Args:
        chosen: values by the controls' names; one that is None takes its default. Parts may be any
            registered ones.
        file: the file's name as the user will type it.
        code: --code files, as the user names them.
        settings: `--section.key=value`, written into the config.

    Raises:
        ConfigError: settings that do not exist or do not fit, all at once.
        UserError: an unknown value.
        RegistryError: nothing is registered under one of the names.
    """
    asked = {name: value for name, value in chosen.items() if value is not None}
    if "stages" in asked:
        asked["stages"] = [stage_section(value) for value in _listed(asked["stages"])]
    options = _with_named(load_options(), asked, code, settings)
    if _has_own_loaders(options, asked):
        asked["data"] = OF_MODEL["value"]
        options = options.with_entry("data", OF_MODEL)
    _refuse_no_task(asked)
    _refuse_unknown(options, asked)
    settled = settle(options, {**asked, "name": project_name(file)})
    context = context_of(options, settled, file)
    text = _completed(render(RECIPE, context), file, settings)
    named = any(one.split("=")[0] == "--paths.data" for one in settings) or DATA_PLACE not in text
    if named and any(" --paths.data=" in line for line in context["commands"]):
        context["commands"] = [line.split(" --paths.data=", 1)[0] for line in context["commands"]]
        text = _completed(render(RECIPE, context), file, settings)
    return text


def _completed(text: str, file: str, settings: Sequence[str]) -> str:
    """The text complete; what changes a check is written into the check as it stands there."""
    whole = complete_text(text, file, settings=settings, explained=True)
    of_checks = [one for one in settings if CHECK_SETTING.match(one)]
    if not of_checks:
        return whole
    others = [one for one in settings if one not in of_checks]
    return complete_text(
        complete_text(text, file, settings=others, explained=True), file, settings=of_checks
    )


def _has_own_loaders(options: Options, asked: Mapping[str, Any]) -> bool:
    """Whether the model brings its loaders, and no data is named."""
    model = options["model"].entry(str(asked.get("model", ""))) or {}
    return asked.get("data", OF_MODEL["value"]) == OF_MODEL["value"] and bool(
        model.get("own_loaders")
    )


def _refuse_no_task(asked: Mapping[str, Any]) -> None:
    """Without a task only the user's own data and model will do."""
    missing = [name for name in ("data", "model") if not asked.get(name)]
    if asked.get("task") == NO_TASK and missing:
        wanted = " and ".join(f"--{name} NAME" for name in missing)
        raise UserError(
            f"--task {NO_TASK} is for a LightningModule of your own, with its own loss and data. "
            f"Give {wanted} as your file registers them, and the file with --code FILE."
        )


def _with_named(
    options: Options, asked: Mapping[str, Any], code: Sequence[str], settings: Sequence[str]
) -> Options:
    """The options with the parts that were named, whatever the task."""
    for name in PARTS:
        for value in _listed(asked.get(name)):
            if name == "data" and value == OF_MODEL["value"]:
                options = options.with_entry("data", OF_MODEL)
                continue
            known = options[name].entry(value)
            if known is None or known.get("yours"):
                data = str(asked.get("data", "")).replace(OF_MODEL["value"], "")
                known = entry_of(name, value, code, data=data, settings=settings)
            options = options.with_entry(name, {k: v for k, v in known.items() if k != "when"})
    for value in _listed(asked.get("stages")):
        stage = stage_named(value) if options["stages"].entry(value) is None else None
        if stage:
            options = options.with_entry("stages", stage_entry(stage, code))
    return options


def _refuse_unknown(options: Options, asked: Mapping[str, Any]) -> None:
    for control in options:
        for value in _listed(asked.get(control.name)) if control.entries else ():
            if control.entry(value) is None:
                raise UserError(
                    f"--{control.name}: unknown '{value}'.{did_you_mean(value, control.values)}"
                )


def _listed(value: str | Sequence[str] | None) -> Sequence[str]:
    return [value] if isinstance(value, str) else value or []
