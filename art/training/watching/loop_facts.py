"""What is heard of a training loop: plain values that findings are drawn from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

MOST_KEPT = 100_000
"""Losses and rates that are kept; of a longer run every second one is dropped, again and again."""


class Series:
    """Values in order, thinned out evenly where they are many.

    Attributes:
        values: those that are kept.
        count: how many came.
    """

    def __init__(self) -> None:
        self.values: list[float] = []
        self.count = 0
        self._every = 1

    def add(self, value: float) -> None:
        """Take the next one."""
        if self.count % self._every == 0:
            self.values.append(value)
        self.count += 1
        if len(self.values) > MOST_KEPT:
            del self.values[1::2]
            self._every *= 2


@dataclass
class LoopFacts:
    """What a loop did.

    Attributes:
        backwards: backward passes, until enough of them were heard.
        steps: of all optimizers together.
        stale: steps after which a gradient was added to one that the step before had used already.
        renewed: steps after which gradients began anew.
        looked_at: steps whose gradients were read.
        empty: of these, steps at which no parameter of the optimizer had a gradient, though a
            backward pass had given some.
        without: steps before any backward pass.
        graded: parameters that a gradient has reached.
        losses: of the batches that are trained on, as far as they are known.
        lost: the first batch or step that was not finite, counted from 1; 0 for none.
        lost_as: what was not, in words before that number.
        rates: by parameter group, the learning rate of each step.
        learning: by module and mode, forward passes that a backward pass could follow.
        evaluating: by module and mode, forward passes without gradients.
        modes: of the passes that could be learnt from, the mode of the first and the last one.
    """

    backwards: int = 0
    steps: int = 0
    stale: int = 0
    renewed: int = 0
    looked_at: int = 0
    empty: int = 0
    without: int = 0
    graded: set[str] = field(default_factory=set)
    losses: Series = field(default_factory=Series)
    lost: int = 0
    lost_as: str = ""
    rates: dict[int, Series] = field(default_factory=dict)
    learning: Counter[tuple[str, bool]] = field(default_factory=Counter)
    evaluating: Counter[tuple[str, bool]] = field(default_factory=Counter)
    first_modes: dict[str, bool] = field(default_factory=dict)
    last_modes: dict[str, bool] = field(default_factory=dict)
