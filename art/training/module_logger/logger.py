"""The Lightning logger that a user's module finds as `self.logger`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from art.core.logger import Row
from art.training.module_logger.answers import NOT_ANSWERED, Accepted
from art.training.module_logger.experiment import Experiment
from art.training.module_logger.recorder import TRAINING, Recorder, number_of
from art.training.namespaces import joined_with, pl
from art.training.settings import Sinks

NAME = "module"


class ModuleLogger:
    """Takes all that `self.log` and a module's calls of its logger give.

    `module_logger` makes an instance of Lightning's own Logger of it.

    Args:
        recorder: records it.
    """

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self.recorder = recorder
        self._experiment = Experiment(recorder)

    # Where it is

    @property
    def experiment(self) -> Experiment:
        """What a tracker's own object would be."""
        return self._experiment

    @property
    def name(self) -> str:
        """The folder in `save_dir`."""
        return NAME

    @property
    def version(self) -> int | str:
        """The folder in that one; the number 0 stands for `version_0`, as in Lightning."""
        return 0 if self.recorder.version == TRAINING else self.recorder.version

    @property
    def run_id(self) -> str:
        """The run's name."""
        return self.recorder.folder.name

    @property
    def save_dir(self) -> str:
        """The folder of the module's own files in the run folder; it exists."""
        return str(self.recorder.log_folder())

    @property
    def root_dir(self) -> str:
        """The same with the name; it exists."""
        return str(self.recorder.log_folder(NAME))

    @property
    def log_dir(self) -> str:
        """The same with name and version; it exists."""
        return self._experiment.log_dir

    # Numbers

    def log_metrics(self, metrics: Mapping[str, Any], step: int | None = None) -> None:
        """Take in what `self.log`, or a call of this method, gave."""
        values = {name: value for name, value in metrics.items() if name != "epoch"}
        self.recorder.numbers("log_metrics", values, step, number_of(metrics.get("epoch")))

    def log_hyperparams(self, params: dict[str, Any] | Namespace, *args: Any, **kw: Any) -> None:
        """The config says what the hyperparameters are; nothing is kept here."""

    # Pictures

    def log_image(self, key: str, images: Sequence[Any], step: int | None = None, **_: Any) -> None:
        """A list of pictures."""
        several = images if isinstance(images, list | tuple) else [images]
        for number, image in enumerate(several):
            name = key if len(several) == 1 else f"{key}/{number}"
            self.recorder.picture("log_image", name, image, step)

    # The rest of Lightning's own

    def save(self) -> None:
        """All is written as it comes."""

    def finalize(self, status: str) -> None:
        """Nothing is left open."""

    def after_save_checkpoint(self, checkpoint_callback: Any) -> None:
        """ART keeps the checkpoints."""

    def log_graph(self, model: Any, input_array: Any = None) -> None:
        """Lightning calls it itself before each run; ART draws no graphs."""

    def __getitem__(self, index: int) -> ModuleLogger:
        """`self.logger[0]`, as of a list of loggers."""
        if index:
            raise IndexError(index)
        return self

    def __getattr__(self, name: str) -> Accepted:
        if name.startswith("_") or name in NOT_ANSWERED or "recorder" not in vars(self):
            raise AttributeError(name)
        return Accepted(self.recorder, name)


def module_logger(
    folder: Path,
    take: Callable[[Sequence[Row]], None] | None = None,
    *,
    namespace: Any = pl,
    version: str = TRAINING,
) -> Any:
    """A logger for a Trainer of a namespace.

    Args:
        folder: as of `Recorder`.
        take: as of `Recorder`.
        namespace: the Trainer's.
        version: as of `Recorder`.
    """
    kind = joined_with(ModuleLogger, "Logger", "loggers.logger", namespace)
    return kind(Recorder(folder, take, version))


def say_what_was_not_recorded(trainer: pl.Trainer, sinks: Sinks) -> None:
    """A line for each kind of call of `self.logger` that nothing came of."""
    if isinstance(trainer.logger, ModuleLogger):
        for line in trainer.logger.recorder.said():
            sinks.note(line)
