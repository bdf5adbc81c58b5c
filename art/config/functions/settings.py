"""Settings by dotted name: all of them, and what may be assigned to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from art.config.functions.annotations import Mismatch, coerce
from art.config.functions.blocks import CHECKS, is_block, reference_of
from art.config.functions.signature import Parameter, signature_of
from art.config.layering.layers import get
from art.config.reading.positions import Path
from art.config.sections import ENGINE_KEYS, NAMED, PLAIN, SINGLE, plain_parameters
from art.errors import did_you_mean


class NoSetting(Exception):  # noqa: N818 - it never leaves art.config
    """There is no setting of that name; the message says why and names the nearest."""


def settings_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Every setting of a config by dotted name, `{"model.dropout": 0.3}`."""
    found: dict[str, Any] = {}
    for section, content in values.items():
        if not isinstance(content, Mapping):
            continue
        if section in NAMED:
            for name, block in content.items():
                found.update(_flatten(block, f"{section}.{name}"))
        else:
            found.update(_flatten(content, section))
    return found


def with_aliases(values: Mapping[str, Any]) -> dict[str, Any]:
    """`settings_of`, in which `model.x` stands for the first of several models that has an x."""
    found = settings_of(values)
    for name in values.get("models") or {}:
        prefix = f"models.{name}."
        for key, value in list(found.items()):
            if key.startswith(prefix):
                found.setdefault(f"model.{key.removeprefix(prefix)}", value)
    return found


def find(values: Mapping[str, Any], name: str) -> list[tuple[Path, Parameter]]:
    """The settings that a dotted name means: several where `model.x` means several models.

    Raises:
        NoSetting: it means none.
    """
    path = tuple(name.split("."))
    if path[0] == "model" and "model" not in values and values.get("models"):
        found, missing = [], None
        for model in values["models"]:
            try:
                found += find(values, ".".join(("models", model, *path[1:])))
            except NoSetting as error:
                missing = error
        if not found and missing is not None:
            raise missing
        return found
    return [(path, _parameter(values, path))]


def assign(values: dict[str, Any], name: str, value: Any) -> list[Path]:
    """Change settings in place; returns the paths of what was changed.

    Raises:
        NoSetting: there is no setting of that name.
        Mismatch: the value is of another type or out of bounds.
    """
    changed = []
    for path, parameter in find(values, name):
        try:
            plain = coerce(parameter, value)
        except Mismatch as error:
            raise Mismatch(f"{name}: {error}") from None
        get(values, path[:-1])[path[-1]] = plain
        changed.append(path)
    return changed


def _flatten(block: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(block, Mapping):
        return
    for key, value in block.items():
        if is_block(value):
            yield from _flatten(value, f"{prefix}.{key}")
        elif key == CHECKS and prefix.startswith("stages.") and isinstance(value, Mapping):
            for name, check in value.items():
                yield from _flatten(check, f"{prefix}.{CHECKS}.{name}")
        else:
            yield f"{prefix}.{key}", value


def _parameter(values: Mapping[str, Any], path: Path) -> Parameter:
    section = path[0]
    if section in PLAIN:
        return _among({p.name: p for p in plain_parameters(section)}, path, section == "paths")
    depth = 1 if section in SINGLE else 2 if section in NAMED else 0
    if section == "stages" and path[2:3] == (CHECKS,):
        depth = 4
    block = get(values, path[:depth]) if depth else None
    if not isinstance(block, Mapping) or len(path) <= depth:
        known = sorted(with_aliases(values))
        raise NoSetting(f"there is no setting '{'.'.join(path)}'.{_near('.'.join(path), known)}")
    registry, name = reference_of(block)
    if path[depth:] == (f"@{registry}",):
        return Parameter(path[-1], Literal[name])  # a setting never changes which function it is
    signature = signature_of(registry, name)
    known_here = {**signature.parameters, **{p.name: p for p in ENGINE_KEYS.get(registry, ())}}
    for key in path[depth:-1]:  # down into nested blocks
        inner = block.get(key)
        if not isinstance(inner, Mapping) or not is_block(inner):
            raise NoSetting(f"there is no setting '{'.'.join(path)}'.")
        block, signature = inner, signature_of(*reference_of(inner))
        known_here = dict(signature.parameters)
    return _among(known_here, path, signature.takes_any)


def _among(parameters: Mapping[str, Parameter], path: Path, takes_any: bool) -> Parameter:
    key = path[-1]
    if key in parameters and len(path) >= 2:
        return parameters[key]
    if takes_any and not key.startswith("@"):
        return Parameter(key)
    section = ".".join(path[:-1])
    raise NoSetting(
        f"there is no setting '{'.'.join(path)}': [{section}] has no '{key}'."
        f"{did_you_mean(key, parameters)}"
    )


def _near(name: str, known: list[str]) -> str:
    text = did_you_mean(name, known)
    return text if "Did you mean" in text else ""
