"""Do dropout and batch norm work in training, and rest in validation?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from art.training.probing.noting import ModeSeen, Notes

SHOWN = 3


@probes("art.Modes.v1")
class Modes(Probe):
    """Dropout and batch norm must be in training mode in training, in eval mode in validation.

    A short run is watched, hooks and all. Batch norm alone that is kept in eval mode is frozen on
    purpose and passes. So does a dropout that is declared with `[contract] stochastic`.
    """

    cost: ClassVar[str] = "the rehearsal: 24 forward and backward, 12 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Look at the mode of each forward pass in the rehearsal."""
        from art.training.probing.rehearsing import rehearse

        rehearsal = context.once(rehearse)
        if rehearsal is None:
            return []
        notes = rehearsal.notes
        stochastic = context.contract.stochastic
        found = [] if stochastic else list(_validated(notes))
        found += _trained(notes)
        return found


def _validated(notes: Notes) -> Iterator[Suspicion]:
    functional = [name for name in notes.drawn.dropped if "training=True" in name]
    wrong = _names(seen for seen in notes.modes if seen.phase == "val" and seen.training)
    if not wrong and functional and notes.validated_in_training:
        wrong = [functional[0]]
    if wrong:
        yield Suspicion(
            "validation runs in training mode: dropout and batch norm are at work in it",
            f"{_listed(wrong)} ran forward in training mode on validation batches",
            "Validate in eval mode: remove the train() that is called before or in the validation, "
            "or call eval() where the program validates itself.",
            "validation_step",
        )
        return
    if functional:
        yield Suspicion(
            "dropout is at work in validation",
            f"{functional[0]} was called on validation batches, though the model is in eval mode",
            "Pass training=self.training to a functional dropout. One that is meant to be on is "
            "declared with [contract] stochastic = true.",
            "validation_step",
        )
    outside = _names(
        seen
        for seen in notes.modes
        if seen.phase == "outside" and seen.training and not seen.learning
    )
    if outside:
        yield Suspicion(
            "the program evaluates in training mode: dropout and batch norm are at work in it",
            f"{_listed(outside)} ran forward in training mode, without gradients and outside the "
            f"training batches",
            "Call eval() before the program's own evaluation, and train() after it.",
            "outside training_step and validation_step",
            certain=False,
        )


def _trained(notes: Notes) -> Iterator[Suspicion]:
    seen = [each for each in notes.modes if each.phase == "train" and each.learning]
    if not seen:
        return
    first, last = min(each.epoch for each in seen), max(each.epoch for each in seen)
    begun = _names(each for each in seen if each.epoch == first and each.training)
    ended = _names(each for each in seen if each.epoch == last and each.training)
    resting = _names(each for each in seen if each.epoch == last and not each.training)
    left = [name for name in begun if name not in ended and name in resting]
    if left and not ended and _others_turned(notes, first, last):
        yield Suspicion(
            "the model is left in eval mode after a validation: it trains on without "
            "dropout and batch norm",
            f"{_listed(left)} ran in training mode in epoch {first} and in eval mode in epoch "
            f"{last}",
            "Call train() after each evaluation of the program's own.",
            "training_step",
        )
    elif not begun and not ended and _is_resting(notes, first):
        yield Suspicion(
            "the model trains in eval mode: its dropout and batch norm are never at work",
            f"{_listed(resting)} ran in eval mode in every training batch",
            "Call train() on the model before it trains (one that is loaded may come in eval "
            "mode). What is frozen on purpose can stay in eval mode.",
            "training_step",
            certain=False,
        )


def _others_turned(notes: Notes, first: int, last: int) -> bool:
    """Whether modules turned to eval mode that are no batch norm: nobody freezes those."""
    before, after = notes.snapshots.get(first, {}), notes.snapshots.get(last, {})
    norms = notes.norms
    return any(on and not after.get(name, on) for name, on in before.items() if name not in norms)


def _is_resting(notes: Notes, epoch: int) -> bool:
    """Whether the module itself is in eval mode, or a dropout is: batch norm may be frozen."""
    modes = notes.snapshots.get(epoch, {})
    dropouts = {each.name for each in notes.modes} - notes.norms
    return not modes.get("", True) or any(not modes.get(name, True) for name in dropouts)


def _names(seen: Iterator[ModeSeen]) -> list[str]:
    return list(dict.fromkeys(each.name for each in seen))


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(name or "the module" for name in names[:SHOWN]) + more
