"""The stage: one step of the recipe. It reads earlier records, does its work, leaves one record."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar

from art.core.contract import Contract
from art.core.data_info import DataInfo
from art.core.figure import Figure
from art.core.fit import Fit
from art.core.metric import MetricCalculator
from art.core.probe import ProbeReport
from art.core.task import Task, TaskProfile
from art.core.visualizer import Seen

if TYPE_CHECKING:
    import pytorch_lightning as pl
    from torch import Tensor

Made = TypeVar("Made")


class EarlierRun(Protocol):
    """What a stage may read of an earlier one: its record and its files."""

    @property
    def scores(self) -> Mapping[str, float]:
        """The scores of the record."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """What that stage found best."""
        ...

    def artifact(self, name: str) -> Path:
        """The file behind an artifact's name; a missing one is an error that names the others."""
        ...

    def has(self, name: str) -> bool:
        """Whether the run left an artifact of that name."""
        ...


class StageContext(Protocol):
    """What a stage works with. Everything it builds is as if fresh, and freshly seeded: a data
    module or a model that has been built before comes as a copy, as it was then."""

    stage: str
    """The stage's name in the config."""
    folder: Path
    """The run folder; a stage may write files there."""
    seed: int
    profile: TaskProfile
    max_epochs: int
    """`[training] max_epochs`."""
    contract: Contract
    """What the user declares about the program."""
    earlier_stages: Sequence[str]
    """The stages before this one in the recipe that have left a record, in order."""
    fingerprint: str
    """A digest of all that a training run here depends on, besides this stage's own settings."""

    @property
    def task(self) -> Task | None:
        """None where the model brings its own loss and the config has no `[task]`."""
        ...

    @property
    def metrics(self) -> Mapping[str, MetricCalculator]:
        """The metric calculators that are on in this stage, fresh."""
        ...

    @property
    def data_info(self) -> DataInfo:
        """What the data holds."""
        ...

    @property
    def rebuilds(self) -> bool:
        """Whether the program's own code builds a fresh model; else it is a copy of the one that
        was given, and no seed draws its weights."""
        ...

    def build_data(
        self, overrides: Mapping[str, Any] | None = None, *, fresh: bool = False
    ) -> pl.LightningDataModule:
        """A data module, prepared and set up.

        Args:
            overrides: settings for this one alone, by dotted name.
            fresh: set one up by its own code, for a look at how that goes.
        """
        ...

    def loader(self, data: pl.LightningDataModule, split: str) -> Any:
        """The loader of a split (`train`, `val`, `test`); None where the data has no such split."""
        ...

    def build_model(
        self,
        *,
        seed: int | None = None,
        overrides: Mapping[str, Any] | None = None,
        fresh: bool = False,
    ) -> pl.LightningModule:
        """An untrained model. An `nn.Module` comes wrapped with its task and optimizer.

        Args:
            seed: of its weights; the project's by default.
            overrides: settings for this one alone, by dotted name.
            fresh: build it by its own code, for a look at how that goes.
        """
        ...

    def load_model(self, stage: str) -> pl.LightningModule:
        """The model that an earlier stage left as `checkpoint`, built as it was built there."""
        ...

    def trainer(self, **overrides: Any) -> pl.Trainer:
        """A Trainer for this machine, with ART's logging, checkpoints and progress."""
        ...

    def fit(
        self,
        *,
        overrides: Mapping[str, Any] | None = None,
        seed: int | None = None,
        batches: Sequence[Any] | None = None,
        folder: str = "",
        callbacks: Sequence[Any] = (),
        logged: bool = True,
        alone: bool = False,
        compiled: bool | None = None,
        **training: Any,
    ) -> Fit:
        """Build a model and data, train, and score the result over whole splits.

        Args:
            overrides: settings for this run alone, by dotted name.
            seed: of the model's weights; the project's by default.
            batches: train on these alone; nothing is validated or kept.
            folder: where in the run folder checkpoints go; the run folder itself by default.
            callbacks: Lightning callbacks for this run alone, besides the config's.
            logged: send what is logged to the loggers, and say how far it is.
            alone: leave out the callbacks of the config.
            compiled: whether `[system] compile` applies; by default to whole training runs.
            training: fields of `art.training.settings.TrainingSettings` to set.
        """
        ...

    def untrained_loss(self, model: pl.LightningModule, batches: Sequence[Any]) -> float | None:
        """The mean loss of a wrapped model over batches, in eval mode; None for a user's own."""
        ...

    def batch_scores(self, model: pl.LightningModule, batch: Any) -> dict[str, float]:
        """The metric calculators' scores of a model on one batch, as `train/...`."""
        ...

    def predictions(
        self, model: pl.LightningModule, batch: Any, index: int = 0
    ) -> tuple[Tensor, Tensor] | None:
        """What a model, in eval mode, predicts for a batch, `(N, C, ...)` by class or of the
        targets' shape, and the targets; None where its own loss does not say what they mean."""
        ...

    def training_data(self, stage: str) -> pl.LightningDataModule | None:
        """The data as an earlier stage trained on them, where its settings of `[data]` differ from
        this one's by more than the size of a batch; None where they do not."""
        ...

    def evaluate(
        self, model: pl.LightningModule, data: pl.LightningDataModule, splits: Sequence[str]
    ) -> tuple[dict[str, float], Seen]:
        """Score a model over whole splits, in eval mode, in one pass each."""
        ...

    def earlier(self, stage: str) -> EarlierRun:
        """An earlier stage's latest record; an error where it has none."""
        ...

    def has_earlier(self, stage: str) -> bool:
        """Whether that stage is in the recipe before this one and has left a record."""
        ...

    def previous(self) -> Sequence[EarlierRun]:
        """This very stage's own earlier runs, oldest first."""
        ...

    def settings_of(self, sections: Sequence[str]) -> dict[str, Any]:
        """The settings of those config sections, by dotted name (`{"model.dropout": 0.3}`)."""
        ...

    def log(self, scores: Mapping[str, float], step: int, epoch: float = 0.0) -> None:
        """Send values to every logger."""
        ...

    def progress(self, done: float, total: float, text: str = "") -> None:
        """Say how far the stage is."""
        ...

    def note(self, text: str, *, explains: bool = False) -> None:
        """A line for the run's log.

        Args:
            text: the line.
            explains: it says why something is not measured or not judged. The record keeps it, and
                every report shows it.
        """
        ...

    def affordable(self, most: int, *, least: int, share: float = 0.1) -> int:
        """How many training steps, `most` at most, fit into a share of the probes' time; of a
        program whose steps are quick, `most`."""
        ...

    def probe_seconds_left(self) -> float:
        """Seconds that are left to the probes of this stage; they begin with the first call."""
        ...

    def in_probe_time(self) -> AbstractContextManager[None]:
        """A probe's time: where a limit is set, it is ended by NotJudged once that is over."""
        ...

    def once(self, make: Callable[[Any], Made]) -> Made:
        """What `make(context)` gives, made once in this stage for all who ask for it."""
        ...


@dataclass
class Outcome:
    """What a stage found.

    Attributes:
        scores: by `split/metric`.
        artifacts: files by name, as paths inside the run folder.
        settings: what the stage found best, by dotted setting (`{"model.dropout": 0.3}`); later
            stages start from it.
        tables: headings and rows by name; saved with the run.
        seen: what visualizers may draw.
        figures: what the stage draws itself, by name.
        probes: what the probes that the stage ran say of the program.
        diverged: why training lost its loss or its weights (`Fit.diverged`); such a stage does not
            pass.
    """

    scores: dict[str, float] = field(default_factory=dict)
    artifacts: dict[str, Path] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, tuple[Sequence[str], Sequence[Sequence[Any]]]] = field(default_factory=dict)
    seen: Seen = field(default_factory=Seen)
    figures: dict[str, Figure] = field(default_factory=dict)
    probes: list[ProbeReport] = field(default_factory=list)
    diverged: str = ""


class Stage(ABC):
    """One step of the recipe. Its settings are the parameters of its constructor.

    Attributes:
        reads: the config sections whose change makes the stage run again, besides its own.
        per_model: whether it runs once for each model of `[models.NAME]`, or once for all.
        hints: by check name or score, what to look at first when that check fails.
        reasons: by check name, one line that a config carries above that default check.
        examines: what of the program `examine` looks at: `data` or `model`; empty for nothing.
    """

    reads: ClassVar[tuple[str, ...]] = (
        "task",
        "data",
        "model",
        "optimizer",
        "scheduler",
        "training",
        "contract",
        "callbacks",
        "metrics",
    )
    per_model: ClassVar[bool] = True
    hints: ClassVar[dict[str, str]] = {}
    reasons: ClassVar[dict[str, str]] = {}
    examines: ClassVar[str] = ""

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """The checks where the config names none, as a config would have them.

        Args:
            profile: the task's kind and deciding score.
            stages: the recipe's stages by name, to know which earlier ones can be beaten.
        """
        return {}

    @classmethod
    def default_overrides(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """The overrides where the config names none.

        Args:
            settings: every setting of the config by dotted name.
        """
        return {}

    @abstractmethod
    def run(self, context: StageContext) -> Outcome | dict[str, float] | None:
        """Do the work; return what was found, or just its scores."""

    def examine(self, context: StageContext) -> Outcome:
        """The part of `run` that measures and probes without training, for `art debug`.

        A stage of the data gives all that it measures, a stage of the model what its probes say.
        """
        return Outcome()
