"""A rehearsal: one short real run of a user's own LightningModule, for probes to look at.

A program may do anything in its hooks, so what it does is watched and not guessed: it is trained
through Lightning's Trainer for a few batches, as it will be in earnest, in a temporary folder.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from art.core.stage import StageContext
from art.training.adapting import adapted
from art.training.data_modules.of_module import OfModule
from art.training.lending.holding import Held
from art.training.lending.kept_data import spare_teardown
from art.training.module_logger.logger import module_logger
from art.training.namespaces import is_of, joined_with, namespace_of, pl
from art.training.probing.digests import Digest, digests, in_place_of_tensors
from art.training.probing.noting import Enough, Notes, tensors_of
from art.training.seeding import derive_seed, seed_all
from art.training.threads import threads_restored
from art.training.trainer import running
from art.training.wrapping import TaskModule

EPOCHS = 3
TRAIN_BATCHES = 8
VAL_BATCHES = 12
LEAST_BATCHES = 3
SHARE = 0.06
"""Of the probes' time, for the training steps of a rehearsal."""


class KeptCheckpoints:
    """Writes checkpoints as Lightning does, and gives back copies of what was written.

    Nothing is read from disk, so that whatever a program puts into a checkpoint comes back as it
    was, and no file is trusted. `_kept_checkpoints` makes the plugin of it.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.contents: dict[str, Held] = {}
        self._folder = folder

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any | None = None
    ) -> None:
        """Keep a copy, and write the file for a program that reads it itself."""
        self.contents[str(path)] = Held(checkpoint, self._folder)
        # Lightning's own, which `_kept_checkpoints` puts behind this class
        super().save_checkpoint(checkpoint, path, storage_options)  # type: ignore[misc]

    def load_checkpoint(
        self, path: Any, map_location: Any | None = None, weights_only: bool | None = None
    ) -> dict[str, Any]:
        """A copy of what was written there."""
        content: dict[str, Any] = self.contents[str(path)].get()
        return content


def _kept_checkpoints(namespace: Any, folder: Path) -> KeptCheckpoints:
    """The plugin for a Trainer of a namespace; large checkpoints are held in that folder."""
    kind = joined_with(KeptCheckpoints, "TorchCheckpointIO", "plugins.io", namespace)
    made: KeptCheckpoints = kind(folder)
    return made


@dataclass
class Rehearsal:
    """What a short run showed.

    Attributes:
        module: as the run left it; None where the module could not be built.
        notes: what happened in it.
        error: why it ended early, in one line; empty where it ran through.
        automatic: whether Lightning steps the optimizers.
        batches: of each epoch.
        accumulate: batches whose gradients Lightning sums up for a step.
        final: the state dict after the run, with what the hooks at its end changed.
        digests: of that state dict.
        optimizers: the state dict of each optimizer after the run, with digests of its tensors.
        schedulers: the state dict of each scheduler that Lightning knows.
        checkpoint: what Lightning saved after the run; None where it could not.
        unsaved: why there is no checkpoint.
    """

    module: pl.LightningModule
    notes: Notes
    error: str = ""
    automatic: bool = True
    batches: int = TRAIN_BATCHES
    accumulate: int = 1
    final: Held | None = None
    digests: dict[str, Digest] = field(default_factory=dict)
    optimizers: list[dict[str, Any]] = field(default_factory=list)
    schedulers: list[dict[str, Any]] = field(default_factory=list)
    checkpoint: Held | None = None
    unsaved: str = ""

    @property
    def complete(self) -> bool:
        """Whether it ran through all its epochs."""
        return not self.error and len(self.notes.after_epoch) == EPOCHS


def rehearse(context: StageContext) -> Rehearsal | None:
    """Train a user's own module for a few batches; None for a module that ART trains itself.

    Use it as `context.once(rehearse)`.
    """
    module = context.build_model()
    if isinstance(module, TaskModule):
        return None
    notes = Notes(context.folder)
    rehearsal = Rehearsal(module, notes, automatic=module.automatic_optimization)

    def look(trainer: pl.Trainer) -> None:
        rehearsal.accumulate = trainer.accumulate_grad_batches
        rehearsal.final = Held(tensors_of(module), context.folder)
        rehearsal.digests = digests(module)
        rehearsal.optimizers = [in_place_of_tensors(o.state_dict()) for o in trainer.optimizers]
        rehearsal.schedulers = [
            copy.deepcopy(_plain_state(c.scheduler)) for c in trainer.lr_scheduler_configs
        ]
        path = Path(trainer.default_root_dir) / "rehearsal.ckpt"
        try:
            trainer.save_checkpoint(path)
        except Exception as error:
            rehearsal.unsaved = in_a_line(error)
            return
        kept = trainer.strategy.checkpoint_io
        if isinstance(kept, KeptCheckpoints):
            rehearsal.checkpoint = kept.contents[str(path)]

    rehearsal.batches = affordable_batches(context)
    rehearsal.error = play(context, module, [notes], batches=rehearsal.batches, after=look)
    let_go(module)
    return rehearsal


def affordable_batches(context: StageContext) -> int:
    """Batches of each of its epochs; a slow program is rehearsed with fewer."""
    steps = context.affordable(EPOCHS * TRAIN_BATCHES, least=EPOCHS * LEAST_BATCHES, share=SHARE)
    return max(LEAST_BATCHES, steps // EPOCHS)


def let_go(module: pl.LightningModule) -> None:
    """Free what a training needs beside the weights; the module is only looked at from now on."""
    trainer = getattr(module, "_trainer", None)
    for optimizer in getattr(trainer, "optimizers", ()):
        optimizer.state.clear()
    for parameter in module.parameters():
        parameter.grad = None


def play(
    context: StageContext,
    module: pl.LightningModule,
    callbacks: Sequence[pl.Callback],
    *,
    run: str = "fit",
    fresh: bool = False,
    batches: int = TRAIN_BATCHES,
    checkpoint: Held | None = None,
    after: Callable[[pl.Trainer], None] | None = None,
    before: Callable[[pl.Trainer], None] | None = None,
    **arguments: Any,
) -> str:
    """Run a module through a Trainer as a user would; return why it failed, or an empty text.

    Args:
        context: gives the data and the Trainer.
        module: a user's own.
        callbacks: for this run alone.
        run: the Trainer's method, `fit` or `validate`.
        fresh: set the data up by its own code.
        batches: of each epoch; a validation has half as many again.
        checkpoint: what to resume from.
        after: is given the Trainer when the run has ended well.
        before: is given the Trainer before it starts.
        arguments: of the Trainer, in place of the rehearsal's.
    """
    with TemporaryDirectory(prefix="art-") as folder, threads_restored():
        namespace = namespace_of(module)
        kept = _kept_checkpoints(namespace, context.folder)
        try:
            data = adapted(context.build_data(fresh=fresh), namespace)
            spare_teardown(data)
            limits = {
                "limit_train_batches": batches,
                "limit_val_batches": max(1, VAL_BATCHES * batches // TRAIN_BATCHES),
            }
            changes = {**limits, **arguments}
            trainer = _trainer(context, module, data, Path(folder), kept, callbacks, changes)
            _keep_files_in(module, Path(folder))
            path = None
            if checkpoint is not None:
                path = str(Path(folder) / "resumed.ckpt")
                kept.contents[path] = checkpoint
                Path(path).touch()  # Lightning looks whether it is there
            if before is not None:
                before(trainer)
            seed_all(derive_seed(context.seed, "fit"))
            with running(trainer):
                method: Any = getattr(trainer, run)
                quiet = {"verbose": False} if run == "validate" else {}
                given = None if isinstance(data, OfModule) else data
                method(module, datamodule=given, ckpt_path=path, **quiet)
                if after is not None:
                    after(trainer)
        except Enough:
            return ""
        except Exception as error:  # the stage itself will meet and say it
            return in_a_line(error)
    return ""


def _trainer(
    context: StageContext,
    module: pl.LightningModule,
    data: pl.LightningDataModule,
    folder: Path,
    kept: KeptCheckpoints,
    callbacks: Sequence[pl.Callback],
    changes: Mapping[str, Any],
) -> pl.Trainer:
    arguments: dict[str, Any] = {
        "max_epochs": EPOCHS,
        "max_steps": -1,
        "default_root_dir": str(folder),
        "plugins": [kept],
        "logger": module_logger(folder, lambda rows: None, namespace=namespace_of(module)),
        "callbacks": list(callbacks),
        "enable_checkpointing": _checkpoints(module),
    }
    if module.automatic_optimization:
        settings = context.settings_of(("training",))
        accumulate = settings.get("training.accumulate_grad_batches") or 1
        arguments["accumulate_grad_batches"] = accumulate
        arguments["gradient_clip_val"] = settings.get("training.gradient_clip_val")
        if arguments["gradient_clip_val"] is not None:
            how = settings.get("training.gradient_clip_algorithm")
            arguments["gradient_clip_algorithm"] = how
    arguments.update(changes)
    if context.loader(data, "val") is None:
        arguments["limit_val_batches"] = 0
    return context.trainer(module=module, **arguments)


def callbacks_of(module: pl.LightningModule) -> list[Any]:
    """What the module's `configure_callbacks` gives; nothing where it needs a Trainer."""
    try:
        made = module.configure_callbacks()
    except Exception:
        return []
    return list(made) if isinstance(made, list | tuple) else [made]


def _checkpoints(module: pl.LightningModule) -> bool:
    return any(is_of(made, "Checkpoint", "callbacks") for made in callbacks_of(module))


def _keep_files_in(module: pl.LightningModule, folder: Path) -> None:
    """Send the checkpoints of the module's own callbacks to a folder that will be removed."""
    configure = module.configure_callbacks

    def configured() -> Any:
        made = configure()
        each: list[Any] = list(made) if isinstance(made, list | tuple) else [made]
        for callback in each:
            if is_of(callback, "ModelCheckpoint", "callbacks") and callback.dirpath:
                callback.dirpath = str(folder / "kept")
        return made

    module.configure_callbacks = configured  # type: ignore[method-assign]


def _plain_state(scheduler: Any) -> dict[str, Any]:
    """A scheduler's numbers; not the function that counts its steps."""
    return {k: v for k, v in scheduler.state_dict().items() if isinstance(v, int | float | list)}


def in_a_line(error: BaseException) -> str:
    """An error's kind and first line."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__
