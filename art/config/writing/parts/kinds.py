"""The kinds of parts that can be added to a config, and where each stands in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from art.config.reading.positions import Path
from art.errors import UserError, did_you_mean


@dataclass(frozen=True)
class Kind:
    """A kind of part.

    Attributes:
        name: what people type: `check`.
        registry: the word after `@`.
        section: the section that such parts stand in; empty for checks, which have their stage's.
        single: a config has one of them at most, and the section is the block.
        own_stages: it can be told the stages that it is on in.
    """

    name: str
    registry: str
    section: str
    single: bool = False
    own_stages: bool = False


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("stage", "stages", "stages"),
        Kind("check", "checks", ""),
        Kind("logger", "loggers", "loggers", own_stages=True),
        Kind("visualizer", "visualizers", "visualizers", own_stages=True),
        Kind("metric", "metrics", "metrics", own_stages=True),
        Kind("data", "data", "data", single=True),
        Kind("model", "models", "model", single=True),
    )
}
"""By the name that people type."""


def kind_of(name: str) -> Kind:
    """The kind of that name.

    Raises:
        UserError: there is none.
    """
    if name not in KINDS:
        raise UserError(f"no such kind of part: '{name}'.{did_you_mean(name, KINDS)}")
    return KINDS[name]


def group_of(kind: Kind, stage: str = "") -> Path:
    """The path around the parts of a kind: `("stages", "overfit", "checks")`."""
    return ("stages", stage, "checks") if kind.name == "check" else (kind.section,)


def short_name(registered: str) -> str:
    """A name for a section from a registered one: `less_than` from `art.LessThan.v1`."""
    words = registered.split(".")
    word = words[-2] if len(words) > 1 else words[0]
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", word).lower()
