"""What completing a config would add, for the page, which knows no Python.

On the command line `art.config.complete_text` adds what a config leaves out. The page is given the
same, made of the same functions: the settings of every entry, the lines of the plain sections, and
the text of each stage with the checks that the stage itself gives for a task, a kind of model and
the stages beside it.
"""

from __future__ import annotations

from typing import Any

from art.config.reading.document import read
from art.config.sections import PLAIN, plain_parameters
from art.config.writing.comments import comment_of
from art.quickstart.lines import lines_of, written
from art.quickstart.options import Control, Entry, Options
from art.quickstart.rendering import RECIPE, context_of, render
from art.quickstart.settling import settle
from art.quickstart.stages import stages_of
from art.registries import tasks

SECTIONS = {"data": "data", "model": "models", "visualizers": "visualizers", "loggers": "loggers"}


def filled(options: Options) -> dict[str, Any]:
    """What the page reads: options.json with every setting, and what the template adds to it."""
    whole = Options(tuple(_whole(control) for control in options))
    defaults = _defaults(options)
    return {**whole.to_json(), "defaults": defaults, **stages_of(whole, defaults)}


def _whole(control: Control) -> Control:
    for entry in control.entries:
        if control.name == "task" and "registered" in entry:
            control = control.with_entry(_task(entry))
        elif control.name in SECTIONS and not entry.get("yours"):
            settings = lines_of(SECTIONS[control.name], entry["value"], entry.get("settings", ()))
            control = control.with_entry({**entry, "settings": settings})
    return control


def _task(entry: Entry) -> Entry:
    """A task's entry with its settings and the metrics that it brings."""
    metrics = getattr(tasks.get(entry["registered"]), "default_metrics", {})
    return {
        **entry,
        "settings": lines_of("tasks", entry["registered"], entry.get("settings", ())),
        "metrics": [
            {
                "section": name,
                "value": block["@metrics"],
                "comment": comment_of(("metrics", name), {"metrics": {name: block}}),
                "settings": lines_of("metrics", block["@metrics"], written(block)),
            }
            for name, block in metrics.items()
        ],
    }


def _defaults(options: Options) -> dict[str, list[str]]:
    """The lines that each section lacks as the template writes it, by section."""
    text = render(RECIPE, context_of(options, settle(options, {"optimize": "accuracy"})))
    layer = read(text, "config")
    given = {entry.path: entry.value for entry in layer.entries}
    found = {
        section: written(
            {
                one.name: one.default
                for one in plain_parameters(section)
                if not one.required and (section, one.name) not in given
            }
        )
        for section in PLAIN
    }
    for section in ("optimizer", "scheduler"):
        registry = f"{section}s"
        keys = [path[1] for path in given if path[0] == section and path[1][0] != "@"]
        lines = lines_of(registry, given[section, f"@{registry}"], [f"{key} = " for key in keys])
        found[section] = lines[len(keys) :]
    return found
