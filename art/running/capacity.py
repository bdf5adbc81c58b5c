"""How many samples a training step may have in this machine's memory, measured by taking steps.

Small batches are tried first, each twice the one before; how the peak grows says how far it may
go on. So nothing that is not expected to fit is ever tried.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from art.config import RecipeConfig
from art.errors import UserError
from art.running.building import build_data, build_model, build_task
from art.running.trainer_settings import training_settings
from art.training.failures import is_out_of_memory

SHARE = 0.8
"""Of the free memory that a step may take; the rest is for scoring, and for the neighbours."""

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")

STEPS = 2
"""The second one has the optimizer's state beside it."""


@dataclass(frozen=True)
class Capacity:
    """What was measured.

    Attributes:
        wanted: the recipe's batch size.
        limit: the samples that fit at once; None where the whole batch does.
        device: `cpu`, or what trains.
        memory: bytes that a step could take.
    """

    wanted: int
    limit: int | None
    device: str
    memory: int


def measure(config: RecipeConfig, free: int) -> Capacity:
    """Take training steps of growing batches, and say how many samples fit.

    Args:
        config: the recipe. Of several models, the first is measured.
        free: bytes of main memory that this process may still take.

    Raises:
        UserError: the recipe has no batch size, the memory cannot be known, or not even one
            sample fits.
    """
    wanted = (config.block("data") or {}).get("batch_size")
    if not isinstance(wanted, int):
        raise UserError("[data] has no batch_size that could be measured.")
    gauge = _Cuda() if _on_cuda(config) else _Main(free)
    config = config.for_model(next(iter(config.models)))

    def peak(size: int) -> int:
        gauge.reset()
        try:
            take_steps(config.with_settings({"data.batch_size": size}, "measured"))
        except Exception as error:
            if is_out_of_memory(error):
                raise MemoryError(str(error)) from error
            raise
        return gauge.peak()

    limit = largest(peak, wanted, gauge.budget)
    return Capacity(wanted, limit, gauge.device, gauge.budget)


def largest(peak: Callable[[int], int], wanted: int, budget: int) -> int | None:
    """The most samples whose peak is within a budget; None where all that are wanted are.

    Args:
        peak: bytes at the height of a step of so many samples, or MemoryError.
        wanted: the whole batch.
        budget: bytes that there may be.

    Raises:
        UserError: not even one sample fits.
    """
    seen: list[tuple[int, int]] = []
    size = min(2, wanted)  # one sample alone is too few for BatchNorm
    while True:
        try:
            found = peak(size)
        except MemoryError:
            found = budget + 1
        if found > budget:
            break
        seen.append((size, found))
        if size == wanted:
            return None
        following = min(2 * size, wanted)
        if _expected(seen, following) > budget:
            break
        size = following
    if not seen:
        if size > 1 and peak(1) <= budget:
            return 1
        raise UserError("not even one sample fits into the memory of this machine.")
    return _most(seen, budget, below=min(2 * seen[-1][0], wanted))


def _growth(seen: list[tuple[int, int]]) -> float:
    """Bytes a sample, as the last two sizes show them."""
    if len(seen) < 2:
        return 0.0
    (small, low), (large, high) = seen[-2:]
    return max((high - low) / (large - small), 0.0)


def _expected(seen: list[tuple[int, int]], size: int) -> float:
    return seen[-1][1] + _growth(seen) * (size - seen[-1][0])


def _most(seen: list[tuple[int, int]], budget: int, below: int) -> int:
    size, found = seen[-1]
    growth = _growth(seen)
    more = int((budget - found) / growth) if growth else 0
    return min(size + more, below - 1)


def take_steps(config: RecipeConfig) -> None:
    """Two training steps on one batch, as a stage takes them, to see whether they fit.

    Args:
        config: the recipe for one model; its whole batch is taken at once.
    """
    from art.training.data_modules.description import describe, loader_of
    from art.training.fitting import fit
    from art.training.settings import Sinks
    from art.training.wrapping import TaskModule

    seed = config.project.seed
    data = build_data(config, seed)
    info = describe(data, config.profile.kind, refuse=config.profile.own_loss)
    build_task(config, info)
    model = build_model(config, info, seed)
    batch = next(iter(loader_of(data, "train") or ()))
    settings = training_settings(config, not isinstance(model, TaskModule))
    settings = replace(settings, max_steps=STEPS, micro_batch=None, accumulate=1)
    with TemporaryDirectory(prefix="art-capacity-") as folder:
        fit(
            model, data, settings,
            metrics={}, sinks=Sinks(), folder=Path(folder), seed=seed, batches=[batch],
        )  # fmt: skip


def _on_cuda(config: RecipeConfig) -> bool:
    import torch

    return config.system.accelerator in ("auto", "gpu", "cuda") and torch.cuda.is_available()


class _Main:
    """The peak of main memory that this process takes."""

    device = "cpu"

    def __init__(self, free: int) -> None:
        if not free:
            raise UserError("how much memory is free cannot be known on this system.")
        self.budget = _resident("VmRSS") + int(SHARE * free)

    def reset(self) -> None:
        """Forget the peaks before, where the system lets us."""
        gc.collect()
        if RESET.exists():
            RESET.write_text("5", encoding="ascii")

    def peak(self) -> int:
        """Bytes, since the last reset."""
        return _resident("VmHWM")


class _Cuda:
    """The peak of a GPU's memory."""

    def __init__(self) -> None:
        import torch

        self._cuda: Any = torch.cuda
        free, _ = torch.cuda.mem_get_info()
        self.budget = int(SHARE * free)
        self.device = torch.cuda.get_device_name()

    def reset(self) -> None:
        """Forget the peaks before."""
        gc.collect()
        self._cuda.empty_cache()
        self._cuda.reset_peak_memory_stats()

    def peak(self) -> int:
        """Bytes, since the last reset."""
        return int(self._cuda.max_memory_reserved())


def _resident(name: str) -> int:
    """Bytes of this process in main memory: now (`VmRSS`), or at most (`VmHWM`)."""
    if STATUS.exists():
        for line in STATUS.read_text(encoding="ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    import resource

    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale
