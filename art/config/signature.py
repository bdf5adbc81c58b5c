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

from art.config.annotations import describe
from art.errors import RegistryError
from art.registries import registry

REQUIRED: Any = inspect.Parameter.empty


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
        takes_any: whether it takes further settings of any name (`**kwargs`).
    """

    parameters: Mapping[str, Parameter]
    given: tuple[str, ...]
    takes_any: bool


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
        return Signature({}, (), True)
    docs = docs_of(function)
    resolve = _resolver(function)
    parameters = {
        name: Parameter(name, resolve(name, item.annotation), item.default, docs.get(name, ""))
        for name, item in declared.items()
        if item.kind in (item.POSITIONAL_OR_KEYWORD, item.KEYWORD_ONLY) and name not in given
    }
    takes_any = any(item.kind is item.VAR_KEYWORD for item in declared.values())
    return Signature(parameters, tuple(name for name in declared if name in given), takes_any)


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
