"""What a stage works with: fresh parts, earlier records, and sinks for what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from torch import Tensor
from torch.nn.parameter import is_lazy

from art.config import RecipeConfig, StageSpec, build
from art.core.data_info import DataInfo
from art.core.files import make_folder
from art.core.fit import Fit
from art.core.logger import Logger
from art.core.metric import MetricCalculator
from art.core.stage import Made
from art.core.task import Task
from art.core.visualizer import Seen
from art.errors import PathError, UserError, did_you_mean
from art.registries import stages
from art.running.building import build_metrics, build_task, machine_config
from art.running.earlier import Earlier
from art.running.pace import Pace, now
from art.running.parts import Parts
from art.running.preflight import refuse_without_room, room_for_training
from art.running.probe_time import in_time
from art.running.reading import reader_of
from art.running.row_stream import RowStream
from art.running.run_log import RunLog
from art.running.trainer_settings import training_settings
from art.training.checkpoints.attributes import set_attributes
from art.training.checkpoints.door import load_checkpoint
from art.training.compiling import compile_in_place
from art.training.configuring import configured
from art.training.data_modules.description import describe, loader_of
from art.training.fitting import fit
from art.training.lending.kept_model import bytes_of
from art.training.namespaces import overrides as has_own
from art.training.namespaces import pl
from art.training.resuming.saving import STATES, Resumable, SaveClock
from art.training.scoring.module_scores import score
from art.training.scoring.predictions import PredictionReader
from art.training.scoring.whole_split import score_split
from art.training.settings import Sinks
from art.training.trainer import make_trainer
from art.training.wrapping import TaskModule


class Context:
    """The `StageContext` that a stage is given.

    Args:
        config: the recipe for the model at hand, with what earlier stages found best.
        spec: the stage.
        folder: the run folder.
        earlier: earlier stages of the recipe that have a record, by name, in order.
        previous: this stage's own earlier runs, oldest first.
        fingerprint: a digest of what a training run here depends on.
        loggers: where logged values go.
        log: the run's log.
        progress: takes (done, total, text).
        parts: builds data and models, for all stages of a command.
        say: takes a line for people, besides the log.
    """

    def __init__(
        self,
        config: RecipeConfig,
        spec: StageSpec,
        folder: Path,
        *,
        earlier: Mapping[str, Earlier],
        previous: Sequence[Earlier],
        fingerprint: str,
        loggers: Sequence[Logger],
        log: RunLog,
        progress: Any,
        parts: Parts,
        say: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.stage = spec.name
        self.folder = folder
        self.seed = config.project.seed
        self.profile = config.profile
        self.max_epochs = config.training.max_epochs
        self.contract = config.contract
        self.fingerprint = fingerprint
        self.earlier_stages: Sequence[str] = tuple(earlier)
        self._base = config
        self._config = config.with_settings(spec.overrides, f"[stages.{spec.name}] overrides")
        self._spec = spec
        self._earlier = earlier
        self._previous = previous
        self._rows = RowStream(loggers, config.secrets.hidden)
        self._log = log
        self._progress, self._part = progress, ""
        self._parts = parts
        self._say = say
        self._clock = SaveClock(config.system.save_every_seconds)
        self._pace = Pace(config.system.probe_seconds, self.max_epochs)
        self._fits = 0
        self._made: dict[Any, Any] = {}
        self._unscored = ""
        self.explained: list[str] = []

    # What the data and the task are

    @cached_property
    def _data_and_task(self) -> tuple[DataInfo, Task | None]:
        """Found together: data that the task cannot work with is refused before it is used."""
        # Where the loss is the task's, so are the targets that it can be taken of.
        about = self.profile.kind, self.profile.own_loss, self.contract.unseen_classes
        info = self._parts.info(
            self._config,
            self.seed,
            about,
            lambda: describe(
                self.build_data(),
                self.profile.kind,
                refuse=self.profile.own_loss,
                unseen=self.contract.unseen_classes,
            ),
        )
        examines = getattr(stages.get(self._spec.registered), "examines", "")
        if self._spec.order == 1 and examines != "data":  # such a stage says it itself
            self._tell_of_a_large_batch(info)
        return info, build_task(self._config, info)

    def _tell_of_a_large_batch(self, info: DataInfo) -> None:
        batch = (self._config.block("data") or {}).get("batch_size")
        samples = info.sizes.get("train")
        if isinstance(batch, int) and samples and batch > samples:
            self._tell(
                f"the batch is larger than the training split: batch_size is {batch:,}, and there "
                f"are {samples:,} samples. An epoch is one step on all of them."
            )

    @property
    def data_info(self) -> DataInfo:
        """What the data holds."""
        return self._data_and_task[0]

    @property
    def task(self) -> Task | None:
        """The task, prepared; None where the model brings its own loss and no task is named."""
        return self._data_and_task[1]

    @property
    def metrics(self) -> dict[str, MetricCalculator]:
        """The metric calculators that are on in this stage, fresh; none of unscored targets."""
        if self.data_info.unscored:
            return {}
        return build_metrics(self._config, self.stage, self.data_info)

    # Building

    @property
    def rebuilds(self) -> bool:
        """Whether the program's own code builds a fresh model."""
        return self._parts.rebuilds

    def build_data(
        self, overrides: Mapping[str, Any] | None = None, *, fresh: bool = False
    ) -> pl.LightningDataModule:
        """A data module, prepared and set up for training."""
        return self._parts.data(self._with(overrides), self.seed, fresh=fresh, keep=not overrides)

    def loader(self, data: pl.LightningDataModule, split: str) -> Any:
        """The loader of a split; None where the data has no such split."""
        loader = loader_of(data, split)
        if split == "train" and isinstance(loader, Sized):
            self._pace.epoch_batches = _length(loader)
        return loader

    def build_model(
        self,
        *,
        seed: int | None = None,
        overrides: Mapping[str, Any] | None = None,
        fresh: bool = False,
    ) -> pl.LightningModule:
        """An untrained model."""
        config = self._with(overrides)
        seed = self.seed if seed is None else seed
        return self._parts.model(config, self.data_info, seed, fresh=fresh)

    def load_model(self, stage: str) -> pl.LightningModule:
        """The model that an earlier stage left as `checkpoint`, built as it was built there."""
        path = self.earlier(stage).artifact("checkpoint")
        content = load_checkpoint(path)
        weights, overrides = content.get("state_dict"), content.get("overrides") or {}
        if not isinstance(weights, dict) or not _are_settings(overrides):
            raise PathError(f"{path}: not a checkpoint that a stage left. Run '{stage}' again.")
        try:
            model = configured(self.build_model(overrides=overrides))
            if model.state_dict().keys() != weights.keys() and has_own(model, "setup"):
                model.setup("fit")  # where it makes its layers
            model.load_state_dict(weights)
            set_attributes(model, content.get("attributes") or {})
        except (RuntimeError, TypeError, KeyError, AttributeError) as error:
            raise PathError(
                f"{path}: its weights do not fit the model, so they were not loaded. Run '{stage}' "
                f"again. ({(str(error) or type(error).__name__).splitlines()[0]:.200})"
            ) from error
        return model

    def training_data(self, stage: str) -> pl.LightningDataModule | None:
        """The data as an earlier stage trained on them; None where they are this stage's own."""
        spec = next(one for one in self._base.stages if one.name == stage)
        there = self._base.with_settings(spec.overrides, f"[stages.{stage}] overrides")
        if _without_batch_size(there) == _without_batch_size(self._config):
            return None
        return self._parts.data(there, self.seed, keep=False)

    def trainer(self, **overrides: Any) -> pl.Trainer:
        """A Trainer for this machine."""
        return make_trainer(
            training_settings(self._config, own_loop=True), self.folder, **overrides
        )

    # Training and scoring

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
        """Build a model and data, train, and score the best weights over whole splits."""
        config = self._with(overrides)
        model = self.build_model(seed=seed, overrides=overrides)
        own = not isinstance(model, TaskModule)
        if config.system.compile and (batches is None if compiled is None else compiled):
            compile_in_place(model)
        data = self._parts.data(machine_config(config, own), self.seed, keep=not overrides)
        settings = replace(training_settings(config, own), **training)
        sinks = Sinks(callbacks=[*(() if alone else self._callbacks(config)), *callbacks])
        if logged:
            sinks.log, sinks.progress = self._rows.send, self._progress_of_fit
            sinks.resumable = self._resumable()
            sinks.note = self.note
        target = self.folder / folder
        make_folder(target)
        if batches is None:
            refuse_without_room(target, _room(model), "checkpoints of this model")
        reader = self._reader_for(model) if batches is None else None
        began = now()
        result = fit(
            model,
            data,
            settings,
            metrics=self._metrics_for(reader),
            sinks=sinks,
            folder=target,
            seed=self.seed,
            batches=batches,
            overrides={**self._spec.overrides, **(overrides or {})},
            reader=reader,
            data_info=self.data_info,
        )
        if batches is not None:
            self._pace.note(result.steps, now() - began)
        self._say_what_is_not_scored(reader)
        if logged and result.diverged:
            self._tell(result.diverged)
        return result

    def _resumable(self) -> Resumable:
        """Where the next training run of this stage is kept; they come in the same order again."""
        self._fits += 1
        folder = self.folder / STATES / f"{self._fits:02d}"
        return Resumable(
            folder=folder,
            clock=self._clock,
            rows=lambda: self._rows.count,
            goes_on=lambda count, ended: self._rows.go_on(count, last=not ended),
            note=self._tell,
        )

    def _tell(self, text: str) -> None:
        self._log.line(text)
        self._say(text)

    def evaluate(
        self, model: pl.LightningModule, data: pl.LightningDataModule, splits: Sequence[str]
    ) -> tuple[dict[str, float], Seen]:
        """Score a model over whole splits."""
        settings = training_settings(self._config, own_loop=True)
        reader = self._reader_for(model)
        found = score(
            model,
            data,
            splits,
            self._metrics_for(reader),
            settings=settings,
            folder=self.folder,
            reader=reader,
            sinks=Sinks(log=self._rows.send, note=self.note),
        )
        self._say_what_is_not_scored(reader)
        return found

    def predictions(
        self, model: pl.LightningModule, batch: Any, index: int = 0
    ) -> tuple[Tensor, Tensor] | None:
        """What a model, in eval mode, predicts for a batch, and the targets; None where its own
        loss does not say what its predictions mean."""
        if isinstance(model, TaskModule):
            _, outputs, targets = model.loss_of(batch)
            return model.task.predictions(outputs), targets
        return self._reader.read(model, batch, index)

    def untrained_loss(self, model: pl.LightningModule, batches: Sequence[Any]) -> float | None:
        """The mean loss of a wrapped model over batches; None for a user's own."""
        if not isinstance(model, TaskModule):
            return None
        return score_split(model, batches, {}).scores("train")["train/loss"]

    def batch_scores(self, model: pl.LightningModule, batch: Any) -> dict[str, float]:
        """The metric calculators' scores of a model on one batch."""
        reader = self._reader_for(model)
        metrics = self._metrics_for(reader)
        scores = score_split(model, [batch], metrics, reader=reader).scores("train")
        scores.pop("train/loss", None)
        return scores

    @cached_property
    def _reader(self) -> PredictionReader:
        return reader_of(self)

    def _reader_for(self, model: pl.LightningModule) -> PredictionReader | None:
        """None for a wrapped model, which its task reads."""
        return None if isinstance(model, TaskModule) else self._reader

    @property
    def scored_kind(self) -> str:
        """The kind that predictions must be of: the task's, or that of the config's metrics; empty
        where the config names neither, and the predictions themselves say."""
        kinds = {metric.kind for metric in self.metrics.values() if metric.kind}
        named = "metrics" in self._config.values and len(kinds) == 1
        return self.profile.kind or (kinds.pop() if named else "")

    def _metrics_for(self, reader: PredictionReader | None) -> dict[str, MetricCalculator]:
        """The metric calculators; where the config names none, those that fit the predictions."""
        info = self.data_info
        if reader is not None and not self.scored_kind:
            info = replace(info, kind=reader.kind)
        return build_metrics(self._config, self.stage, info)

    def _say_what_is_not_scored(self, reader: PredictionReader | None) -> None:
        if reader is not None and reader.passed_over and reader.passed_over != self._unscored:
            self._unscored = reader.passed_over
            self.note(
                f"the model's predictions are not scored: {reader.passed_over}. What the module "
                "logs itself decides.",
                explains=True,
            )

    def _callbacks(self, config: RecipeConfig) -> list[Any]:
        return [build(block) for block in config.parts("callbacks", self.stage).values()]

    def _with(self, overrides: Mapping[str, Any] | None) -> RecipeConfig:
        if not overrides:
            return self._config
        return self._config.with_settings(overrides, f"[stages.{self.stage}]")

    # Reading

    def earlier(self, stage: str) -> Earlier:
        """An earlier stage's latest record.

        Raises:
            UserError: it has none.
        """
        if stage not in self._earlier:
            raise UserError(
                f"stage '{self.stage}' needs a record of '{stage}', and there is none before it "
                f"in this recipe.{did_you_mean(stage, self._earlier)}"
            )
        return self._earlier[stage]

    def has_earlier(self, stage: str) -> bool:
        """Whether that stage is before this one and has left a record."""
        return stage in self._earlier

    def previous(self) -> Sequence[Earlier]:
        """This very stage's own earlier runs, oldest first."""
        return self._previous

    def settings_of(self, sections: Sequence[str]) -> dict[str, Any]:
        """The settings of those config sections, by dotted name."""
        return {
            name: value
            for name, value in self._config.settings().items()
            if name.split(".", 1)[0] in sections
        }

    # Saying

    def log(self, scores: Mapping[str, float], step: int, epoch: float = 0.0) -> None:
        """Send values to every logger."""
        self._rows.send([(step, epoch, name, float(value)) for name, value in scores.items()])

    def finish(self) -> None:
        """The stage's work is done: no more rows come."""
        self._rows.finish()

    def progress(self, done: float, total: float, text: str = "") -> None:
        """Say how far the stage is."""
        self._part = text
        self._progress(done, total, text)

    def _progress_of_fit(
        self, done: float, total: float, text: str, values: Mapping[str, float]
    ) -> None:
        """How far a training run is, behind the part of the stage that it belongs to."""
        self._progress(done, total, f"{self._part}, {text}" if self._part else text, values)

    def note(self, text: str, *, explains: bool = False) -> None:
        """A line for the run's log, and for the record where it explains what is missing there."""
        self._log.line(text)
        if explains and text not in self.explained:
            self.explained.append(text)

    def affordable(self, most: int, *, least: int, share: float = 0.1) -> int:
        """How many training steps, `most` at most, fit into a share of the probes' time."""
        found = self._pace.affordable(most, least, share)
        if found < most:
            self.note(
                f"a training step of this program takes {self._pace.step:.1g} s: its probes take "
                "fewer of them. [system] probe_seconds gives them more time",
                explains=True,
            )
        return found

    def probe_seconds_left(self) -> float:
        """Seconds that are left to the probes of this stage."""
        self._pace.begin()
        return self._pace.left

    def in_probe_time(self) -> AbstractContextManager[None]:
        """A probe's time: where a limit is set, it is ended by NotJudged once that is over."""
        return in_time(self._pace)

    def once(self, make: Callable[[Any], Made]) -> Made:
        """What `make(context)` gives, made once in this stage for all who ask for it."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made


def _without_batch_size(config: RecipeConfig) -> dict[str, Any]:
    """The settings that say which samples there are."""
    data = config.values.get("data") or {}
    return {name: value for name, value in data.items() if name != "batch_size"}


def _are_settings(values: Any) -> bool:
    """Whether it is settings by dotted name."""
    return isinstance(values, Mapping) and all(isinstance(name, str) for name in values)


def _length(loader: Sized) -> int:
    try:
        return len(loader)
    except (TypeError, NotImplementedError):  # an iterable data set does not know
        return 0


def _room(model: pl.LightningModule) -> int:
    """Bytes on the disk that its training needs."""
    known = [p for p in model.parameters() if not is_lazy(p)]
    trained = sum(p.numel() * p.element_size() for p in known if p.requires_grad)
    kept = bytes_of(model)
    return room_for_training(kept, trained)
