"""Fits Lightning's own callbacks, and a user's, into ART's training runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from art.core.files import atomic_write
from art.errors import UserError
from art.training.module_logger.logger import ModuleLogger
from art.training.namespaces import NAMES, is_of, part_of, pl

AVERAGING = ("StochasticWeightAveraging", "WeightAveraging")
FINISHING = (*AVERAGING, "ModelPruning")
"""Kinds whose weights are there only when training has ended."""

REMAKING = ("WeightAveraging", "ModelPruning", "BaseFinetuning")
"""Kinds that change modules and optimizers as they train, so that a run cannot be gone on with."""

OF_LIGHTNINGS_LOOP = (*AVERAGING, "BaseFinetuning", "GradientAccumulationScheduler")
"""Kinds that need Lightning to take every step itself."""


def is_one_of(callback: object, names: Sequence[str]) -> bool:
    """Whether a callback is of one of Lightning's kinds, of either namespace."""
    return any(is_of(callback, name, "callbacks") for name in names)


def make_the_last_weights(callbacks: Sequence[object]) -> bool:
    """Whether one of them makes the weights that count at the end, as averages do."""
    return any(is_one_of(callback, FINISHING) for callback in callbacks)


def cannot_go_on(callbacks: Sequence[object]) -> bool:
    """Whether one of them keeps a run from being gone on with where it was interrupted."""
    return any(is_one_of(callback, REMAKING) for callback in callbacks)


def keeps_checkpoints(callbacks: Sequence[object]) -> bool:
    """Whether one of them writes checkpoints."""
    return any(is_one_of(callback, ("Checkpoint",)) for callback in callbacks)


def fitted(callbacks: Sequence[Any], folder: Path, *, alone: bool, wrapped: bool) -> list[Any]:
    """The callbacks that take part in a training run.

    Args:
        callbacks: the config's.
        folder: the run folder.
        alone: whether a few batches are trained on, without validation: then Lightning's own
            stay out, since they wait for scores, count epochs or change what is probed.
        wrapped: whether ART takes the steps, of a model that it wraps.

    Raises:
        UserError: one of them needs Lightning to take the steps.
    """
    found = []
    for callback in callbacks:
        if wrapped and is_one_of(callback, OF_LIGHTNINGS_LOOP):
            raise UserError(
                f"[callbacks] {type(callback).__name__} is for a LightningModule that trains "
                f"itself, and ART wraps this model. Remove it, or bring such a module."
            )
        if not (alone and _is_lightnings(callback)):
            keep_files_in(callback, folder)
            found.append(callback)
    return found


def keep_files_in(callback: Any, folder: Path) -> None:
    """Let a callback that writes checkpoints write them into the run folder, a stage its own."""
    if is_of(callback, "ModelCheckpoint", "callbacks"):
        callback.dirpath = str(folder / "checkpoints" / "lightning")


def keep_files_of(module: Any, folder: Path) -> None:
    """The same for the callbacks that a module makes itself in `configure_callbacks`."""
    configure: Callable[[], Any] = module.configure_callbacks

    def configured() -> Any:
        made = configure()
        several: list[Any] = list(made) if isinstance(made, list | tuple) else [made]
        for callback in several:
            keep_files_in(callback, folder)
        return several

    module.configure_callbacks = configured


def summary_writer(max_depth: int) -> Any:
    """A callback that writes a module's layers and their sizes beside its logs."""

    class ModelSummary(pl.Callback):
        """Writes it when training begins."""

        def on_fit_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
            summarize = part_of(pl, "utilities.model_summary").summarize
            if isinstance(trainer.logger, ModuleLogger):
                path = Path(trainer.logger.log_dir) / "summary.txt"
                atomic_write(path, f"{summarize(pl_module, max_depth=max_depth)}\n")

    return ModelSummary()


def _is_lightnings(callback: object) -> bool:
    """Whether it is one of Lightning's own kinds, or derives from one."""
    homes = tuple(f"{name}.callbacks." for name in NAMES)
    return any(
        base.__module__.startswith(homes) and base.__name__ != "Callback"
        for base in type(callback).__mro__
    )
