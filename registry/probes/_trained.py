"""The stage whose weights the recipe goes on with."""

from __future__ import annotations

from art.core.stage import StageContext


def last_trained(context: StageContext) -> str | None:
    """The latest earlier stage that left a checkpoint; None where none did."""
    stages = reversed(context.earlier_stages)
    return next((name for name in stages if context.earlier(name).has("checkpoint")), None)
