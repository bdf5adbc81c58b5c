"""Settings from outside files: the command line, the environment, and Python."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
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


def parse_overrides(args: Sequence[str]) -> list[Override]:
    """Read `--section.key=value` and `--section.key value`; values are JSON, else strings.

    Raises:
        ConfigError: an option that is no setting, or that has no value; all of them at once.
    """
    found, faults = _read(args)
    if faults:
        raise ConfigError(faults)
    return found


def options_layer(args: Sequence[str]) -> Layer:
    """Options of the command line as a layer."""
    return _layer("the command line", *_read(args))


def environment_layer(environ: Mapping[str, str]) -> Layer:
    """The settings in `ART_CONFIG_OVERRIDES`, written as on the command line, as a layer."""
    try:
        args = shlex.split(environ.get(VARIABLE, ""))
    except ValueError as error:
        return _layer(VARIABLE, [], [Fault(f"cannot be read: {error}.", "", Location(VARIABLE))])
    return _layer(VARIABLE, *_read(args, VARIABLE))


def mapping_layer(settings: Mapping[str, Any], source: str) -> Layer:
    """Settings by dotted name, from Python, as a layer."""
    found: list[Override] = []
    faults: list[Fault] = []
    at = Location(source)
    for name, value in settings.items():
        path = tuple(str(name).split("."))
        fault = _wrong(f"--{name}", path, has_value=True)
        try:
            plain = json.loads(json.dumps(value, default=_plain))
        except (TypeError, ValueError) as error:
            plain, fault = None, fault or f"'{name}' is no JSON value: {error}."
        if fault:
            faults.append(Fault(fault, "", at))
        else:
            found.append(Override(path, plain, at))
    return _layer(source, found, faults)


def _read(args: Sequence[str], source: str = "") -> tuple[list[Override], list[Fault]]:
    """What can be read of options, and what is wrong with the others."""
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
    return found, faults


def _layer(source: str, overrides: Sequence[Override], faults: Sequence[Fault]) -> Layer:
    entries = [Entry(one.path, one.value, one.at, one.at) for one in overrides]
    return Layer(source, {}, entries, list(faults))


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
