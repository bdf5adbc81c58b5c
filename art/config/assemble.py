"""Makes the object that a block describes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from art.config.annotations import Mismatch, to_python
from art.config.blocks import is_block, nested_blocks, reference_of
from art.config.signature import Signature, signature_of
from art.errors import ConfigError, Fault
from art.registries import ALL, registry

PART = "part"


def build(block: Mapping[str, Any], **given: Any) -> Any:
    """Call the function that a block names with the block's settings.

    Blocks inside it are built first, in lists and dicts too.

    Args:
        block: as in `RecipeConfig.values`, without the settings that ART keeps.
        given: what ART gives: `data_info`, `params`, ...; each is passed to a function that has
            a parameter of that name.

    Raises:
        RegistryError: the block names what is not registered.
        ConfigError: a setting is of the wrong type, or the block names nothing.
        UserError: whatever the function raises comes through unchanged.
    """
    return _assembler().resolve({PART: _prepared(dict(block), given, outermost=True)})[PART]


def _prepared(block: dict[str, Any], given: Mapping[str, Any], outermost: bool) -> dict[str, Any]:
    """The block as confection can call it: given parameters added, values in their types."""
    registry_name, name = reference_of(block)
    if not registry_name:
        raise ConfigError([Fault("a block without an @name cannot be built.")])
    signature = signature_of(registry_name, name)
    ready: dict[str, Any] = {}
    for key, value in block.items():
        try:
            ready[key] = (
                _inner(value, given) if _has_blocks(value) else _typed(signature, key, value)
            )
        except Mismatch as error:
            raise ConfigError([Fault(f"{name}: {key}: {error}")]) from None
    function = registry(registry_name).get(name)
    for key, value in given.items():
        mine = key in signature.given or (outermost and _takes(function, key))
        if mine and key not in ready:
            ready[key] = value
    return ready


def _typed(signature: Signature, key: str, value: Any) -> Any:
    parameter = signature.parameters.get(key)
    return value if parameter is None else to_python(parameter, value)


def _inner(value: Any, given: Mapping[str, Any]) -> Any:
    """A value with the blocks inside it: one that is a block is left to confection, which does
    not look for any inside lists."""
    return (
        _prepared(dict(value), given, outermost=False) if is_block(value) else _built(value, given)
    )


def _built(value: Any, given: Mapping[str, Any]) -> Any:
    if is_block(value):
        return _assembler().resolve({PART: _inner(value, given)})[PART]
    if isinstance(value, Mapping):
        return {key: _built(item, given) for key, item in value.items()}
    return [_built(item, given) for item in value] if isinstance(value, list) else value


def _has_blocks(value: Any) -> bool:
    return any(True for _ in nested_blocks(value))


def _takes(function: Callable[..., Any], name: str) -> bool:
    try:
        return name in inspect.signature(function).parameters
    except (TypeError, ValueError):  # written in C, without a signature
        return False


@lru_cache(maxsize=1)
def _assembler() -> Any:
    """confection's registry over ART's. Its own filling is off: ours came before, and it refuses
    functions with `**kwargs`."""
    import confection

    class Assembler(confection.registry):
        @classmethod
        def has(cls, registry_name: str, func_name: str) -> bool:
            return registry_name in ALL and func_name in ALL[registry_name]

        @classmethod
        def get(cls, registry_name: str, func_name: str) -> Callable[..., Any]:
            return registry(registry_name).get(func_name)

        @classmethod
        def fill(cls, config: Any, **_options: Any) -> Any:
            return config

    return Assembler
