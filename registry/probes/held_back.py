"""What holds a model back that a cheap one beats?"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._held_scores import Contest, Predicted, contest, predicted

if TYPE_CHECKING:
    import pytorch_lightning as pl

BEHIND = 0.08
"""How far below a cheap model, between knowing nothing and all, a model is looked into."""
GAIN, SURE = 0.1, 4.0
"""What another run must gain at least, and in standard errors, sample by sample."""
SHARE, ERRORS = 0.6, 2.0
"""The model knows less than this share of what another run knows, or errs so many times more."""
SECONDS = 12.0
"""CPU seconds that a run may take."""


@probes("art.HeldBack.v1")
class HeldBack(Probe):
    """A model that a cheap one beats is trained again with one thing changed at a time.

    Its inputs are standardised, its weights drawn as torch draws them, its learning rate made 10
    and 100 times higher and lower. What changes the outcome from poor to good is what held the
    model back; small gains are a matter of tuning, and not spoken of.
    """

    cost: ClassVar[str] = "up to 6 training runs, of 12 CPU-s at most, where a cheap model is ahead"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Train again, as often as it takes."""
        held = contest(context, ("val", "test"))
        if held is None or held.behind < BEHIND:
            return []
        found = [*_one_change(context, held)] or [*_other_rates(context, held)]
        return found[:1]


@dataclass(frozen=True)
class _Change:
    make: Callable[[], pl.Callback]
    words: str
    cause: str
    remedy: str


def _changes() -> tuple[_Change, ...]:
    from art.training.intervening import DrawnAnew, Standardised

    return (
        _Change(
            Standardised,
            "with inputs of mean 0 and deviation 1",
            "the scale of its inputs holds the model back",
            "Standardise the inputs, once, by the training split's mean and standard deviation; "
            "look for a normalization made twice, or by numbers of other data.",
        ),
        _Change(
            DrawnAnew,
            "with weights as torch draws them",
            "the initial weights hold the model back: units are saturated, dead or far too large",
            "Leave the initialization to torch, or scale it by the layer's inputs "
            "(kaiming_normal_, xavier_uniform_).",
        ),
    )


def _one_change(context: StageContext, held: Contest) -> Iterator[Suspicion]:
    for change in _changes():
        other = _trained(context, held, change.make())
        if other is not None and _is_far_better(held, other):
            yield _named(held, change.cause, other, change.words, change.remedy)


def _other_rates(context: StageContext, held: Contest) -> Iterator[Suspicion]:
    """A rate is far off where 10 times is far better, and 100 times is no worse than it is."""
    from art.training.intervening import Faster

    for factor, word, advice in ((10.0, "low", "Raise"), (0.1, "high", "Lower")):
        near = _trained(context, held, Faster(factor))
        if near is None or not _is_far_better(held, near):
            continue
        far = _trained(context, held, Faster(factor**2))
        if far is not None and far.score > held.own.score - held.error:
            yield _named(
                held,
                f"the learning rate is far too {word}",
                near,
                f"at {factor:g} times the rate",
                f"{advice} the learning rate by a factor of 10 to 100, and look at what the "
                "schedule makes of it.",
            )


def _is_far_better(held: Contest, other: Predicted) -> bool:
    own, gain = held.own.score, other.score - held.own.score
    if gain < GAIN or _sureness(held.own, other) < SURE:
        return False
    return own < SHARE * other.score or 1 - own > ERRORS * (1 - other.score)


def _sureness(own: Predicted, other: Predicted) -> float:
    """By how many standard errors the other one is better, over the samples one by one."""
    gains = own.errors - other.errors
    return float(gains.mean() / max(gains.std() / len(gains) ** 0.5, 1e-12) if len(gains) else 0.0)


def _named(held: Contest, cause: str, other: Predicted, words: str, remedy: str) -> Suspicion:
    return Suspicion(
        cause,
        f"on {held.split} the model reaches {held.own.score:.2f} between chance and perfect, "
        f"{other.score:.2f} {words}, and a cheap model {held.cheap_score:.2f}",
        remedy,
        held.split,
    )


def _trained(context: StageContext, held: Contest, change: pl.Callback) -> Predicted | None:
    """What a model says of the split that was trained with a change."""
    from art.training.intervening import OutOfTime

    folder = "trained_again"
    try:
        fit = context.fit(callbacks=[change, OutOfTime(SECONDS)], folder=folder, logged=False)
    finally:
        shutil.rmtree(context.folder / folder, ignore_errors=True)
    loader = context.loader(context.build_data(), held.split)
    return predicted(context, fit.module.cpu(), loader, classes=held.own.classes)
