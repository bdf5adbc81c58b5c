"""Does the same seed give the same run?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from art.training.probing.digests import Digest


@probes("art.Repeatability.v1")
class Repeatability(Probe):
    """The rehearsal's first epoch, run again with the same seed, must be the same bit for bit.

    On a GPU, where the order of sums may differ, nothing is judged.
    """

    cost: ClassVar[str] = "8 forward and backward besides the rehearsal"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare the losses and the weights after an epoch."""
        from art.training.probing.noting import Notes
        from art.training.probing.rehearsing import play, rehearse

        rehearsal = context.once(rehearse)
        if rehearsal is None or not rehearsal.complete or rehearsal.module.device.type != "cpu":
            return []
        notes = Notes(context.folder, stop_after=0)
        again = context.build_model(fresh=True)
        error = play(context, again, [notes], fresh=True, batches=rehearsal.batches)
        if error or not notes.after_epoch:
            return []
        first, second = rehearsal.notes.losses.get(0, []), notes.losses.get(0, [])
        weights = _differs(rehearsal.notes.after_epoch[0], notes.after_epoch[0])
        if first == second and not weights:
            return []
        at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
        seen = (
            f"{weights} differs after an epoch"
            if at is None
            else f"the loss of batch {at} is {first[at]:.6g} in one run and {second[at]:.6g} in "
            "the other"
        )
        return [
            Suspicion(
                "the same seed gives a different run",
                seen,
                "Look for seeds taken from the time, for generators that nobody seeds "
                "(numpy.random.default_rng()), and for files or sets that are read in any order.",
                "training_step" if at else "train_dataloader",
                certain=False,
            )
        ]


def _differs(one: Mapping[str, Digest], other: Mapping[str, Digest]) -> str:
    return next((name for name, value in one.items() if other.get(name) != value), "")
