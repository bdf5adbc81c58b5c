"""What is registered, for people: names, settings, one line of doc, and where it stands."""

from __future__ import annotations

import inspect
import linecache
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from art import registries
from art.config.functions.annotations import NOT_JSON, plain
from art.config.functions.signature import Parameter, signature_of
from art.config.sections import ENGINE_KEYS
from art.errors import RegistryError


@dataclass(frozen=True)
class Part:
    """One registered function, for `art list`.

    Attributes:
        registry: the word after `@`.
        name: its registered name.
        settings: its parameters, in order, without those that ART gives.
        doc: the first sentence of its docstring; what is wrong with a plugin that does not load.
        file: the file that defines it, short: from the working directory, else from the folder
            that Python imports it from; empty where it cannot be known.
        line: the line in it, counted from 1; 0 where it cannot be known.
        cost: what it costs in passes, where it says so, as probes do.
    """

    registry: str
    name: str
    settings: tuple[Parameter, ...]
    doc: str
    file: str = ""
    line: int = 0
    cost: str = ""

    @property
    def place(self) -> str:
        """`file:line`."""
        return f"{self.file}:{self.line}" if self.file else ""

    def has(self, word: str) -> bool:
        """Whether a word stands in the name, the doc or the settings, in small letters or large."""
        texts = [f"@{self.registry}", self.name, self.doc]
        texts += [f"{one.name} {one.doc}" for one in self.settings]
        return any(word.casefold() in text.casefold() for text in texts)

    def to_json(self) -> dict[str, Any]:
        """The part as plain values. A default that JSON does not have is written as text."""
        return {
            "registry": self.registry,
            "name": self.name,
            "doc": self.doc,
            **({"cost": self.cost} if self.cost else {}),
            "file": self.file,
            "line": self.line,
            "settings": [_setting(one) for one in self.settings],
        }


def listed(registry: str | None = None, search: str = "") -> list[Part]:
    """What is registered, in every registry or in one. A plugin that does not load is listed too.

    Args:
        registry: the one registry; None for all.
        search: a word that each part has in its name, doc or settings; empty for all.

    Raises:
        RegistryError: there is no such registry.
    """
    chosen = [registries.registry(registry)] if registry else list(registries.ALL.values())
    found = [_part(one, name) for one in chosen for name in one.names()]
    return [part for part in found if part.has(search)] if search else found


def parameters(registry_name: str, name: str) -> list[Parameter]:
    """The settings of a registered function, in order, for people.

    Raises:
        RegistryError: there is no such function.
    """
    kept = {parameter.name for parameter in ENGINE_KEYS.get(registry_name, ())}
    found = signature_of(registry_name, name).parameters
    return [parameter for key, parameter in found.items() if key not in kept]


def _part(registry: registries.Registry, name: str) -> Part:
    try:
        function = registry.get(name)
    except RegistryError as error:  # a plugin: what is wrong with it must not hide the others
        return Part(registry.name, name, (), error.message)
    doc = summary(inspect.getdoc(function) or "")
    file, line = _place(function)
    settings = tuple(parameters(registry.name, name))
    cost = getattr(function, "cost", "")
    return Part(registry.name, name, settings, doc, file, line, cost if type(cost) is str else "")


def summary(doc: str) -> str:
    """The docstring's first line, with those after it where it breaks off within a sentence."""
    lines: list[str] = []
    for line in doc.partition("\n\n")[0].splitlines():
        lines.append(line.strip())
        if lines[-1].endswith((".", "!", "?", ":")):
            break
    return " ".join(lines)


def _place(function: Callable[..., Any]) -> tuple[str, int]:
    """The file, short, and the line. A class is looked for by its first line: to parse its whole
    file, as `inspect` does, takes longer than all the rest."""
    module = sys.modules.get(getattr(function, "__module__", ""))
    file = getattr(module, "__file__", None)
    if inspect.isclass(function) and file:
        start = re.compile(rf"\s*class {re.escape(function.__name__)}\b")
        for number, line in enumerate(linecache.getlines(file), start=1):
            if start.match(line):
                return _short(file), number
    place = registries.place_of(function)
    return (_short(place.file), place.line) if place.line else ("", 0)


def _short(file: str) -> str:
    path = Path(file)
    own = Path(registries.__file__).parent.parent
    roots = [Path.cwd(), own, *sorted((Path(entry) for entry in sys.path if entry), reverse=True)]
    for root in roots:
        if path.is_relative_to(root) and root != Path(path.anchor):
            return path.relative_to(root).as_posix()
    return path.name


def _setting(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {"name": parameter.name, "type": parameter.type}
    found["required"] = parameter.required
    if not parameter.required:
        default = plain(parameter.default)
        found["default"] = str(parameter.default) if default is NOT_JSON else default
    return {**found, "doc": parameter.doc}
