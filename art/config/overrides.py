"""Settings from outside files: the command line, the environment, and Python."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from art.config.layers import Entry, Layer
from art.config.positions import Path
from art.config.secrets import HIDDEN, is_secret
from art.config.sections import ORDER
from art.errors import ConfigError, Fault, Location, did_you_mean

VARIABLE = "ART_CONFIG_OVERRIDES"


@dataclass(frozen=True)
class Override:
    """One setting from outside a file.

    Attributes:
        path: its section and key.
        value: a JSON value.
        at: the option as it was given, or the variable.
    """

    path: Path
    value: Any
    at: Location

    @property
    def name(self) -> str:
        """The dotted name."""
        return ".".join(self.path)


def parse_overrides(args: Sequence[str], source: str = "") -> list[Override]:
    """Read `--section.key=value` and `--section.key value`; values are JSON, else strings.

    Args:
        args: the options.
        source: where they come from, where that is not the command line.

    Raises:
        ConfigError: an option that is no setting, or that has no value; all of them at once.
    """
    found: list[Override] = []
    faults: list[Fault] = []
    rest = list(args)
    while rest:
        option = rest.pop(0)
        name, equals, text = option.partition("=")
        if not equals and rest and not rest[0].startswith("--"):
            text, equals = rest.pop(0), "="
        path = tuple(name.removeprefix("--").split("."))
        at = Location(source or _shown(path, name, text if equals else None))
        fault = _wrong(name, path, bool(equals))
        if fault:
            faults.append(Fault(fault, "", at))
        else:
            found.append(Override(path, _value(text), at))
    if faults:
        raise ConfigError(faults)
    return found


def overrides_from_environment(environ: Mapping[str, str]) -> list[Override]:
    """The settings in `ART_CONFIG_OVERRIDES`, written as on the command line.

    Raises:
        ConfigError: the variable cannot be read.
    """
    try:
        args = shlex.split(environ.get(VARIABLE, ""))
    except ValueError as error:
        raise ConfigError([Fault(f"cannot be read: {error}.", "", Location(VARIABLE))]) from None
    return parse_overrides(args, VARIABLE)


def overrides_from_mapping(settings: Mapping[str, Any], source: str) -> list[Override]:
    """Settings by dotted name, from Python.

    Raises:
        ConfigError: a name without a dot, or a value that JSON does not have.
    """
    found, faults = [], []
    for name, value in settings.items():
        path = tuple(str(name).split("."))
        fault = _wrong(f"--{name}", path, has_value=True)
        try:
            plain = json.loads(json.dumps(value, default=_plain))
        except (TypeError, ValueError) as error:
            plain, fault = None, fault or f"'{name}' is no JSON value: {error}."
        if fault:
            faults.append(Fault(fault, "", Location(source)))
        else:
            found.append(Override(path, plain, Location(source)))
    if faults:
        raise ConfigError(faults)
    return found


def as_layer(overrides: Iterable[Override], source: str) -> Layer:
    """The settings as a layer."""
    layer = Layer(source)
    layer.entries = [Entry(one.path, one.value, one.at, one.at) for one in overrides]
    return layer


def _wrong(name: str, path: Path, has_value: bool) -> str:
    """What is wrong with an option; empty where nothing is."""
    if not name.startswith("--") or name == "--":
        return f"'{name}' is no option: settings are --section.key=value."
    if path[0] not in ORDER:
        return f"unknown section '{path[0]}'.{did_you_mean(path[0], ORDER)}"
    if len(path) < 2 or not all(path):
        return f"'{name}' names no setting: settings are --section.key=value."
    return "" if has_value else f"'{name}' needs a value: {name}=value."


def _shown(path: Path, name: str, text: str | None) -> str:
    if text is None:
        return name
    return f"{name}={HIDDEN if is_secret(path[-1], text) else text}"


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # not JSON: the text itself is meant
        return text


def _plain(value: Any) -> Any:
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not a JSON type")
