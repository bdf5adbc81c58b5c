"""Does the learning rate's schedule last as long as the training?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from art.training.probing.noting import SchedulerSteps
    from art.training.probing.rates import RateTrace

EARLY = 0.25
LONGER = 10
"""Times the training that a schedule in epochs may be meant to last."""
FLAT = 0.02
PER_BATCH = (
    'Step it once an epoch (Lightning: "interval": "epoch"; by hand: in on_train_epoch_end), or '
    "give it its length in batches: trainer.estimated_stepping_batches."
)
PER_EPOCH = (
    'Step it once a batch (Lightning: {"scheduler": ..., "interval": "step"}), or give it its '
    "length in epochs."
)


@probes("art.LearningRateTrace.v1")
class LearningRateTrace(Probe):
    """The schedule must fit the run: not be over at its start, and not hardly begin.

    A rehearsal counts how often each scheduler is stepped. Then the schedulers of a fresh module
    are stepped that often over the whole run, `[contract] horizon` or `[training] max_epochs`
    long, without training, and once more the other way, between epochs in place of within them.
    Where the one is absurd and the other is not, batches and epochs were mixed up.
    """

    cost: ClassVar[str] = "none besides the rehearsal"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Trace the learning rate, and judge it."""
        from art.training.probing.rates import pace_of, trace_rates
        from art.training.probing.rehearsing import rehearse

        rehearsal = context.once(rehearse)
        if rehearsal is None or not rehearsal.complete or not rehearsal.notes.schedulers:
            return []
        schedulers = rehearsal.notes.schedulers
        paces = [None if _is_told(s) else pace_of(s, rehearsal) for s in schedulers]
        found = [
            _unstepped(steps)
            for steps, pace in zip(schedulers, paces, strict=True)
            if pace is None and not _is_told(steps)
        ]
        if not any(paces):
            return found
        horizon = context.contract.horizon or context.max_epochs
        traces = trace_rates(context, paces, horizon)
        if not traces:
            return found
        turned = trace_rates(context, [pace and pace.turned() for pace in paces], horizon) or []
        for trace in traces:
            other = next((t for t in turned if t.place == trace.place), None)
            suspicion = _judged(trace, other)
            if suspicion is not None:
                found.append(suspicion)
        return found


def _is_told(steps: SchedulerSteps) -> bool:
    """Whether the scheduler's step is given a metric or an epoch: it does not count itself."""
    return steps.told or hasattr(steps.scheduler, "num_bad_epochs")


def _unstepped(steps: SchedulerSteps) -> Suspicion:
    return Suspicion(
        "a scheduler is never stepped: the learning rate stays where it is",
        f"{type(steps.scheduler).__name__} was not stepped in 3 epochs",
        "Call scheduler.step(); with manual optimization Lightning does not.",
        "configure_optimizers",
        certain=False,
    )


def _judged(trace: RateTrace, other: RateTrace | None) -> Suspicion | None:
    if trace.rates.max() <= 0 or len(trace.rates) < 8 or trace.epoch_batches < 2:
        return None
    return (
        _over_early(trace, other)
        or _swings(trace, other)
        or _warms_up_for_ever(trace, other)
        or _hardly_begins(trace, other)
    )


def _over_early(trace: RateTrace, other: RateTrace | None) -> Suspicion | None:
    steps = len(trace.rates)
    if trace.over_at >= EARLY * steps:
        return None
    mixed = trace.pace.by_batch and other is not None and other.over_at >= EARLY * steps
    if mixed and trace.over_at <= LONGER * trace.epochs:
        return _suspicion(
            trace,
            f"the learning rate's schedule is over after {trace.over_at} of {steps} steps: it is "
            f"stepped per batch and counts epochs",
            PER_BATCH,
        )
    return _suspicion(
        trace,
        f"the learning rate's schedule is over after {trace.over_at} of {steps} steps",
        "Make the schedule as long as the training, or declare [contract] horizon, in epochs.",
        certain=False,
    )


def _swings(trace: RateTrace, other: RateTrace | None) -> Suspicion | None:
    """A cosine that is to fall once, and swings instead: its length counts epochs."""
    span = trace.spans.get("T_max")
    if span is None or not trace.pace.by_batch or other is None:
        return None
    counts_epochs = span <= 2 * trace.epochs and span != trace.epoch_batches
    high = trace.rates >= 0.5 * trace.rates.max()
    rises = int((~high[:-1] & high[1:]).sum())
    if rises < 2 or not counts_epochs:
        return None
    return _suspicion(
        trace,
        f"the learning rate swings up and down {rises} times: its schedule is stepped per batch "
        f"and counts epochs",
        PER_BATCH,
    )


def _warms_up_for_ever(trace: RateTrace, other: RateTrace | None) -> Suspicion | None:
    rates = trace.rates
    rising = bool((rates[1:] >= rates[:-1] * (1 - 1e-9)).all()) and rates[-1] > 1.02 * rates[0]
    if not rising or other is None:
        return None
    over = other.rates.argmax() < 0.9 * len(rates) or rates[-1] < 0.5 * trace.base
    if trace.pace.by_batch or not over or other.rates.max() <= 1.2 * rates[-1]:
        return None
    return _suspicion(
        trace,
        "the learning rate's warm-up is not over at the end of the training: its schedule is "
        "stepped per epoch and counts batches",
        PER_EPOCH,
    )


def _hardly_begins(trace: RateTrace, other: RateTrace | None) -> Suspicion | None:
    """It is to fall, and stays where it is until the end."""
    rates = trace.rates
    still = rates.max() - rates.min() < FLAT * rates.max()
    if trace.pace.by_batch or not still or other is None or other.rates.min() > 0.5 * rates.max():
        return None
    span = max(trace.spans.values(), default=0.0)
    counted = abs(span - len(rates)) <= 0.1 * len(rates)
    return _suspicion(
        trace,
        "the learning rate stays where it is"
        + (": its schedule is stepped per epoch and counts batches" if counted else ""),
        PER_EPOCH
        if counted
        else "Make the schedule as long as the training: it does not begin to fall before the end.",
        certain=counted,
    )


def _suspicion(trace: RateTrace, cause: str, remedy: str, certain: bool = True) -> Suspicion:
    rates, own = trace.rates, ", ".join(f"{k}={v:g}" for k, v in trace.spans.items())
    quarter = rates[len(rates) // 4]
    return Suspicion(
        cause,
        f"{trace.kind}{f' ({own})' if own else ''} over {trace.epochs} epochs of "
        f"{trace.epoch_batches} batches gives {rates[0]:.3g} at first, {rates.max():.3g} at most, "
        f"{quarter:.3g} after a quarter, {rates[-1]:.3g} at the end",
        remedy,
        "configure_optimizers",
        certain,
    )
