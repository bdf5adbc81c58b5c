"""Does what was learnt hold on data that was held out?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._held_scores import Contest, contest
from art.registry.probes._trained_again import Trials

BEHIND = 0.45
"""How far below a cheap model, between knowing nothing and all, something must be wrong."""
SURE = 5.0
"""Standard errors that the distance must have as well."""
FAR_BEHIND = "a cheap model does far better on held-out data"
LONGER, SECONDS = 3, 20.0
"""A model that is no longer far behind when it is trained so many times as long lacks nothing but
time; and CPU seconds that each time may take."""
CHANCE, ENOUGH = 2.0, 50
"""Deviations that are no more than chance, of so many samples."""


@probes("art.HeldOut.v1")
class HeldOut(Probe):
    """The trained model must not be far worse on held-out data than a cheap one, must look at
    its inputs, and must know something of the targets.

    The model is scored on the test split where there is one, else on val, beside a ridge
    regression, a kernel and nearest neighbours; what it says must agree with the targets more
    than with permuted ones. It needs no declared task: a model whose outputs are no predictions of
    the targets is not judged. One that catches up when it is trained longer is only suspected.
    """

    cost: ClassVar[str] = "1 pass over a split; a training 3 times as long where it is far behind"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Score the last checkpoint of the recipe."""
        held = contest(context, ("test", "val"))
        found = [] if held is None else list(_judged(held))[:1]
        if held is None or not found or found[0].cause != FAR_BEHIND:
            return found
        longer = Trials(context, held).run(times=LONGER, seconds=SECONDS)
        if longer is None or held.cheap_score - longer[0].score > BEHIND:
            return found
        words = f"; {longer[0].score:.3g} when it is trained {LONGER} times as long"
        return [replace(found[0], evidence=found[0].evidence + words, certain=False)]


def _judged(held: Contest) -> Iterator[Suspicion]:
    own, other, split = held.own.score, held.cheap_score, held.split
    if held.behind > BEHIND and held.behind > SURE * held.error:
        yield Suspicion(
            FAR_BEHIND,
            f"on {split} the trained model reaches {own:.3g}, nearest neighbours or a "
            f"ridge regression {other:.3g}",
            "Look for inputs that are prepared differently in training and evaluation, an "
            "augmentation that changes what the label says, the wrong checkpoint, and a "
            "learning rate or schedule that is far off.",
            split,
        )
    beyond = held.own.beyond_chance
    if beyond < CHANCE and other > 0.3 and held.behind > 0.1:
        yield Suspicion(
            "the trained model does not look at its inputs",
            f"on {split} its predictions agree with the targets no more than with permuted ones "
            f"({beyond:.1f} deviations above them); a cheap model reaches {other:.3g}",
            "Look for a detached or constant part between inputs and outputs, dead units, "
            "and a learning rate that is far off.",
            split,
        )
    if beyond < CHANCE and held.cheap_strength < CHANCE and len(held.own.true) >= ENOUGH:
        yield Suspicion(
            "inputs and labels do not belong together: nothing that was learnt holds",
            f"on {split} neither the trained model nor a ridge regression, a kernel or nearest "
            f"neighbours know more of {len(held.own.true)} targets than of permuted ones "
            f"({beyond:.1f} and {held.cheap_strength:.1f} deviations above them)",
            "Look for labels that were shuffled, sorted or joined apart from their inputs. If the "
            "task is this hard, more data has to show that there is anything to learn.",
            split,
        )
