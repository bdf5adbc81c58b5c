"""Reads what a user's own module predicts as what metric calculators take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from art.training.diverging import Enough, untouched
from art.training.failures import is_out_of_memory
from art.training.namespaces import overrides, pl
from art.training.scoring.calling import call, evaluating, predict
from art.training.scoring.hearing import HeardLoss, HeardStep, hear, parts_heard
from art.training.scoring.leaves import leaf_at, leaves_of
from art.training.scoring.meaning import Meaning, meaning_of
from art.training.scoring.ways import Given, Way, way_of

UNREADABLE = (TypeError, ValueError, RuntimeError, LookupError, AttributeError)
"""What a module's own code raises where it is given something else than it takes."""


@dataclass
class PredictionReader:
    """Reads a module's predictions and their targets, where its own loss says what they mean.

    A module that ART wraps is held to its task. A user's own may return whatever its loss takes:
    one logit for two classes, reconstructions, embeddings. A score of what cannot be read as
    predictions of the targets would be made up, so it is not computed.

    Attributes:
        meaning: what the predictions mean; None where the module's loss does not say.
        way: how to get at them.
        passed_over: why predictions are not read; empty where they are.
    """

    meaning: Meaning | None = None
    way: Way | None = None
    passed_over: str = ""

    @property
    def kind(self) -> str:
        """The kind of metrics that fit: `classification`, `regression`, or `""`."""
        if self.meaning is None:
            return ""
        return "regression" if self.meaning.family == "amounts" else "classification"

    def fits(self, kind: str) -> bool:
        """Whether predictions are of the kind that the task or the targets are of."""
        return not kind or (kind == "regression") == (self.kind == "regression")

    def read(
        self, module: pl.LightningModule, batch: Any, index: int = 0
    ) -> tuple[Tensor, Tensor] | None:
        """Predictions and targets of a batch; None where there are none to read.

        Predictions are `(N, C)` or `(N, C, ...)` by class, or of the targets' shape: chosen classes
        or amounts in the targets' units.

        Args:
            module: in eval mode.
            batch: on the module's device.
            index: the batch's number.
        """
        if self.meaning is None or self.way is None:
            return None
        try:
            return self._pair(module, batch, index)
        except UNREADABLE as error:
            if is_out_of_memory(error):
                raise
            self.passed_over = f"not every batch can be predicted ({error})"
            return None

    def _pair(
        self, module: pl.LightningModule, batch: Any, index: int
    ) -> tuple[Tensor, Tensor] | None:
        meaning, way = self.meaning, self.way
        assert meaning is not None and way is not None
        if way.source.endswith("_step") and way.source != "predict_step":
            losses = hear(module, way.source, batch, index, learning=False).losses
            if way.number >= len(losses):
                return None
            said, true = losses[way.number].inputs, losses[way.number].targets
        else:
            output = (predict if way.source == "predict_step" else call)(module, batch, index)
            said, true = leaf_at(output, way.place), leaf_at(batch, meaning.place)
        if not isinstance(said, Tensor) or not isinstance(true, Tensor):
            return None
        return _as_metrics_take_them(said.detach(), true.to(said.device), meaning, way)


def _as_metrics_take_them(
    said: Tensor, true: Tensor, meaning: Meaning, way: Way
) -> tuple[Tensor, Tensor] | None:
    """Predictions and targets in the shapes that metric calculators take."""
    if meaning.family == "classes":
        return _classes(said, true, way)
    if meaning.family == "two_ways":
        return _two(said, true, logits=meaning.of_logits, make=way.make)
    if said.numel() != true.numel():
        return None
    slope, start = meaning.scale
    if meaning.relation == "scaled" and way.make == "raw":
        said = said * slope + start
        if way.source.endswith("_step") and way.source != "predict_step":
            true = true * slope + start  # the step compares scaled targets
    true = true.squeeze(-1) if true.ndim == 2 and true.shape[1] == 1 else true
    return said.reshape(true.shape), true


def _classes(said: Tensor, true: Tensor, way: Way) -> tuple[Tensor, Tensor] | None:
    if true.is_floating_point() and true.ndim > 1:  # one-hot, or shares of the classes
        true = true.argmax(1)
    true = true.long()
    if way.make == "chosen":
        return (said.reshape(true.shape).long(), true) if said.numel() == true.numel() else None
    scores = said.movedim(way.axis, 1)
    if scores.shape[2:] == true.shape[1:] and len(scores) == len(true):
        return scores, true
    rows = said.movedim(way.axis, -1).reshape(-1, said.shape[way.axis])
    return (rows, true.reshape(-1)) if len(rows) == true.numel() else None


def _two(said: Tensor, true: Tensor, *, logits: bool, make: str) -> tuple[Tensor, Tensor] | None:
    if said.numel() != true.numel():
        return None
    if true.ndim > 1 and true.shape[1] == 1:  # one channel, one column
        true = true.squeeze(1)
    said, true = said.reshape(true.shape).float(), true.round().long()
    if make == "chosen":
        return said.long(), true
    other = torch.zeros_like(said) if logits and make == "raw" else 1 - said
    return torch.stack([other, said], 1), true


# Finding the way


class ReaderFinder(pl.Callback):
    """Finds out how to read a module's predictions in the first batch of a run, and ends the run.

    Attributes:
        reader: what was found.
    """

    def __init__(self) -> None:
        self.reader = PredictionReader(passed_over="its training step was never reached")

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        """Listen to the module's steps on that batch."""
        self.reader = find_reader(pl_module, batch)
        raise Enough


def find_reader(module: pl.LightningModule, batch: Any) -> PredictionReader:
    """How a module's predictions are read, told by its own steps on a batch.

    Args:
        module: a user's own, in the middle of a run.
        batch: a training batch on its device.
    """
    outputs = _outputs(module, batch)
    tensors = [leaf.tensor for given in outputs for leaf in leaves_of(given.output)]
    why = ""
    for step in _steps(module):
        heard = hear(module, step, batch)
        found = meaning_of(heard, batch, tensors)
        if isinstance(found, str):
            why = why or found
            continue
        meaning, loss = found
        ways = (way_of(meaning, loss, heard, given) for given in outputs)
        way = next(filter(None, ways), None) or _through(module, step, heard, loss)
        if way is not None:
            return PredictionReader(meaning, way)
        why = why or "no pass of it gives what its loss compares"
    return PredictionReader(passed_over=why or "it has no training step")


def _steps(module: pl.LightningModule) -> list[str]:
    """The training step, whose loss decides, and the validation step where it is the plainer."""
    own = overrides(module, "validation_step")
    return ["training_step", *(["validation_step"] if own else [])]


def _outputs(module: pl.LightningModule, batch: Any) -> list[Given]:
    """What its `predict_step` and its `forward` give, as far as they take the batch."""
    own = overrides(module, "predict_step")
    found = []
    for source, way in (("predict_step", predict), ("forward", call)):
        if source == "predict_step" and not own:
            continue
        made: dict[str, list[Tensor]] = {}
        try:
            with evaluating(module), untouched(module), torch.no_grad(), parts_heard(module, made):
                found.append(Given(source, way(module, batch, 0), made))
        except UNREADABLE as error:
            if is_out_of_memory(error):
                raise
    return found


def _through(
    module: pl.LightningModule, step: str, heard: HeardStep, loss: HeardLoss
) -> Way | None:
    """The way through the step itself; None where it cannot be taken without training."""
    if step == "training_step" and (not module.automatic_optimization or len(_steps(module)) > 1):
        return None  # a validation step is listened to next: it has no augmentation of its own
    number = next((n for n, other in enumerate(heard.losses) if other is loss), None)
    return None if number is None else Way(step, number=number)
