"""Measures where a training step of a recipe's model goes."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from art.config import RecipeConfig
from art.errors import UserError
from art.running.machine import refuse_what_is_missing
from art.running.parts import Parts

STEPS = 64
"""Steps that are timed at most; a slow program takes fewer."""
SECONDS = 20.0


@dataclass(frozen=True)
class Speed:
    """Where a step goes.

    Attributes:
        model: its name in the config; empty where there is one.
        steps: that were timed.
        batch: samples of a batch; 0 where they cannot be counted.
        seconds: of a whole step.
        parts: seconds of a step by part: `loading`, `forward`, `backward`, `optimizer`, `other`.
        chosen: what ART chose for this program, in words, by part.
    """

    model: str
    steps: int
    batch: int
    seconds: float
    parts: dict[str, float]
    chosen: dict[str, str] = field(default_factory=dict)


def measure_speed(config: RecipeConfig) -> list[Speed]:
    """Time training steps of each model of a recipe; nothing is written to the run store.

    Raises:
        UserError: a part of the recipe cannot be used, or this machine lacks what `[system]` asks
            for.
    """
    refuse_what_is_missing(config)
    spec = next((s for s in config.stages if s.registered == "art.Overfit.v1"), config.stages[-1])
    found = []
    with tempfile.TemporaryDirectory(prefix="art-speed-") as made:
        folder = Path(made)
        parts = Parts(folder)  # one for all models: their data is set up once
        for name in config.models:
            shown = name if len(config.models) > 1 else ""
            found.append(_measured(config.for_model(name), spec, shown, parts, folder))
    return found


def _measured(config: RecipeConfig, spec: Any, name: str, shared: Parts, folder: Path) -> Speed:
    from art.running.context import Context
    from art.running.run_log import RunLog
    from art.training.data_modules.batches import batch_size_of
    from art.training.resuming.sources import source_of
    from art.training.timing import WARM, StepTimer

    context = Context(
        config,
        spec,
        folder,
        earlier={},
        previous=[],
        fingerprint="",
        loggers=[],
        log=RunLog(folder / "log.txt"),
        progress=lambda done, total, text="": None,
        parts=shared,
    )
    loader = context.loader(context.build_data(), "train")
    if loader is None:
        raise UserError("the data has no training split, so no step can be timed.")
    source = source_of(loader, config.project.seed)
    batches, loading = [], []
    begun = time.perf_counter()
    for batch in source.batches(0, 0):
        now = time.perf_counter()
        loading.append(now - begun)
        batches.append(batch)
        begun = time.perf_counter()
        if len(batches) == STEPS or sum(loading) > SECONDS / 2:
            break
    source.close()
    timer = StepTimer()
    with timer.listening():
        context.fit(
            batches=batches,
            max_steps=STEPS + WARM,
            callbacks=[timer, _deadline()],
            logged=False,
            alone=True,
            compiled=True,
        )
    steps = len(timer.ends) - WARM
    if steps < 1:
        raise UserError("the model takes no optimizer step, so none can be timed.")
    load = sum(loading[1:] or loading) / max(len(loading) - 1, 1)
    train = (timer.ends[-1] - timer.ends[WARM - 1]) / steps
    parts = {"loading": load, **{part: s / steps for part, s in timer.seconds.items()}}
    parts["other"] = max(train + load - sum(parts.values()), 0.0)
    chosen = {"loading": _loading(source, loader)}
    if config.system.compile:
        chosen["forward"] = "compiled"
    return Speed(name, steps, batch_size_of(batches[0]), train + load, parts, chosen)


def _deadline() -> Any:
    from art.training.probing.intervening import OutOfTime

    return OutOfTime(SECONDS)


def _loading(source: Any, loader: Any) -> str:
    """How batches are made."""
    workers = getattr(loader, "num_workers", 0)
    if workers:
        return f"by {workers} worker processes"
    if getattr(source, "gathers", False):
        return "each batch gathered at once from the data set's tensors"
    if hasattr(getattr(loader, "dataset", None), "__getitems__"):
        return "each batch asked of the data set at once, by __getitems__"
    return "in the training process, one sample after the other" if _is_indexed(loader) else ""


def _is_indexed(loader: Any) -> bool:
    from torch.utils.data import DataLoader

    return isinstance(loader, DataLoader) and hasattr(loader.dataset, "__getitem__")
