"""Reads options.json: the controls of the page, which are the options of `art init config`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

FOLDER = Path(__file__).parent
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Control:
    """One thing to choose.

    Attributes:
        name: the option on the command line, and the key in the page's address.
        kind: `text`; `one` of the entries; or `many` of them.
        title: for people.
        help: one line of what it means.
        entries: what there is to choose from. `when` in one says for which values of other controls
            it is on offer; the rest of it is for the template.
        default: a text's value.
        pattern: the expression that a text has to match as a whole.
        says: the pattern in words.
        least: how many of the entries of a `many` have to be chosen.
    """

    name: str
    kind: Literal["text", "one", "many"]
    title: str
    help: str
    entries: tuple[Entry, ...] = ()
    default: str = ""
    pattern: str = ""
    says: str = ""
    least: int = 0

    @property
    def values(self) -> tuple[str, ...]:
        """What there is to choose from, by value."""
        return tuple(entry["value"] for entry in self.entries)

    def entry(self, value: str) -> Entry | None:
        """The entry of a value; None where there is none."""
        return next((entry for entry in self.entries if entry["value"] == value), None)

    def with_entry(self, entry: Entry) -> Control:
        """The control with one more entry, or another one of the same value."""
        value = entry["value"]
        if value not in self.values:
            return replace(self, entries=(*self.entries, entry))
        entries = tuple(entry if one["value"] == value else one for one in self.entries)
        return replace(self, entries=entries)


@dataclass(frozen=True)
class Options:
    """All that can be chosen, in the order in which one choice depends on another."""

    controls: tuple[Control, ...]

    def __getitem__(self, name: str) -> Control:
        return next(control for control in self.controls if control.name == name)

    def __iter__(self) -> Iterator[Control]:
        return iter(self.controls)

    def with_entry(self, name: str, entry: Entry) -> Options:
        """The options with one more entry to choose for a control."""
        return Options(
            tuple(one.with_entry(entry) if one.name == name else one for one in self.controls)
        )

    def without_placeholder(self, name: str) -> Options:
        """The options without what stands for a user's own part until there is one."""
        kept = tuple(entry for entry in self[name].entries if not entry.get("yours"))
        return Options(
            tuple(replace(one, entries=kept) if one.name == name else one for one in self.controls)
        )

    def to_json(self) -> dict[str, Any]:
        """What the page reads, as options.json has it."""
        return {"controls": [_plain(control) for control in self.controls]}


@cache
def load_options() -> Options:
    """What options.json holds."""
    text = (FOLDER / "options.json").read_text(encoding="utf-8")
    return Options(
        tuple(
            Control(**{**control, "entries": tuple(control.get("entries", ()))})
            for control in json.loads(text)["controls"]
        )
    )


def _plain(control: Control) -> dict[str, Any]:
    return {key: value for key, value in vars(control).items() if value or key == "kind"}
