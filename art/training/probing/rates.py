"""The learning rate over a whole training run, found without training."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from art.core.stage import StageContext
from art.training.namespaces import overrides, pl
from art.training.probing.noting import Enough, SchedulerSteps, schedulers_of
from art.training.probing.rehearsing import Rehearsal, play

LONGEST = 100_000
"""Batches of a run that are gone through; schedules of longer ones are not judged."""


@dataclass(frozen=True)
class Pace:
    """When a scheduler is stepped.

    Attributes:
        every: batches between two steps; 0 where it is stepped between epochs.
        epochs: epochs between two steps, of one that is stepped between epochs.
        times: steps taken at once.
    """

    every: int = 0
    epochs: int = 1
    times: int = 1

    @property
    def by_batch(self) -> bool:
        """Whether it moves within an epoch."""
        return self.every > 0

    def turned(self) -> Pace:
        """The other way: between epochs in place of within them, or the reverse."""
        return Pace() if self.by_batch else Pace(every=1)


@dataclass
class RateTrace:
    """The learning rate of a scheduler's optimizer, batch by batch.

    Attributes:
        kind: the scheduler's class.
        place: its number.
        pace: when it is stepped.
        rates: `(batches,)`; of the parameter group that has the highest.
        spans: lengths that the scheduler counts itself, by the name of the setting.
        epoch_batches: training batches of an epoch.
        base: the optimizer's own learning rate, which the schedule is a multiple of.
    """

    kind: str
    place: int
    pace: Pace
    rates: np.ndarray
    spans: dict[str, float] = field(default_factory=dict)
    epoch_batches: int = 1
    base: float = 0.0

    @property
    def epochs(self) -> int:
        """Of the run."""
        return max(1, round(len(self.rates) / self.epoch_batches))

    @property
    def over_at(self) -> int:
        """The batch from which on the rate is no more than a hundredth of its peak."""
        alive = np.flatnonzero(self.rates > 0.0100001 * self.rates.max())
        return int(alive[-1]) + 1 if len(alive) else 0


def pace_of(steps: SchedulerSteps, rehearsal: Rehearsal) -> Pace | None:
    """When a scheduler is stepped, from the calls that were counted; None where it never is."""
    batches = rehearsal.notes.epoch_batches
    config = steps.config
    if config is not None and rehearsal.automatic and not _steps_by_hand(rehearsal.module):
        if config.interval == "step":
            settled = rehearsal.accumulate * config.frequency
            return Pace(every=settled)
        if not any(b not in (-1, batches - 1) for _, b in steps.calls):
            return Pace(epochs=config.frequency)
    if not steps.calls:
        return None
    last = max(epoch for epoch, _ in steps.calls)
    counts = Counter(batch for epoch, batch in steps.calls if epoch == last)
    if set(counts) <= {-1, batches - 1}:
        return Pace(times=sum(counts.values()))
    inside = sorted(batch for batch in counts if batch >= 0)
    gaps = np.diff(inside)
    return Pace(every=int(np.median(gaps)) if len(gaps) else batches, times=min(counts.values()))


def _steps_by_hand(module: pl.LightningModule) -> bool:
    return overrides(module, "lr_scheduler_step")


def trace_rates(
    context: StageContext, paces: Sequence[Pace | None], horizon: int
) -> list[RateTrace] | None:
    """Step the schedulers of a fresh module as often as a whole run would; nothing is trained.

    Args:
        context: gives the module and the data.
        paces: one a scheduler, in the order of `schedulers_of`; None for one that is left alone.
        horizon: epochs.

    Returns:
        One a scheduler that has a pace; None where the run's length is not known, or too long.
    """
    stepper = _Stepper(paces)
    most = context.settings_of(("training",)).get("training.max_steps")
    play(
        context,
        context.build_model(),
        [stepper],
        max_epochs=horizon,
        max_steps=-1 if most is None else most,
        limit_train_batches=1.0,
    )
    return stepper.traces


class _Stepper(pl.Callback):
    """Steps the schedulers where training would begin, and ends the run."""

    def __init__(self, paces: Sequence[Pace | None]) -> None:
        self.paces = paces
        self.traces: list[RateTrace] | None = None

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """The optimizers and schedulers are there, with the run's real length."""
        found = schedulers_of(trainer, pl_module)
        batches = trainer.num_training_batches
        epochs = trainer.max_epochs or 0
        if len(found) == len(self.paces) and 0 < epochs * batches <= LONGEST:
            limit = trainer.max_steps
            length = int(epochs * batches)
            if limit > 0 and pl_module.automatic_optimization:
                length = min(length, limit * trainer.accumulate_grad_batches)
            self.traces = self._stepped([each.scheduler for each in found], length, int(batches))
        raise Enough

    def _stepped(self, schedulers: Sequence[Any], length: int, batches: int) -> list[RateTrace]:
        paced = [(s, p) for s, p in zip(schedulers, self.paces, strict=True) if p is not None]
        rates = np.zeros((len(paced), length))
        spans = [spans_of(scheduler) for scheduler, _ in paced]
        for batch in range(length):
            for row, (scheduler, _) in enumerate(paced):
                rates[row, batch] = max(float(g["lr"]) for g in scheduler.optimizer.param_groups)
            for scheduler, pace in paced:
                if _is_due(pace, batch, batches):
                    _step(scheduler, pace.times)
        places = [place for place, pace in enumerate(self.paces) if pace is not None]
        return [
            RateTrace(type(s).__name__, place, pace, row, span, batches, _base(s))
            for (s, pace), place, row, span in zip(paced, places, rates, spans, strict=True)
        ]


def _base(scheduler: Any) -> float:
    return max(float(g.get("initial_lr", g["lr"])) for g in scheduler.optimizer.param_groups)


def _step(scheduler: Any, times: int) -> None:
    with warnings.catch_warnings():  # that the optimizer does not step is meant
        warnings.simplefilter("ignore", UserWarning)
        for _ in range(times):
            scheduler.step()


def _is_due(pace: Pace, batch: int, batches: int) -> bool:
    epoch, index = divmod(batch, batches)
    if pace.by_batch:
        return (index + 1) % pace.every == 0 or (index + 1 == batches and pace.every > 1)
    return index + 1 == batches and (epoch + 1) % pace.epochs == 0


def spans_of(scheduler: Any) -> dict[str, float]:
    """The lengths that a scheduler of torch counts: `T_max`, `step_size`, `total_iters`, ..."""
    spans: dict[str, float] = {}
    for part in (scheduler, *getattr(scheduler, "_schedulers", ())):
        for name in ("T_max", "step_size", "total_iters", "total_steps"):
            value = getattr(part, name, None)
            if isinstance(value, int | float) and value > 0:
                spans[name] = max(float(value), spans.get(name, 0.0))
        milestones = getattr(part, "milestones", None)
        if milestones:
            spans["milestones"] = float(max(milestones))
    return spans
