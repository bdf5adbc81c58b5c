"""Blocks as the lines of a config, whole and in the settings' own types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from art.config.functions.annotations import Mismatch, coerce
from art.config.functions.signature import signature_of
from art.config.writing.fill import fill_block
from art.config.writing.render import value_text

Block = dict[str, Any]


def completed(block: Mapping[str, Any], registry: str) -> Block:
    """A block with every default, each value in its setting's type, as in a complete config."""
    found = dict(block)
    fill_block(found, registry, written=False)
    parameters = signature_of(registry, found[f"@{registry}"]).parameters
    for key in found.keys() & parameters.keys():
        try:
            found[key] = coerce(parameters[key], found[key])
        except Mismatch:  # said where a config with it is checked
            continue
    return found


def lines_of(registry: str, name: str, given: Sequence[str] = ()) -> list[str]:
    """The lines of a block's settings: those given, then the defaults of the others.

    Args:
        registry: the word after `@`.
        name: the registered name.
        given: lines as they stand in a config, comments among them.
    """
    keys = [line.partition(" = ")[0] for line in given if not line.startswith("#")]
    whole = completed({f"@{registry}": name}, registry)
    return [*given, *written({key: whole[key] for key in whole if key not in keys})]


def written(settings: Mapping[str, Any]) -> list[str]:
    """Settings as lines, without what they are of."""
    return [
        f"{key} = {value_text(value)}" for key, value in settings.items() if not key.startswith("@")
    ]


def section(path: Sequence[str], block: Mapping[str, Any], comment: str) -> str:
    """A section with its comment, as one text without a line end behind it."""
    return "\n".join(_section(path, block, comment))


def _section(path: Sequence[str], block: Mapping[str, Any], comment: str) -> Iterator[str]:
    if comment:
        yield f"# {comment}"
    yield f"[{'.'.join(path)}]"
    for key, value in block.items():
        yield f"{key} = {value_text(value)}"
