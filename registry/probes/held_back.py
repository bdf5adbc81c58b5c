"""What holds a model back that a cheap one beats?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._held_scores import Contest, Predicted, contest
from art.registry.probes._trained_again import Trials

if TYPE_CHECKING:
    from art.training.probing.intervening import DrawnAnew, Standardised

BEHIND = 0.08
"""How far below a cheap model, between knowing nothing and all, a model is looked into."""
GAIN, SURE = 0.1, 4.0
"""What another run must gain at least on held-out data, and in standard errors, sample by sample,
on those and on training data together: what holds a model back, it does in both."""
MUCH = 0.2
"""What another learning rate must gain: any rate may be tuned."""
SHARE, ERRORS = 0.6, 2.0
"""The model knows less than this share of what another run knows, or errs so many times more."""
LONGER = 3
"""A model that is as good when it is trained so many times as long lacks nothing but time."""


@probes("art.HeldBack.v1")
class HeldBack(Probe):
    """A model that a cheap one beats is trained again with one thing changed at a time.

    Its inputs are standardised, its weights drawn as torch draws them, its learning rate made 10
    and 100 times higher and lower. What changes the outcome from poor to good, most of them all,
    is what held the model back; small gains are a matter of tuning, and not spoken of. Inputs and
    weights whose scale is an ordinary one are only suspected: another draw alone may be luckier.
    """

    cost: ClassVar[str] = "up to 7 training runs, of 6 CPU-s at most, where a cheap model is ahead"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Train again, as often as it takes."""
        held = contest(context, ("val", "test"))
        if held is None or held.behind < BEHIND:
            return []
        trials = Trials(context, held)
        found = [*_one_change(trials), *_other_rates(trials)]
        if not found:
            return []
        suspicion, other = max(found, key=lambda pair: (pair[0].certain, pair[1].score))
        longer = trials.run(times=LONGER)
        if longer is None or _is_poor(longer[0].score, other.score):
            return [suspicion]
        if not _is_far_better(held, *longer):
            return [suspicion]
        words = f"; {longer[0].score:.2f} when it is trained {LONGER} times as long"
        return [replace(suspicion, evidence=suspicion.evidence + words, certain=False)]


@dataclass(frozen=True)
class _Change:
    make: Callable[[], DrawnAnew | Standardised]
    words: str
    cause: str
    remedy: str


def _changes() -> tuple[_Change, ...]:
    from art.training.probing.intervening import DrawnAnew, Standardised

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


def _one_change(trials: Trials) -> Iterator[tuple[Suspicion, Predicted]]:
    for change in _changes():
        changed = change.make()
        other = None if trials.is_over else trials.run(changed)
        if other is not None and _is_far_better(trials.held, *other):
            found = _named(trials.held, change.cause, other[0], change.words, change.remedy)
            yield replace(found, certain=changed.found_far_off), other[0]


def _other_rates(trials: Trials) -> Iterator[tuple[Suspicion, Predicted]]:
    """A rate is far off where 10 times is far better, and 100 times is no worse than it is."""
    from art.training.probing.intervening import Faster

    held = trials.held
    for factor, word, advice in ((10.0, "low", "Raise"), (0.1, "high", "Lower")):
        near = None if trials.is_over else trials.run(Faster(factor))
        if near is None or not _is_far_better(held, *near, at_least=MUCH):
            continue
        far = trials.run(Faster(factor**2))
        if far is not None and far[0].score > held.own.score - held.error:
            found = _named(
                held,
                f"the learning rate is far too {word}",
                near[0],
                f"at {factor:g} times the rate",
                f"{advice} the learning rate by a factor of 10 to 100, and look at what the "
                "schedule makes of it.",
            )
            yield found, near[0]


def _is_far_better(
    held: Contest, other: Predicted, sureness: float, at_least: float = GAIN
) -> bool:
    own, gain = held.own.score, other.score - held.own.score
    return gain >= at_least and sureness >= SURE and _is_poor(own, other.score)


def _is_poor(one: float, other: float) -> bool:
    """Whether a score is far below another: between chance and perfect, or in what is missing."""
    return one < SHARE * other or 1 - one > ERRORS * (1 - other)


def _named(held: Contest, cause: str, other: Predicted, words: str, remedy: str) -> Suspicion:
    return Suspicion(
        cause,
        f"on {held.split} the model reaches {held.own.score:.2f} between chance and perfect, "
        f"{other.score:.2f} {words}, and a cheap model {held.cheap_score:.2f}",
        remedy,
        held.split,
    )
