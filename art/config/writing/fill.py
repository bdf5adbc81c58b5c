"""Adds the defaults of every registered function, so that a config says all that will happen."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from art.config.functions.annotations import NOT_JSON, plain
from art.config.functions.blocks import blocks_of, nested_blocks, reference_of
from art.config.functions.signature import POSITIONAL, signature_of
from art.config.reading.references import escape
from art.config.sections import ENGINE_KEYS, PLAIN, plain_parameters
from art.errors import RegistryError


def fill(values: dict[str, Any]) -> None:
    """Add the default of every setting that is not there, in place.

    What a block names and does not exist is passed over here: checking says it. A default that
    JSON does not have is left out, and the function uses its own.
    """
    for section in PLAIN:
        content = values.setdefault(section, {})
        for parameter in plain_parameters(section) if isinstance(content, dict) else ():
            if not parameter.required:
                content.setdefault(parameter.name, deepcopy(parameter.default))
    for block in blocks_of(values):
        if isinstance(block.values, dict):
            fill_block(block.values, block.registry)
            if block.registry == "checks" and reference_of(block.values)[0]:
                block.values.setdefault("severity", "block")


def fill_block(block: dict[str, Any], expected: str = "", written: bool = True) -> None:
    """Add a block's defaults, and those of the blocks inside it, in place.

    Args:
        block: the block.
        expected: the registry that its place asks for; empty inside another block.
        written: whether references in the block are still to be looked up.
    """
    registry, name = reference_of(block)
    if not isinstance(name, str) or (expected and registry != expected):
        return
    try:
        parameters = signature_of(registry, name).parameters
    except RegistryError:  # said where the config is checked
        return
    engine = {parameter.name for parameter in ENGINE_KEYS.get(registry, ()) if expected}
    for key, parameter in parameters.items():
        default = plain(parameter.default)
        absent = key not in block and key not in engine and key != POSITIONAL
        if absent and default is not NOT_JSON:
            block[key] = escape(default) if written else default
    for key, value in block.items():
        if key not in engine:
            for inner in nested_blocks(value):
                fill_block(inner, written=written)
