"""From settled choices to the texts of the files. rendering.js does the same on the page."""

from __future__ import annotations

from functools import cache
from pathlib import PurePath
from typing import Any

from art.errors import typed
from art.quickstart.options import FOLDER, Options
from art.quickstart.settling import Settled, on_offer

RECIPE, SYSTEM = "config.cfg.jinja", "system.cfg.jinja"


def render(template: str, context: dict[str, Any]) -> str:
    """The text that a template makes of a context."""
    return str(_templates().get_template(template).render(context)).strip() + "\n"


def context_of(options: Options, settled: Settled, file: str = "") -> dict[str, Any]:
    """What a template is given.

    Args:
        options: what there was to choose.
        settled: what was chosen.
        file: the config as the user will type it; by its name where empty.
    """
    context: dict[str, Any] = {"project": settled["name"], "named": settled["stages"]}
    for control in options:
        if control.kind == "one":
            context[control.name] = control.entry(settled[control.name])
        if control.kind == "many":
            chosen = settled[control.name]
            context[control.name] = [
                {**entry, "chosen": entry["value"] in chosen}
                for entry in on_offer(control, settled)
            ]
    file = file or f"{settled['name']}.cfg"
    given = options_of(context)
    # What is missing is added when the config is completed; the page gets it from filling.py.
    context |= {"defaults": {}, "recipe": _own_stages(context["stages"])}
    context["commands"] = [f"art train {typed(file)}{given}", f"art report runs/{settled['name']}"]
    return context


def _own_stages(stages: list[dict[str, Any]]) -> list[str]:
    """The sections of the chosen stages that ART's default config does not have."""
    return [
        f'# {stage["comment"]}\n[stages.{stage["value"]}]\n@stages = "{stage["registered"]}"'
        for stage in stages
        if stage["chosen"] and "registered" in stage
    ]


def options_of(context: dict[str, Any]) -> str:
    """What the commands need besides the config's name: the code, and where the data is."""
    parts = [context["data"], context["model"]]
    for name in ("stages", "visualizers", "loggers"):
        parts += [entry for entry in context[name] if entry["chosen"]]
    files = dict.fromkeys(file for part in parts for file in part.get("code", ()))
    place = context["data"].get("place")
    return "".join(f" --code {file}" for file in files) + (
        f" --paths.data={place}" if place else ""
    )


def project_name(file: str) -> str:
    """A project's name from its config's file name."""
    stem = PurePath(file).stem
    name = "".join(c if (c.isascii() and c.isalnum()) or c in "_-" else "_" for c in stem)
    return name.lstrip("-")[:60] or "project"


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader

    # Configs are no HTML: nothing is escaped, and every name is of a fixed form.
    return Environment(loader=FileSystemLoader(FOLDER), trim_blocks=True, lstrip_blocks=True)
