"""What a block inside a setting makes, and whether the setting's type can take it."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from art.config.functions.annotations import Mismatch, coerce
from art.config.functions.blocks import is_block, nested_blocks, reference_of
from art.config.functions.signature import Parameter, signature_of
from art.config.functions.wording import describe
from art.errors import RegistryError

UNIONS = (Union, types.UnionType)


def nested_mismatches(parameter: Parameter, value: Any) -> Iterator[str]:
    """What is wrong with a setting's value that holds blocks, as far as their types are known.

    What stands beside blocks in a list is checked as any other value.
    """
    if is_block(value):
        made = _made(value)
        if not may_take(parameter.annotation, made):
            name = reference_of(value)[1]
            yield f"expected {parameter.type}, but {name} gives {describe(made)}."
        return
    items = _items_of(parameter.annotation, value)
    for item in items[1] if items else ():
        inner = Parameter(parameter.name, items[0])  # type: ignore[index]
        if any(True for _ in nested_blocks(item)):
            yield from nested_mismatches(inner, item)
        else:
            try:
                coerce(inner, item)
            except Mismatch as error:
                yield str(error)


def _items_of(annotation: Any, value: Any) -> tuple[Any, list[Any]] | None:
    """The annotation of each item, and the items; None where that is not known."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _items_of(args[0], value)
    if origin in UNIONS:
        wanted = dict if isinstance(value, dict) else list
        fitting = [one for one in args if get_origin(one) is wanted]
        return _items_of(fitting[0], value) if len(fitting) == 1 else None
    if isinstance(value, list) and (origin is list or (origin is tuple and args[-1:] == (...,))):
        return args[0], value
    if isinstance(value, dict) and origin is dict:
        return args[1], list(value.values())
    return None


def _made(block: dict[str, Any]) -> Any:
    registry, name = reference_of(block)
    try:
        return signature_of(registry, name).returns
    except RegistryError:  # said where the block is checked
        return Any


def may_take(annotation: Any, made: Any) -> bool:
    """Whether a setting of one type can take what a function of another makes. Where it cannot be
    known for certain it may."""
    if annotation is inspect.Parameter.empty or Any in (annotation, made):
        return True
    if get_origin(annotation) in (*UNIONS, Annotated):
        kinds = get_args(annotation)
        kinds = kinds[:1] if get_origin(annotation) is Annotated else kinds
        return any(may_take(one, made) for one in kinds)
    if get_origin(made) in (*UNIONS, Annotated):
        return any(may_take(annotation, one) for one in get_args(made))
    if isinstance(annotation, TypeVar) or isinstance(made, TypeVar) or made is None:
        return True
    expected, found = _class(annotation), _class(made)
    if get_origin(annotation) is Literal:
        return found in (str, int, bool, None)
    if not isinstance(expected, type) or not isinstance(found, type):
        return True
    try:
        related = issubclass(found, expected) or issubclass(expected, found)
    except TypeError:  # a protocol that is not there at run time
        return True
    return related or (expected is float and found is int)


def _class(annotation: Any) -> Any:
    return get_origin(annotation) or annotation
