"""Writes the settings that have no default, for the user to change."""

from __future__ import annotations

import json
from collections.abc import Iterator

from art.config import PLACES, parameters


def required_settings(registry: str, name: str) -> tuple[str, ...]:
    """Lines for the settings of a registered function that must be given.

    A place is `${paths.data}`, which the command line gives. A text is written as its own name
    with a comment that says what it is: a column called `target`, say, often is. Any other has to
    come from the user, and completing the config says which it is.
    """
    return tuple(_lines(registry, name))


def _lines(registry: str, name: str) -> Iterator[str]:
    for parameter in parameters(registry, name):
        if not parameter.required:
            continue
        if parameter.name in PLACES:
            yield f"{parameter.name} = ${{paths.data}}"
        elif parameter.annotation is str:
            yield f"# {parameter.doc or 'Yours to fill in.'}"
            yield f"{parameter.name} = {json.dumps(parameter.name)}"
