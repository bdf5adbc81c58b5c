"""Types and values of settings in words for people, and Python values as JSON."""

from __future__ import annotations

import collections.abc
import inspect
import json
import math
import types
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import PurePath
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

BOUNDS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
LENGTHS = {"min_length": "at least", "max_length": "at most"}
NOT_JSON: Any = object()
IN_QUOTES = "Write text in double quotes."
"""How a hint about a text setting ends, wherever it stands."""


def plain(value: Any) -> Any:
    """A Python value as a JSON value, tuples as lists; `NOT_JSON` where it has none."""
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else NOT_JSON
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, list | tuple):
        items = [plain(item) for item in value]
        return NOT_JSON if any(item is NOT_JSON for item in items) else items
    if isinstance(value, dict):
        pairs = {key: plain(item) for key, item in value.items()}
        bad = any(item is NOT_JSON or not isinstance(key, str) for key, item in pairs.items())
        return NOT_JSON if bad else pairs
    return NOT_JSON


def show(value: Any) -> str:
    """A value for a message, cut short."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def kind(value: Any) -> str:
    """What a live object is, without its repr."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(kind(item) for item in value[:5])}]"
    return show(value) if plain(value) is not NOT_JSON else f"a {type(value).__name__}"


def describe(annotation: Any) -> str:
    """An annotation for people: `int >= 1 or null`, `"a" or "b"`, `list of str`."""
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation is None or annotation is type(None):
        return "null"
    if annotation is Any or annotation is inspect.Parameter.empty:
        return "anything"
    if origin is Annotated:
        bounds = " and ".join(filter(None, map(_bound, args[1:])))
        return f"{describe(args[0])} {bounds}".rstrip()
    choices = own_choices(annotation)
    if choices:
        return " or ".join(map(show, choices))
    if origin in (Union, types.UnionType):
        return " or ".join(describe(item) for item in args)
    if origin is not None:
        return _describe_container(origin, args)
    if isinstance(annotation, type) and issubclass(annotation, PurePath):
        return "path"
    if isinstance(annotation, TypeVar):
        return "anything" if annotation.__bound__ is None else describe(annotation.__bound__)
    if fields_of(annotation):
        return f"dict with {', '.join(fields_of(annotation))}"
    return str(getattr(annotation, "__name__", "a value"))


def _describe_container(origin: Any, args: tuple[Any, ...]) -> str:
    if origin is tuple and args[-1:] != (...,):
        return f"[{', '.join(map(describe, args))}]"
    if origin is collections.abc.Callable:
        return "function"
    if isinstance(origin, type) and issubclass(origin, collections.abc.Mapping):
        return f"dict of {describe(args[-1])}" if args else "dict"
    if isinstance(origin, type) and issubclass(origin, collections.abc.Iterable) and args:
        return f"list of {describe(args[0])}"
    return str(getattr(origin, "__name__", origin))


def _bound(constraint: Any) -> str:
    words = [f"{sign} {getattr(constraint, name)}" for name, sign in BOUNDS.items()
             if getattr(constraint, name, None) is not None]  # fmt: skip
    words += [f"of length {word} {getattr(constraint, name)}" for name, word in LENGTHS.items()
              if getattr(constraint, name, None)]  # fmt: skip
    words += [constraint.documentation] if hasattr(constraint, "documentation") else []
    return " and ".join(words)


def own_choices(annotation: Any) -> tuple[Any, ...]:
    """The values of a `Literal` or an enum, as a config has them."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(plain(item) for item in annotation)
    return ()


def fields_of(annotation: Any) -> tuple[str, ...]:
    """The keys of the dict that gives a dataclass or a TypedDict; none for any other type."""
    if not isinstance(annotation, type):
        return ()
    if is_dataclass(annotation):
        return tuple(field.name for field in fields(annotation) if field.init)
    return tuple(annotation.__annotations__) if hasattr(annotation, "__total__") else ()
