"""Makes entries of the options out of what plugins and --code files register."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from art import registries
from art.config import PLACES, complete_text, parameters, parse_overrides
from art.errors import ConfigError, UserError, typed
from art.quickstart.optimizer import brought_by
from art.quickstart.options import Entry, Options, load_options
from art.quickstart.rendering import RECIPE, context_of, render
from art.quickstart.settling import settle

KINDS = ("data", "model", "visualizers", "loggers")
REGISTRIES = {
    "data": "data",
    "model": "models",
    "stages": "stages",
    "visualizers": "visualizers",
    "loggers": "loggers",
}


def entry_of(
    kind: str,
    name: str,
    code: Sequence[str] = (),
    *,
    data: str = "",
    settings: Sequence[str] = (),
) -> Entry:
    """An entry for a registered function, with the settings that have no default.

    Args:
        kind: the control: `data`, `model`, `visualizers` or `loggers`.
        name: the registered name.
        code: the --code files that the commands name.
        data: what a model is built for, where only that tells whether it brings its optimizer.
        settings: `--section.key=value`, which it is then built with.

    Raises:
        RegistryError: nothing is registered under that name.
    """
    function = registries.registry(REGISTRIES[kind]).get(name)
    doc = _doc(function, name)
    entry: dict[str, Any] = {"value": name, "title": name, "help": doc, "comment": doc}
    entry["settings"] = list(required_settings(REGISTRIES[kind], name))
    entry["section"] = section_of(kind, name)
    if code:
        entry["code"] = [typed(file) for file in code]
    if any(line.endswith("${paths.data}") for line in entry["settings"]):
        entry["place"] = "PLACE"
    if kind in ("visualizers", "loggers"):
        entry |= {"extra": True, "stages": '"evaluate"'}
    if kind == "model":
        brought = brought_by(
            {"@models": name, **_given("model", settings)},
            {"@data": data or "art.Digits.v1", **_given("data", settings)},
        )
        entry |= {"own_optimizer": brought.optimizer, "own_loaders": brought.loaders}
    return entry


def _given(section: str, settings: Sequence[str]) -> dict[str, Any]:
    """The settings of a section among options, as far as they are plain values."""
    options = [one for one in settings if one.startswith(f"--{section}.")]
    return {one.path[1]: one.value for one in parse_overrides(options) if len(one.path) == 2}


def with_registered(options: Options, code: Sequence[str]) -> tuple[Options, list[str]]:
    """The options with every registered part that is not ART's own, complete with its settings.

    Returns:
        The options, and a line for each part that is left out since it needs a setting that only
        its user knows, or fails.
    """
    left_out = []
    for kind in (*KINDS, "stages"):
        for name in registries.registry(REGISTRIES[kind]).names():
            if name.startswith("art."):
                continue
            try:
                entry = stage_entry(name, code) if kind == "stages" else entry_of(kind, name, code)
                _complete(options.with_entry(kind, entry), kind, entry)
            except UserError as error:
                left_out.append(_left_out(name, error))
                continue
            options = options.without_placeholder(kind).with_entry(kind, entry)
    return options, left_out


def stage_entry(name: str, code: Sequence[str] = ()) -> Entry:
    """An entry for a registered stage."""
    section, doc = section_of("stages", name), _doc(registries.stages.get(name), name)
    entry: dict[str, Any] = {"value": section, "title": name, "help": doc, "comment": doc}
    return {
        **entry,
        "registered": name,
        "extra": True,
        **({"code": [typed(file) for file in code]} if code else {}),
    }


def stage_section(value: str) -> str:
    """What `--stages` has to hold for a stage that may be given by its registered name."""
    own = value.startswith("art.") or value not in registries.stages.names()
    return value if own else section_of("stages", value)


def stage_named(section: str) -> str | None:
    """The registered stage that a section of that name would be of; None where there is none."""
    names = registries.stages.names()
    return next((name for name in names if section in (name, section_of("stages", name))), None)


def required_settings(registry: str, name: str) -> Iterator[str]:
    """Lines for the settings of a registered function that must be given.

    A place is `${paths.data}`, which the command line gives. A text is written as its own name
    with a comment that says what it is: a column called `target`, say, often is. Any other has to
    come from the user, and completing the config says which it is.
    """
    for parameter in parameters(registry, name):
        if not parameter.required:
            continue
        if parameter.name in PLACES:
            yield f"{parameter.name} = ${{paths.data}}"
        elif parameter.annotation is str:
            yield f"# {parameter.doc or 'Yours to fill in.'}"
            yield f"{parameter.name} = {json.dumps(parameter.name)}"


def section_of(kind: str, name: str) -> str:
    """A section's name from a registered one: `my.Weights.v1` is `weights`.

    Where another part's section could be called so it is `my_weights`, or `my_weights_v1`.
    """
    own = _section_names(name)
    if name.startswith("art."):
        return own[0]
    taken = {entry.get("section", entry["value"]) for entry in load_options()[kind].entries}
    for other in registries.registry(REGISTRIES[kind]).names():
        if other != name and not other.startswith("art."):
            taken.update(_section_names(other))
    return next((section for section in own if section not in taken), own[-1])


def _section_names(name: str) -> tuple[str, ...]:
    words = name.lower().split(".")
    return words[-2], "_".join(words[:-1]), "_".join(words)


def _left_out(name: str, error: UserError) -> str:
    why = error.faults[0].message if isinstance(error, ConfigError) else error.message
    return f"{name} is not on the page: {why}"


def _doc(function: Any, name: str) -> str:
    words = (function.__doc__ or "").strip().splitlines()
    return words[0] if words else f"{name}."


def _complete(options: Options, kind: str, entry: Entry) -> None:
    """Complete a config with a part.

    Raises:
        ConfigError: it needs a setting that only its user knows.
    """
    asked: dict[str, Any] = {
        kind: entry["value"] if kind in ("data", "model") else [entry["value"]]
    }
    complete_text(render(RECIPE, context_of(options, settle(options, asked))), "config")
