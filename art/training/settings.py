"""How to train, in plain values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from art.core.logger import Row
from art.training.resuming.saving import Resumable


@dataclass(frozen=True)
class TrainingSettings:
    """How to train; the config's `[training]` and `[system]`, resolved.

    Attributes:
        max_epochs: passes over the training split.
        max_steps: optimizer steps at most; None for no limit.
        accumulate: batches whose gradients are summed up for one optimizer step.
        micro_batch: samples that fit this machine at once; None where a batch does. A larger
            batch is cut up and its gradients are summed, so that the step stays the recipe's.
        gradient_clip: largest norm of the gradient; None for no clipping.
        validate_every: epochs between two validations.
        patience: validations without a better score before training stops; None to never stop.
        stop_at: training stops when `monitor` reaches this value on the training split's running
            score; None to never stop.
        stop_ratio: training stops when a batch's loss has fallen to this share of the first
            one's; None to never stop.
        stop_flat: training stops when a batch's loss has fallen, and is no lower over so many steps
            than over as many before; None to never stop.
        monitor: the score that decides which weights are best, e.g. `val/accuracy`.
        higher_is_better: the direction of `monitor`.
        directions: of scores that a module logs, `min` or `max` by name; the first one that it logs
            stands in for a `monitor` that nothing measures.
        accelerator, devices, precision: as Lightning's Trainer takes them.
        deterministic: ask torch for deterministic algorithms, with a warning where it has none.
        clip_by: how gradients are clipped, `norm` or `value`.
        course: further arguments of Lightning's Trainer that shape a whole training run; short
            runs of a few batches go without them.
        limits: batches of a split that are used, a number or a share, by `train`, `val` and
            `test`.
        machine: further arguments of the Trainer that every pass has.
    """

    max_epochs: int = 20
    max_steps: int | None = None
    accumulate: int = 1
    micro_batch: int | None = None
    gradient_clip: float | None = None
    validate_every: int = 1
    patience: int | None = None
    stop_at: tuple[str, float] | None = None
    stop_ratio: float | None = None
    stop_flat: int | None = None
    monitor: str = "val/loss"
    higher_is_better: bool = False
    directions: Mapping[str, str] = field(default_factory=dict)
    accelerator: str = "auto"
    devices: int | str | Sequence[int] = 1
    precision: str = "32-true"
    deterministic: bool = True
    clip_by: str = "norm"
    course: Mapping[str, Any] = field(default_factory=dict)
    limits: Mapping[str, int | float] = field(default_factory=dict)
    machine: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Sinks:
    """Where a training run says what happens.

    Attributes:
        log: takes logged rows, many at a time.
        progress: takes (done, total, text, values by name); must be cheap, it is called often.
        callbacks: Lightning callbacks.
        resumable: where the run is kept over an interruption; None where it is not.
        note: takes a line for the run's log.
    """

    log: Callable[[Sequence[Row]], None] = lambda rows: None
    progress: Callable[[float, float, str, Mapping[str, float]], None] = lambda *_: None
    callbacks: list[Any] = field(default_factory=list)
    resumable: Resumable | None = None
    note: Callable[[str], None] = lambda text: None
