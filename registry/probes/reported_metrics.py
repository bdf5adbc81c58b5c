"""Are the logged scores what the predictions give?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._names import words_of
from art.registry.probes._scores import judge

if TYPE_CHECKING:
    from art.training.probing.rehearsing import Rehearsal
    from art.training.probing.replaying import Replay

REMEMBERS = {
    "best", "max", "min", "highest", "lowest", "ema", "smooth", "smoothed", "running", "moving",
    "total", "count", "num", "step", "steps", "time", "seconds", "lr", "patience", "delta", "gap",
    "change", "improvement", "prev", "previous", "cumulative", "history", "samples", "seen",
}  # fmt: skip
"""Words of a value that goes over several validations on purpose."""


@probes("art.ReportedMetrics.v1")
class ReportedMetrics(Probe):
    """A logged score must be what the raw predictions give, in some usual way of computing it.

    A fresh module with the rehearsal's weights is validated on the same batches. A score whose
    name says what it is must be what its predictions give: micro, macro, weighted or balanced, over
    all samples or as a mean over batches. And what the rehearsal logged in its last validation must
    be what the fresh module logs: else something is carried from one validation to the next.
    """

    cost: ClassVar[str] = "12 to 20 forward besides the rehearsal"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Validate again, predict, and compare each logged value."""
        from art.training.probing.rehearsing import rehearse
        from art.training.probing.replaying import replay

        rehearsal = context.once(rehearse)
        if rehearsal is None or not rehearsal.complete or not rehearsal.notes.validations:
            return []
        drawn = rehearsal.notes.drawn
        if context.contract.stochastic or drawn.dropped or drawn.drawn:
            return []
        found = replay(context, rehearsal)
        if found is None:
            return []
        wrong = list(_computed_wrongly(found))
        carried = list(_carried(context, rehearsal, found, -1))
        if not carried and len(rehearsal.notes.validations) > 2:
            # a score may be the same by chance in one epoch, and hardly in two
            middle = replay(context, rehearsal, epoch=1)
            carried = list(_carried(context, rehearsal, middle, 1)) if middle else []
        if wrong or carried:
            return carried + wrong
        return list(_summed(context, found))


def _computed_wrongly(found: Replay) -> Iterator[Suspicion]:
    for name, value in found.logged.items():
        judged = judge(name, value, found.predictions, found.targets)
        if judged is None or judged.right:
            continue
        cause = f": {judged.cause}" if judged.cause else ""
        yield Suspicion(
            f"a logged score is not what the predictions give{cause}",
            f"{name} is logged as {value:.4g}, the predictions of the same batches give "
            f"{judged.expected:.4g}",
            "Look at how it is computed: the dimension of argmax, the order of (predictions, "
            "targets), what it is divided by, and the outputs and targets that it is given.",
            name,
        )


def _carried(
    context: StageContext, rehearsal: Rehearsal, found: Replay, epoch: int
) -> Iterator[Suspicion]:
    from art.training.probing.replaying import equal_batches, replay
    from art.training.probing.resumed_rehearsal import is_all_in_weights

    last = rehearsal.notes.validations[epoch]
    if not equal_batches(last.batches, found.batches):
        return
    off = [
        name
        for name, value in found.logged.items()
        if name in last.logged
        and _differs(last.logged[name], value)
        and not set(words_of(name)) & REMEMBERS
    ]
    if not off or not is_all_in_weights(context, rehearsal, found.batches[0]):
        return  # a model that is more than its weights is another probe's to name
    again = replay(context, rehearsal, epoch=epoch, twice=True)
    for name in off:
        fresh, logged = found.logged[name], last.logged[name]
        fits = judge(name, fresh, found.predictions, found.targets)
        held = judge(name, logged, found.predictions, found.targets)
        contradicted = fits is not None and held is not None and fits.right and not held.right
        repeated = (
            again is not None
            and equal_batches(again.batches, found.batches)
            and _differs(again.logged.get(name, fresh), fresh)
        )
        if again is not None and _remembers(found.returned, again.returned):
            yield _remembered(name, (logged, fresh))
        elif repeated or contradicted:
            yield _not_reset(name, (logged, fresh), len(rehearsal.notes.validations), repeated)


def _not_reset(
    name: str, values: tuple[float, float], validations: int, repeated: bool
) -> Suspicion:
    logged, fresh = values
    from_what = "earlier validations" if repeated else "other batches, those of training perhaps"
    return Suspicion(
        "a logged score is not reset between epochs"
        if repeated
        else "a logged score takes in what is not of its validation",
        f"{name} was logged as {logged:.4g} in a run of {validations} validations; the same "
        f"weights and batches give "
        f"{fresh:.4g} where nothing is left of {from_what}",
        "Reset it when a validation begins (metric.reset(), an empty list, a count of 0), or log "
        "the torchmetrics object itself. Use another one for training.",
        name,
    )


def _remembers(once: Sequence[float], again: Sequence[float]) -> bool:
    """Whether the steps return other losses too: then the module remembers more than a score."""
    pairs = zip(once, again, strict=False)
    return any(_differs(a, b) for a, b in pairs if math.isfinite(a) and math.isfinite(b))


def _remembered(name: str, values: tuple[float, float]) -> Suspicion:
    logged, fresh = values
    return Suspicion(
        "the loss of a validation depends on the validations before it",
        f"{name} was logged as {logged:.4g}; the same weights and batches give {fresh:.4g} in a "
        f"fresh module",
        "Look for a memory bank, a queue or an average that validation_step changes: held-out "
        "samples then enter what training works with.",
        name,
        certain=False,
    )


def _differs(one: float, other: float) -> bool:
    return abs(one - other) > 1e-4 * max(abs(one), abs(other)) + 1e-5


def _summed(context: StageContext, found: Replay) -> Iterator[Suspicion]:
    """A logged loss that is a multiple of the mean of what the loss function is given."""
    sizes = [len(call.targets) for call in found.losses]
    functions = {call.function for call in found.losses}
    if context.contract.reduction == "sum" or len(functions) != 1:
        return
    if functions & {"subtract", "kl_div"}:
        return
    if len(found.losses) != len(found.batches):
        return
    means = _means(found)
    mean = sum(m * n for m, n in zip(means, sizes, strict=True)) / sum(sizes)
    multiples: Mapping[str, float] = {
        "the samples of a batch": sum(sizes) / len(sizes),
        "all samples": float(sum(sizes)),
        "the batches": float(len(sizes)),
    }
    for name, value in found.logged.items():
        if "loss" not in words_of(name) or not mean or abs(value / mean - 1) <= 0.05:
            continue
        over = [t for t, n in multiples.items() if n > 1.5 and abs(value / mean / n - 1) < 0.05]
        if over:
            yield Suspicion(
                f"a logged loss is summed over {over[0]}, and not averaged",
                f"{name} is logged as {value:.4g}, the mean over the samples is {mean:.4g}",
                'Average it (reduction="mean"), or declare [contract] reduction = "sum".',
                name,
                certain=False,
            )


def _means(found: Replay) -> list[float]:
    import torch

    means = []
    for call in found.losses:
        settings = {**call.settings, "reduction": "mean"}
        function = getattr(torch.nn.functional, call.function)
        means.append(float(function(call.inputs, call.targets, **settings)))
    return means
