"""Makes the Trainer: this machine's devices, ART's checkpoints, and no chatter of its own."""

from __future__ import annotations

import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from art.errors import UserError
from art.training.checkpoints.lightning_io import verified_io
from art.training.module_logger.logger import ModuleLogger, module_logger
from art.training.module_logger.recorder import SCORING
from art.training.namespaces import namespace_of, pl
from art.training.quieting import quiet_loggers
from art.training.settings import TrainingSettings
from art.training.wrapping import TaskModule

QUIET: dict[str, Any] = {
    "enable_checkpointing": False,
    "enable_progress_bar": False,
    "enable_model_summary": False,
    "num_sanity_val_steps": 0,
    "log_every_n_steps": 1,
    "inference_mode": False,
}
"""ART keeps the checkpoints, shows the progress and has probed the model before. It scores modules
as Lightning validates them in training: a step may ask for gradients (`torch.enable_grad`)."""

STEP_HOOKS = (
    "on_train_batch_start",
    "on_before_zero_grad",
    "on_before_backward",
    "on_after_backward",
    "on_before_optimizer_step",
    "on_train_batch_end",
)
"""The hooks of a callback that Lightning calls in every step."""


def make_trainer(
    settings: TrainingSettings, folder: Path, *, module: Any = None, **overrides: Any
) -> pl.Trainer:
    """A Trainer for these settings; `overrides` are any of Lightning's own arguments.

    Args:
        settings: how to train, and on what.
        folder: Lightning's `default_root_dir`.
        module: what it is for. A Trainer takes modules of its own namespace alone.
        overrides: in the place of what ART gives the Trainer.

    Raises:
        UserError: the device, precision or another argument does not exist here.
    """
    namespace = pl if module is None else namespace_of(module)
    arguments: dict[str, Any] = {
        **QUIET,
        "accelerator": settings.accelerator,
        "devices": settings.devices,
        "precision": settings.precision,
        "max_epochs": settings.max_epochs,
        "max_steps": -1 if settings.max_steps is None else settings.max_steps,
        "deterministic": "warn" if settings.deterministic else False,
        "default_root_dir": str(folder),
        "plugins": [verified_io(namespace)],
        "logger": False,
        **settings.machine,
        **overrides,
    }
    if module is not None and "logger" not in overrides and not isinstance(module, TaskModule):
        arguments["logger"] = module_logger(folder, namespace=namespace, version=SCORING)
    try:
        with quiet_lightning():
            made: pl.Trainer = namespace.Trainer(**arguments)
    except (ValueError, TypeError, RuntimeError, ImportError) as error:
        # Lightning's MisconfigurationException is among these only by its bases
        raise UserError(f"the Trainer cannot be made: {_first_line(error)}") from error
    except Exception as error:
        if type(error).__name__ != "MisconfigurationException":
            raise
        raise UserError(
            f"the Trainer cannot be made: {_first_line(error)} Look at [system] accelerator, "
            f"devices and precision; `--system.accelerator=cpu` works everywhere."
        ) from error
    if isinstance(made.logger, ModuleLogger):
        made.logger.recorder.trainer = made
    return made


def spare_empty_hooks(callback: pl.Callback) -> pl.Callback:
    """Let Lightning pass over the hooks of a step that a callback does not have.

    It calls each hook of each callback inside a profiler's context, the empty ones too: for one
    callback that is 1.3% of the CPU time of a step of two small linear layers on 64 rows, as
    measured. What is not callable it leaves out.
    """
    for name in STEP_HOOKS:
        if getattr(type(callback), name) is getattr(pl.Callback, name):
            callback.__dict__[name] = None
    return callback


@contextmanager
def running(trainer: pl.Trainer) -> Iterator[None]:
    """Run a Trainer quietly, and let Ctrl-C through.

    Lightning answers Ctrl-C by ignoring the signal from then on and exiting the process. ART
    has a record to write, and the user may press it again.
    """
    # its answer to SIGTERM would end the run before its state is saved, with the code of Ctrl-C
    trainer._signal_connector.register_signal_handlers = lambda: None  # type: ignore[method-assign]
    main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGINT) if main else None
    try:
        with quiet_lightning():
            yield
    except SystemExit as leaving:
        if isinstance(leaving.__context__, KeyboardInterrupt):  # else it is the program's own
            raise KeyboardInterrupt from leaving
        raise
    except Exception as error:
        if type(error).__name__ != "MisconfigurationException":
            raise
        raise UserError(f"Lightning refuses to run this program: {_first_line(error)}") from error
    finally:
        if main and handler is not None:
            signal.signal(signal.SIGINT, handler)
        _free_callbacks(trainer)


def _free_callbacks(trainer: pl.Trainer) -> None:
    """Take back the module's methods that Lightning has lent to its callbacks: one that is read
    after a run would keep the module and its optimizers in memory."""
    for callback in trainer.callbacks:  # type: ignore[attr-defined]
        for name in ("log", "log_dict"):
            callback.__dict__.pop(name, None)


@contextmanager
def quiet_lightning() -> Iterator[None]:
    """Keep Lightning's and torch's advice off the screen; ART gives its own."""
    with quiet_loggers(), warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", module=r"(pytorch_lightning|lightning_fabric|lightning|torch)\b"
        )
        yield


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
