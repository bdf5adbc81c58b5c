"""Where the blocks of a config are, and what may stand in each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from art.config.functions.signature import Parameter
from art.config.names import ORDER
from art.config.reading.positions import Path
from art.config.sections import ENGINE_KEYS, NAMED, SINGLE

CHECKS = "checks"


@dataclass(frozen=True)
class Block:
    """A block of a config, in its place.

    Attributes:
        path: its section.
        values: what stands in it.
        registry: the registry that its place asks for.
        engine: the settings in it that ART keeps.
    """

    path: Path
    values: Any
    registry: str
    engine: Mapping[str, Parameter]

    @property
    def section(self) -> str:
        """The dotted name of its section."""
        return ".".join(self.path)


def is_block(value: Any) -> bool:
    """Whether a value is a block: a dict with an `@registry` key."""
    return isinstance(value, dict) and any(str(key)[:1] == "@" for key in value)


def reference_of(block: Mapping[str, Any]) -> tuple[str, Any]:
    """A block's registry and registered name; empty where it has none."""
    for key, value in block.items():
        if key.startswith("@"):
            return key[1:], value
    return "", ""


def blocks_of(values: Mapping[str, Any]) -> Iterator[Block]:
    """Every block at a place where blocks stand, in the order of sections; nested ones not."""
    for section in ORDER:
        content = values.get(section)
        if section in SINGLE and content is not None:
            yield _block((section,), content, SINGLE[section])
        elif section in NAMED and isinstance(content, Mapping):
            for name, block in content.items():
                yield _block((section, name), block, NAMED[section])
                if section == "stages" and isinstance(block, Mapping):
                    yield from _checks(name, block)


def nested_blocks(value: Any) -> Iterator[dict[str, Any]]:
    """The outermost blocks inside a setting's value."""
    if isinstance(value, dict):
        if is_block(value):
            yield value
            return
        for item in value.values():
            yield from nested_blocks(item)
    elif isinstance(value, list):
        for item in value:
            yield from nested_blocks(item)


def own_settings(block: Mapping[str, Any], registry: str) -> dict[str, Any]:
    """A block without the settings that ART keeps."""
    kept = {parameter.name for parameter in ENGINE_KEYS.get(registry, ())}
    return {key: value for key, value in block.items() if key not in kept}


def _checks(stage: str, block: Mapping[str, Any]) -> Iterator[Block]:
    checks = block.get(CHECKS)
    for name, check in checks.items() if isinstance(checks, Mapping) else ():
        yield _block(("stages", stage, CHECKS, name), check, CHECKS)


def _block(path: Path, values: Any, registry: str) -> Block:
    engine = {parameter.name: parameter for parameter in ENGINE_KEYS.get(registry, ())}
    return Block(path, values, registry, engine)
