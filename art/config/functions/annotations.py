"""Types of settings: checks a JSON value against an annotation, and says what was expected."""

from __future__ import annotations

import collections.abc
import operator
import re
import types
from collections.abc import Iterable
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin, get_type_hints

from art.config.functions.exact import is_exact
from art.config.functions.wording import (
    IN_QUOTES,
    NOT_JSON,
    describe,
    fields_of,
    kind,
    own_choices,
    plain,
    show,
)
from art.core.secrets import HIDDEN, is_secret
from art.errors import did_you_mean, nearest

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from art.config.functions.signature import Parameter


class Mismatch(Exception):  # noqa: N818 - it never leaves art.config
    """A value that its annotation refuses; the message says what was expected."""


def coerce(parameter: Parameter, value: Any) -> Any:
    """A JSON value as the parameter's type has it, as a JSON value again: `"3"` becomes 3.

    Raises:
        Mismatch: the value is of another type or out of bounds.
    """
    if is_exact(parameter.annotation, value) or _is_default(parameter, value):
        return value  # and pydantic need not be asked
    adapter = _adapter(parameter.annotation)
    if adapter is None:
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


def fitting(parameter: Parameter, value: Any) -> Any:
    """What the blocks of a setting became, if its type allows it.

    Raises:
        Mismatch: it does not.
    """
    from pydantic import ValidationError

    adapter = _adapter(parameter.annotation)
    try:
        found = value if adapter is None else adapter.validate_python(value)
    except ValidationError:
        expected = describe(parameter.annotation)
        raise Mismatch(f"expected {expected}, got {kind(value)}.") from None
    return value if hasattr(found, "__next__") else found


def annotated(base: Any, metadata: Iterable[Any]) -> Any:
    """`Annotated[base, *metadata]`."""
    return operator.getitem(Annotated, (base, *metadata))


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
        if isinstance(value, dict | list):
            _refuse_unknown_keys(parameter.annotation, value)
        return adapter.validate_python(value)
    except Mismatch:
        raise
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "value_error":
            raise Mismatch(f"{first['msg'].removeprefix('Value error, ')}.") from None
        shown = HIDDEN if is_secret(parameter.name, value) else show(value)
        hint = _hint(parameter.annotation, value)
        where = _item(parameter.annotation, value, first["loc"])
        expected = describe(parameter.annotation)
        raise Mismatch(f"expected {expected}, got {shown}{where}.{hint}") from None
    except Exception as error:  # the annotation's own code: a validator of the user's
        raise Mismatch(f"{type(error).__name__}: {error}.") from None


def _refuse_unknown_keys(annotation: Any, value: Any) -> None:
    """A dict for a dataclass or the like has no other keys: pydantic would let them vanish."""
    origin, args = get_origin(annotation), get_args(annotation)
    fields = fields_of(annotation)
    if isinstance(value, dict) and fields:
        for key in value:
            if key not in fields:
                raise Mismatch(f"unknown key '{key}'.{did_you_mean(key, fields)}")
    elif origin in (Union, types.UnionType):
        kinds = [one for one in args if one is not type(None)]
        if len(kinds) == 1:
            _refuse_unknown_keys(kinds[0], value)
    elif origin is Annotated:
        _refuse_unknown_keys(args[0], value)
    elif isinstance(value, list) and origin in (list, tuple) and args:
        for item in value:
            _refuse_unknown_keys(args[0], item)
    elif isinstance(value, dict) and origin is dict:
        for item in value.values():
            _refuse_unknown_keys(args[1], item)


def _item(annotation: Any, value: Any, place: tuple[int | str, ...]) -> str:
    """Which item of a list is wrong, where it has several."""
    listed = get_origin(annotation) in (list, tuple) and isinstance(value, list)
    if not listed or len(value) < 2 or not place or not isinstance(place[0], int):
        return ""
    return f" (item {place[0] + 1})" if place[0] < len(value) else ""


def _hint(annotation: Any, value: Any) -> str:
    """What a value of the wrong type was probably meant to be."""
    if not isinstance(value, str):
        return f" {IN_QUOTES}" if _takes(annotation, str) else ""
    choices = [item for item in _choices(annotation) if isinstance(item, str)]
    close = nearest(value, choices)
    if close is not None:
        return f" Did you mean '{close}'?"
    if re.fullmatch(r"-?\d+,\d+", value) and _takes(annotation, float):
        return f" Write it with a point: {value.replace(',', '.')}."
    if "," in value and _takes(annotation, list, tuple):
        example = '["a", "b"]' if "str" in describe(annotation) else "[1, 2]"
        return f" A list is written {example}."
    return ""


def _takes(annotation: Any, *kinds: type) -> bool:
    if get_origin(annotation) in (Union, types.UnionType, Annotated):
        return any(_takes(item, *kinds) for item in get_args(annotation))
    return annotation in kinds or get_origin(annotation) in kinds


def _choices(annotation: Any) -> tuple[Any, ...]:
    if get_origin(annotation) in (Union, types.UnionType, Annotated):
        return tuple(choice for item in get_args(annotation) for choice in _choices(item))
    return own_choices(annotation)


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
        raise AssertionError("a bool is not a number")
    return value


def _without_bools(annotation: Any) -> Any:
    """The annotation, in which `true` is no number."""
    from pydantic import BeforeValidator

    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (collections.abc.Iterable, collections.abc.Collection):
        origin = list  # pydantic would hand out an iterator that checks only as it goes
    if isinstance(annotation, type) and hasattr(annotation, "__total__"):
        return _typed_dict(annotation)
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


def _typed_dict(annotation: Any) -> Any:
    """A TypedDict as pydantic takes it: before Python 3.12 it refuses those of `typing`."""
    from typing_extensions import NotRequired, Required, TypedDict

    fields = {
        name: operator.getitem(
            Required if name in annotation.__required_keys__ else NotRequired, _without_bools(kind)
        )
        for name, kind in get_type_hints(annotation).items()
    }
    return TypedDict(annotation.__name__, fields)  # type: ignore[operator]
