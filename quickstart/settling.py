"""From what was asked for to one valid choice in every control. settling.js does the same."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from art.quickstart.options import Control, Entry, Options

Asked = Mapping[str, str | Sequence[str]]
Settled = dict[str, Any]


def settle(options: Options, asked: Asked) -> Settled:
    """One valid choice in every control, whatever was asked for.

    What is not on offer is left out: an address may be old, or meant for another task.

    Args:
        options: what there is to choose.
        asked: values by the controls' names; a control that is not in it takes its default.

    Returns:
        A text for a `text`, a value for a `one`, a list of values for a `many`.
    """
    settled: Settled = {}
    for control in options:
        settled[control.name] = _settled(control, asked.get(control.name), settled)
    return settled


def on_offer(control: Control, settled: Settled) -> list[Entry]:
    """The entries that suit what was chosen in the controls before."""
    return [
        entry
        for entry in control.entries
        if all(settled[name] in values for name, values in entry.get("when", {}).items())
    ]


def _settled(control: Control, asked: str | Sequence[str] | None, settled: Settled) -> Any:
    if control.kind == "text":
        fits = isinstance(asked, str) and re.fullmatch(control.pattern, asked)
        return asked if fits else control.default
    offered = on_offer(control, settled)
    values = [entry["value"] for entry in offered]
    if control.kind == "one":
        first = values[0] if values else ""
        return asked if asked in values else first
    chosen = [
        entry["value"]
        for entry in offered
        if entry.get("fixed")
        or (entry["value"] in asked if asked is not None else not entry.get("extra"))
    ]
    return chosen if len(chosen) >= control.least else values
