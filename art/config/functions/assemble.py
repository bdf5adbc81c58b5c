"""Makes the object that a block describes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from art.config.functions.annotations import Mismatch, fitting, to_python
from art.config.functions.blocks import is_block, nested_blocks, reference_of
from art.config.functions.signature import POSITIONAL, Parameter, Signature, signature_of
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
    return _made(_prepared(dict(block), given, outermost=True))


def _prepared(block: dict[str, Any], given: Mapping[str, Any], outermost: bool) -> dict[str, Any]:
    """The block as confection can call it: given parameters added, values in their types, and
    the blocks inside it built."""
    registry_name, name = reference_of(block)
    if not registry_name:
        raise ConfigError([Fault("a block without an @name cannot be built.")])
    signature = signature_of(registry_name, name)
    ready: dict[str, Any] = {f"@{registry_name}": name}
    for key, value in block.items():
        if not key.startswith("@"):
            try:
                ready[key] = _Held(_setting(signature, key, value, given))
            except Mismatch as error:
                raise ConfigError([Fault(f"{name}: {key}: {error}")]) from None
    function = registry(registry_name).get(name)
    for key, value in given.items():
        mine = key in signature.given or (outermost and _takes(function, key))
        if mine and key not in ready:
            ready[key] = _Held(value)
    if POSITIONAL in ready:
        positional = ready[POSITIONAL].value
        values = positional.values() if isinstance(positional, Mapping) else positional
        ready[POSITIONAL] = [_Held(value) for value in values]
    return ready


@dataclass(frozen=True)
class _Held:
    """A value that confection passes on untouched: it would take dicts and tuples apart."""

    value: Any


def _setting(signature: Signature, key: str, value: Any, given: Mapping[str, Any]) -> Any:
    parameter = signature.parameters.get(key) or signature.rest or Parameter(key)
    if _has_blocks(value):
        return fitting(parameter, _built(value, given))
    return to_python(parameter, value)


def _built(value: Any, given: Mapping[str, Any]) -> Any:
    if is_block(value):
        return _made(_prepared(dict(value), given, outermost=False))
    if isinstance(value, Mapping):
        return {key: _built(item, given) for key, item in value.items()}
    return [_built(item, given) for item in value] if isinstance(value, list) else value


def _made(block: dict[str, Any]) -> Any:
    held: _Held = _assembler().resolve({PART: block})[PART]
    return held.value


def _has_blocks(value: Any) -> bool:
    return any(True for _ in nested_blocks(value))


def _takes(function: Callable[..., Any], name: str) -> bool:
    return any(parameter.name == name for parameter in _declared(function))


def _caller(function: Callable[..., Any]) -> Callable[..., Any]:
    """Calls a function with held values. Those that it takes by position alone, and those before
    its `*args` where there are any, are put in their order."""

    def call(*args: _Held, **settings: _Held) -> _Held:
        named = {key: held.value for key, held in settings.items()}
        front = [
            named.pop(parameter.name, parameter.default)
            for parameter in _declared(function)
            if parameter.kind is parameter.POSITIONAL_ONLY
            or (args and parameter.kind is parameter.POSITIONAL_OR_KEYWORD)
        ]
        return _Held(function(*front, *(held.value for held in args), **named))

    call.__annotations__ = {}  # confection would look for models of pydantic's in them, each time
    return call


def _declared(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):  # written in C, without a signature
        return []


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
            return _caller(registry(registry_name).get(func_name))

        @classmethod
        def fill(cls, config: Any, **_options: Any) -> Any:
            return config

    return Assembler
