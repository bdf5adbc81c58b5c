"""A part as the lines of a section: what it is, its settings with their defaults, what each is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from art.config.checking.usage import PLACES
from art.config.functions.annotations import NOT_JSON, plain
from art.config.functions.signature import POSITIONAL, Parameter, signature_of
from art.config.listing import summary
from art.config.reading.positions import Path
from art.config.sections import ENGINE_KEYS
from art.config.writing.render import reference_text, value_text
from art.errors import UserError, did_you_mean, printable
from art.registries import registry

WIDTH = 98
SEVERITY = "severity"


def part_lines(
    path: Path, registry_name: str, registered: str, given: Mapping[str, Any]
) -> list[str]:
    """The lines of a new part's section.

    Args:
        path: the section.
        registry_name: the word after `@`.
        registered: the part's registered name.
        given: settings that the user gives, `${section.key}` in them being a reference. A place
            on disk that is not given is `${paths.data}`.

    Raises:
        RegistryError: nothing is registered under that name.
        UserError: settings without a default are not given; all of them at once.
    """
    parameters = signature_of(registry_name, registered).parameters
    settings = [one for key, one in parameters.items() if key != POSITIONAL or key in given]
    if registry_name == "checks":
        settings += [one for one in ENGINE_KEYS["checks"] if one.name == SEVERITY]
    known = {one.name for one in settings}
    settings += [Parameter(key) for key in given if key not in known]
    _check_given(settings, given, registry_name, registered)
    doc = summary(getattr(registry(registry_name).get(registered), "__doc__", None) or "")
    return [
        *_comments(doc),
        _header(path),
        f"@{registry_name} = {value_text(registered)}",
        *(line for one in settings for line in _setting(one, given)),
    ]


def plain_lines(path: Path, settings: Mapping[str, Any], comment: str) -> list[str]:
    """The lines of a section with a comment above it and nothing but values in it."""
    values = [f"{key} = {value_text(value)}" for key, value in settings.items()]
    return [*_comments(comment), _header(path), *values]


def _header(path: Path) -> str:
    return f"[{'.'.join(path)}]"


def _setting(parameter: Parameter, given: Mapping[str, Any]) -> Iterator[str]:
    if parameter.name in given:
        value = reference_text(given[parameter.name])
    elif parameter.required:
        value = "${paths.data}"
    elif plain(parameter.default) is NOT_JSON:
        return  # the function uses its own
    else:
        value = value_text(plain(parameter.default))
    yield from _comments(parameter.doc)
    yield f"{parameter.name} = {value}"


def _comments(text: str) -> Iterator[str]:
    for line in textwrap.wrap(printable(" ".join(text.split())), WIDTH):
        yield f"# {line}"


def _check_given(
    settings: Iterable[Parameter], given: Mapping[str, Any], registry_name: str, registered: str
) -> None:
    own = signature_of(registry_name, registered).parameters
    missing = [
        one
        for one in settings
        if one.required and one.name not in given and one.name not in PLACES
        and one.name in own
    ]  # fmt: skip
    if not missing:
        return
    known = [one.name for one in settings if one.name not in given]
    unknown = [
        key for key in given if key not in signature_of(registry_name, registered).parameters
    ]
    hints = "".join(f"\nunknown setting '{key}'.{did_you_mean(key, known)}" for key in unknown)
    kind = registry_name if registry_name == "data" else registry_name.removesuffix("s")
    told = "\n".join(
        f"  --{kind}.{one.name}=...  {one.type}{f': {one.doc}' if one.doc else ''}"
        for one in missing
    )
    raise UserError(f"'{registered}' has settings without a default. Give them as\n{told}{hints}")
