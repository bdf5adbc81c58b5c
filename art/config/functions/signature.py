"""The settings of a registered function: its parameters, read from its signature."""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from art.config.functions.annotations import describe
from art.errors import RegistryError
from art.registries import registry

REQUIRED: Any = inspect.Parameter.empty
POSITIONAL = "*"
"""The key of a function's `*args` in a config: a list, or subsections in their order."""


@dataclass(frozen=True)
class Parameter:
    """One setting.

    Attributes:
        name: its key in a config.
        annotation: its type; Any where there is none, or none that can be resolved.
        default: its default; `REQUIRED` where there is none.
        doc: what its docstring says of it, in one line.
    """

    name: str
    annotation: Any = Any
    default: Any = REQUIRED
    doc: str = ""

    @property
    def required(self) -> bool:
        """Whether it must be given."""
        return self.default is REQUIRED

    @property
    def type(self) -> str:
        """Its type, for people."""
        return describe(self.annotation)


@dataclass(frozen=True)
class Signature:
    """The settings of a function.

    Attributes:
        parameters: by name, in order, without those that ART gives.
        given: names of those that ART gives.
        needs: those of `given` without a default.
        rest: what further settings of any name are (`**kwargs`); None where there are none.
        returns: what it makes: a class, the annotation of its result, or Any.
    """

    parameters: Mapping[str, Parameter]
    given: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    rest: Parameter | None = None
    returns: Any = Any

    @property
    def takes_any(self) -> bool:
        """Whether it takes further settings of any name."""
        return self.rest is not None


def signature_of(registry_name: str, name: str) -> Signature:
    """The settings of a registered function.

    Raises:
        RegistryError: there is no such function, or its plugin does not load.
    """
    found = registry(registry_name)
    if not isinstance(name, str):
        raise RegistryError(f"@{registry_name} must be a registered name in double quotes.")
    return _signature(found.get(name), found.given)


@lru_cache(maxsize=1024)
def _signature(function: Callable[..., Any], given: tuple[str, ...]) -> Signature:
    try:
        declared = inspect.signature(function).parameters
    except (TypeError, ValueError):  # written in C, without a signature
        return Signature({}, rest=Parameter("**"))
    docs = docs_of(function)
    resolve = _resolver(function)
    parameters = {
        name: Parameter(name, resolve(name, item.annotation), item.default, docs.get(name, ""))
        for name, item in declared.items()
        if item.kind not in (item.VAR_POSITIONAL, item.VAR_KEYWORD) and name not in given
    }
    rest = None
    for name, item in declared.items():
        each = resolve(name, item.annotation)
        if item.kind is item.VAR_POSITIONAL:
            annotation = list[each] | dict[str, each]  # type: ignore[valid-type]
            parameters[POSITIONAL] = Parameter(POSITIONAL, annotation, (), docs.get(name, ""))
        elif item.kind is item.VAR_KEYWORD:
            rest = Parameter(name, each, None, docs.get(name, ""))
    returns = function if inspect.isclass(function) else resolve("return", _result(function))
    kept = tuple(name for name in declared if name in given)
    needs = tuple(name for name in kept if declared[name].default is REQUIRED)
    return Signature(parameters, kept, needs, rest, returns)


def _result(function: Callable[..., Any]) -> Any:
    return getattr(function, "__annotations__", {}).get("return", inspect.Parameter.empty)


def _resolver(function: Callable[..., Any]) -> Callable[[str, Any], Any]:
    """Turns one annotation after the other into a type: one that fails spoils no other."""
    names = _globals(function)

    def resolve(name: str, annotation: Any) -> Any:
        if annotation is inspect.Parameter.empty:
            return Any

        def holder() -> None: ...

        holder.__annotations__ = {name: annotation}
        try:
            return typing.get_type_hints(holder, names, include_extras=True)[name]
        except Exception:  # a name that only type checkers import: any value is let through
            return Any

    return resolve


def _globals(function: Callable[..., Any]) -> dict[str, Any]:
    """The names that a function's annotations can use."""
    found: dict[str, Any] = {}
    for item in (function, getattr(function, "__init__", None)):
        item = inspect.unwrap(item) if callable(item) else item
        module = sys.modules.get(getattr(item, "__module__", ""))
        found |= vars(module) if module is not None else {}
        found |= getattr(item, "__globals__", {})
    return found


def docs_of(function: Callable[..., Any]) -> dict[str, str]:
    """What the docstrings' `Args:` say, by parameter."""
    texts = [inspect.getdoc(function) or ""]
    if inspect.isclass(function):
        texts.append(inspect.getdoc(function.__init__) or "")
    found: dict[str, str] = {}
    for text in texts:
        _, _, body = text.partition("\nArgs:\n")
        name, indent = "", 0
        for line in body.split("\n"):
            if line and not line[0].isspace():
                break
            entry = re.match(r"(\s+)([\w, ]+?)(?: \([^)]*\))?: (.*)", line)
            if entry and (not name or len(entry[1]) <= indent):
                indent, name = len(entry[1]), entry[2]
                found[name] = entry[3].strip()
            elif name and line.strip():
                found[name] += " " + line.strip()
    return {name: text for names, text in found.items() for name in re.split(r",\s*", names)}
