"""Tells without pydantic that a value has a plain type already: most values of a config have."""

from __future__ import annotations

import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt

SINGLE = (bool, int, float, str)


def is_exact(annotation: Any, value: Any) -> bool:
    """Whether a value is of a type as it stands, so that validation would not change it.

    False says nothing: the value may be right, and of a type that is not so plain.
    """
    if annotation in SINGLE:
        return type(value) is annotation
    if annotation is None or annotation is type(None):
        return value is None
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return is_exact(args[0], value) and all(_holds(bound, value) for bound in args[1:])
    if origin is Literal:
        return any(type(value) is type(choice) and value == choice for choice in args)
    if origin in (Union, types.UnionType):
        return any(is_exact(kind, value) for kind in args)
    if origin is list:
        return type(value) is list and all(is_exact(args[0], item) for item in value)
    return False


def _holds(bound: Any, value: Any) -> bool:
    """Whether a bound holds; False for one that is not known here."""
    if type(value) not in (int, float):
        return False
    if type(bound) is Ge:
        return bool(value >= bound.ge)
    if type(bound) is Gt:
        return bool(value > bound.gt)
    if type(bound) is Le:
        return bool(value <= bound.le)
    return type(bound) is Lt and bool(value < bound.lt)
