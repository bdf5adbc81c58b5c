"""Reads a dataclass from JSON that others may have written: every field is held to its type."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from art.errors import DataError

T = TypeVar("T")
LARGEST = 2**63 - 1
"""No count of anything that a machine holds is larger, and torch takes no larger one."""
NAMES = {int: "an integer", float: "a number", str: "text", bool: "true or false"}
WRONG: Any = object()


def read_fields(cls: type[T], values: Any, what: str) -> T:
    """A dataclass from the JSON object of its fields; keys that it does not have are passed over,
    since a later version may have added them.

    Lists become tuples where the field is one.

    Args:
        cls: the dataclass. Its fields are plain types, tuples, mappings, sequences, literals and
            unions of these.
        values: what the JSON holds.
        what: what it describes, for the message: `data`.

    Raises:
        DataError: `values` is not an object, lacks a field, or has a field of another type. The
            message names the key and the type that is expected.
    """
    if not isinstance(values, Mapping):
        raise DataError(f"'{what}' cannot be {values!r:.60}: an object is expected.")
    kept, types_of = {}, get_type_hints(cls)
    for one in fields(cls):  # type: ignore[arg-type]
        if one.name not in values:
            if one.default is MISSING and one.default_factory is MISSING:
                raise DataError(f"'{what}' lacks '{one.name}'.")
            continue
        kind = types_of[one.name]
        found = _fitted(kind, values[one.name])
        if found is WRONG:
            given = values[one.name]
            raise DataError(
                f"'{one.name}' in '{what}' cannot be {given!r:.60}: {_words(kind)} is expected."
            )
        kept[one.name] = found
    return cls(**kept)


def _fitted(kind: Any, value: Any) -> Any:
    """A value as the type has it; `WRONG` where it is of another."""
    if kind is Any:
        return value
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        found = (_fitted(one, value) for one in args)
        return next((one for one in found if one is not WRONG), WRONG)
    if origin is Literal:
        return value if isinstance(value, str) and value in args else WRONG
    if origin is tuple:
        return _tuple(args, value)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(args[1], value)
    if origin is not None and issubclass(origin, Sequence):
        return _tuple((args[0], ...), value)
    return value if _is_plain(kind, value) else WRONG


def _is_plain(kind: Any, value: Any) -> bool:
    if kind is float:
        return type(value) is float or (type(value) is int and abs(value) <= LARGEST)
    if kind is int:
        return type(value) is int and abs(value) <= LARGEST
    return type(value) is kind


def _tuple(kinds: Sequence[Any], value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return WRONG
    if kinds[1:] == (...,):
        kinds = (kinds[0],) * len(value)
    if len(value) != len(kinds):
        return WRONG
    found = tuple(_fitted(kind, item) for kind, item in zip(kinds, value, strict=True))
    return WRONG if any(item is WRONG for item in found) else found


def _mapping(kind: Any, value: Any) -> Any:
    """Keys are texts in JSON."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        return WRONG
    found = {key: _fitted(kind, item) for key, item in value.items()}
    return WRONG if any(item is WRONG for item in found.values()) else found


def _words(kind: Any) -> str:
    """The type for people: `a list of integers` would need a plural of each; `a list, each an
    integer` needs none."""
    if kind in NAMES:
        return NAMES[kind]
    if kind is type(None):
        return "null"
    origin, args = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return " or ".join(map(_words, args))
    if origin is Literal:
        return "one of " + ", ".join(f"'{one}'" for one in args)
    if origin is not None and issubclass(origin, Mapping):
        inner = args[1]
        return "an object" + ("" if inner is Any else f" whose values are each {_words(inner)}")
    inner = args[0]
    size = f" of {len(args)}" if origin is tuple and args[1:] != (...,) else ""
    return f"a list{size}" + ("" if inner is Any else f" whose items are each {_words(inner)}")
