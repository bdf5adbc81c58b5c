"""What is registered, for people: names, settings, one line of doc, and where it stands."""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass

from art import registries
from art.config.sections import ENGINE_KEYS
from art.config.signature import Parameter, signature_of


@dataclass(frozen=True)
class Part:
    """One registered function, for `art list`.

    Attributes:
        registry: the word after `@`.
        name: its registered name.
        settings: `name: type = default` of each parameter, in order.
        doc: the first line of its docstring.
        place: the file and line that define it.
    """

    registry: str
    name: str
    settings: tuple[str, ...]
    doc: str
    place: str


def listed(registry: str | None = None) -> list[Part]:
    """What is registered, in every registry or in one.

    Raises:
        RegistryError: there is no such registry, or a plugin does not load.
    """
    chosen = [registries.registry(registry)] if registry else list(registries.ALL.values())
    return [_part(one, name) for one in chosen for name in one.names()]


def _part(registry: registries.Registry, name: str) -> Part:
    function = registry.get(name)
    settings = tuple(
        f"{parameter.name}: {parameter.type}"
        + ("" if parameter.required else f" = {json.dumps(parameter.default, default=str)}")
        for parameter in parameters(registry.name, name)
    )
    doc = (inspect.getdoc(function) or "").partition("\n")[0]
    return Part(registry.name, name, settings, doc, str(registries.place_of(function)))


def parameters(registry_name: str, name: str) -> list[Parameter]:
    """The settings of a registered function, in order, for people.

    Raises:
        RegistryError: there is no such function.
    """
    kept = {parameter.name for parameter in ENGINE_KEYS.get(registry_name, ())}
    found = signature_of(registry_name, name).parameters
    return [parameter for key, parameter in found.items() if key not in kept]
