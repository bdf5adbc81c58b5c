"""A stage and a check as the config has them, before anything is built."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from art.core.record import Severity


@dataclass(frozen=True)
class CheckSpec:
    """A check of a stage, as the config has it.

    Attributes:
        name: its name in the config.
        registered: the registered name, `art.LessThan.v1`.
        block: what `build` makes the check from.
        severity: `block` or `warn`.
        hint: what to look at first when it fails; empty where the config does not say.
    """

    name: str
    registered: str
    block: dict[str, Any]
    severity: Severity = "block"
    hint: str = ""


@dataclass(frozen=True)
class StageSpec:
    """A stage of the recipe, as the config has it.

    Attributes:
        name: its name in the config.
        order: its place in the recipe, counted from 1.
        registered: the registered name, `art.Overfit.v1`.
        block: what `build` makes the stage from.
        checks: by name.
        overrides: settings for its duration, by dotted name.
    """

    name: str
    order: int
    registered: str
    block: dict[str, Any]
    checks: dict[str, CheckSpec] = field(default_factory=dict)
    overrides: dict[str, Any] = field(default_factory=dict)
