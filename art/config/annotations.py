"""Types of settings: checks a JSON value against an annotation, and says what was expected."""

from __future__ import annotations

import collections.abc
import inspect
import json
import math
import operator
import re
import types
from collections.abc import Iterable
from copy import deepcopy
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from art.config.secrets import HIDDEN, is_secret
from art.errors import did_you_mean

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from art.config.signature import Parameter

BOUNDS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<="}
LENGTHS = {"min_length": "at least", "max_length": "at most"}
NOT_JSON: Any = object()


class Mismatch(Exception):  # noqa: N818 - it never leaves art.config
    """A value that its annotation refuses; the message says what was expected."""


def plain(value: Any) -> Any:
    """A Python value as a JSON value, tuples as lists; `NOT_JSON` where it has none."""
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else NOT_JSON
    if isinstance(value, list | tuple):
        items = [plain(item) for item in value]
        return NOT_JSON if any(item is NOT_JSON for item in items) else items
    if isinstance(value, dict):
        pairs = {key: plain(item) for key, item in value.items()}
        bad = any(item is NOT_JSON or not isinstance(key, str) for key, item in pairs.items())
        return NOT_JSON if bad else pairs
    return NOT_JSON


def coerce(parameter: Parameter, value: Any) -> Any:
    """A JSON value as the parameter's type has it, as a JSON value again: `"3"` becomes 3.

    Raises:
        Mismatch: the value is of another type or out of bounds.
    """
    adapter = _adapter(parameter.annotation)
    if adapter is None or _is_default(parameter, value):
        return value
    found = _validate(parameter, adapter, value)
    if isinstance(found, set | frozenset) or hasattr(found, "__next__"):
        return value  # a set has no order of its own: the config's is kept
    dumped = plain(adapter.dump_python(found, mode="json", warnings=False))
    return value if dumped is NOT_JSON else dumped


def to_python(parameter: Parameter, value: Any) -> Any:
    """A JSON value as the function is to get it: a tuple, a path, a dataclass.

    Raises:
        Mismatch: the value is of another type or out of bounds.
    """
    if _is_default(parameter, value):
        return deepcopy(parameter.default)
    adapter = _adapter(parameter.annotation)
    if adapter is None:
        return tuple(value) if _is_tuple(parameter, value) else value
    found = _validate(parameter, adapter, value)
    return value if hasattr(found, "__next__") else found


def describe(annotation: Any) -> str:
    """An annotation for people: `int >= 1 or null`, `"a" or "b"`, `list of str`."""
    origin, args = get_origin(annotation), get_args(annotation)
    if annotation is None or annotation is type(None):
        return "null"
    if annotation is Any or annotation is inspect.Parameter.empty:
        return "anything"
    if origin is Annotated:
        return " ".join([describe(args[0]), *filter(None, map(_bound, args[1:]))])
    if origin is Literal:
        return " or ".join(json.dumps(item, default=str) for item in args)
    if origin in (Union, types.UnionType):
        return " or ".join(describe(item) for item in args)
    if origin is not None:
        return _describe_container(origin, args)
    if isinstance(annotation, type) and issubclass(annotation, PurePath):
        return "path"
    return str(getattr(annotation, "__name__", annotation))


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
    return " and ".join(words)


def annotated(base: Any, metadata: Iterable[Any]) -> Any:
    """`Annotated[base, *metadata]`."""
    return operator.getitem(Annotated, (base, *metadata))


def show(value: Any) -> str:
    """A value for a message, cut short."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _is_default(parameter: Parameter, value: Any) -> bool:
    """Whether a value is the default: it is right by definition, whatever the annotation says."""
    default = plain(parameter.default)
    return default is not NOT_JSON and _same(default, value)


def _same(left: Any, right: Any) -> bool:
    return type(left) is type(right) and bool(left == right)


def _is_tuple(parameter: Parameter, value: Any) -> bool:
    return isinstance(parameter.default, tuple) and isinstance(value, list)


def _validate(parameter: Parameter, adapter: TypeAdapter[Any], value: Any) -> Any:
    from pydantic import ValidationError

    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        if first["type"] == "value_error":
            raise Mismatch(f"{first['msg'].removeprefix('Value error, ')}.") from None
        shown = HIDDEN if is_secret(parameter.name, value) else show(value)
        hint = _hint(parameter.annotation, value)
        raise Mismatch(f"expected {describe(parameter.annotation)}, got {shown}{hint}") from None


def _hint(annotation: Any, value: Any) -> str:
    """What a value of the wrong type was probably meant to be."""
    if not isinstance(value, str):
        return ". Write text in double quotes." if _takes(annotation, str) else ""
    choices = [item for item in _choices(annotation) if isinstance(item, str)]
    close = did_you_mean(value, choices) if choices else ""
    if "Did you mean" in close:
        return f".{close}"
    if re.search(r"\s[#;]", value):
        return ". A comment stands on a line of its own."
    if "\n" in value:
        return ". An indented line belongs to the value above it: unindent it."
    if value[:1] in ("[", "{"):
        return ". It is not valid JSON."
    return ""


def _takes(annotation: Any, kind: type) -> bool:
    if get_origin(annotation) in (Union, types.UnionType, Annotated):
        return any(_takes(item, kind) for item in get_args(annotation))
    return annotation is kind


def _choices(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in (Union, types.UnionType, Annotated):
        return tuple(choice for item in get_args(annotation) for choice in _choices(item))
    return ()


def _adapter(annotation: Any) -> TypeAdapter[Any] | None:
    """What validates an annotation; None where anything goes."""
    if annotation is Any:
        return None
    try:
        return _cached_adapter(annotation)
    except TypeError:  # metadata that cannot be hashed
        return _make_adapter(annotation)


@lru_cache(maxsize=1024)
def _cached_adapter(annotation: Any) -> TypeAdapter[Any] | None:
    return _make_adapter(annotation)


def _make_adapter(annotation: Any) -> TypeAdapter[Any] | None:
    from pydantic import ConfigDict, PydanticUserError, TypeAdapter
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUndefinedAnnotation

    exact = _without_bools(annotation)
    refused = (PydanticUserError, PydanticSchemaGenerationError, PydanticUndefinedAnnotation)
    for config in (None, ConfigDict(arbitrary_types_allowed=True)):
        try:
            return TypeAdapter(exact, config=config)
        except (*refused, TypeError, NameError):  # no type for pydantic: try less of it
            continue
    return None


def _refuse_bool(value: Any) -> Any:
    if isinstance(value, bool):
        raise AssertionError("a bool is no number")
    return value


def _without_bools(annotation: Any) -> Any:
    """The annotation, in which `true` is no number."""
    from pydantic import BeforeValidator

    origin, args = get_origin(annotation), get_args(annotation)
    if annotation in (int, float):
        return Annotated[annotation, BeforeValidator(_refuse_bool)]
    if origin is Annotated:
        return annotated(_without_bools(args[0]), args[1:])
    if origin in (Union, types.UnionType):
        return Union[tuple(_without_bools(item) for item in args)]  # noqa: UP007
    if origin in (list, tuple, dict, set, frozenset) or (
        isinstance(origin, type) and origin.__module__ == "collections.abc"
        and origin is not collections.abc.Callable
    ):  # fmt: skip
        return origin[tuple(item if item is ... else _without_bools(item) for item in args)]
    return annotation
