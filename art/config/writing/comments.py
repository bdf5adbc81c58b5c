"""What a part and a check are for, as a config says it above them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from art.config.functions.blocks import CHECKS, reference_of
from art.config.layering.layers import get
from art.config.listing import summary
from art.config.reading.positions import Path
from art.config.sections import NAMED
from art.errors import RegistryError
from art.registries import registry


def comment_of(path: Path, values: Mapping[str, Any]) -> str:
    """The line above a named part or a check, without `#`; empty where there is nothing to say.

    Args:
        path: the section, `("stages", "overfit")` or `("stages", "overfit", "checks", "learns")`.
        values: the complete config.
    """
    if path[0] not in NAMED or len(path) < 2:
        return ""
    part = _function(get(values, path[:2]))
    if len(path) == 2:
        return _summary(part)
    if len(path) == 4 and path[2] == CHECKS:
        return reason_of(part, path[3], get(values, path))
    return ""


def reason_of(stage: Any, name: str, check: Any) -> str:
    """Why a stage has a check of a name: its own words, else what such a check does."""
    reasons = getattr(stage, "reasons", {})
    return str(reasons.get(name) or _summary(_function(check)))


def _function(block: Any) -> Any:
    """What a block names; None where there is no such thing."""
    if not isinstance(block, Mapping):
        return None
    found, name = reference_of(block)
    try:
        return registry(found).get(name)
    except RegistryError:  # said where the config is checked
        return None


def _summary(function: Any) -> str:
    return summary((getattr(function, "__doc__", None) or "").strip())
