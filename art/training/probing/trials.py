"""A fresh model and samples to try it on, for probes that only call `forward`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from art.training.configuring import configured
from art.training.data_modules.batches import inputs_of, targets_of
from art.training.namespaces import pl
from art.training.scoring.calling import evaluating

if TYPE_CHECKING:
    from art.core.stage import StageContext

SAMPLES = 128
BATCHES = 16


@dataclass
class Trial:
    """What a probe tries a model on.

    Attributes:
        model: untrained, on the CPU.
        twin: the same with another seed.
        batch: the first training batch, as the loader gives it.
        inputs: `(n, ...)` of the first batches, up to 128 samples; None where they are no tensor.
        targets: `(n, ...)` of the same; None where they are no tensor.
        outputs: `(n, ...)` what the model says of the inputs in eval mode; None where it cannot be
            called with the inputs alone, or returns no tensor with a row a sample.
    """

    model: pl.LightningModule
    twin: pl.LightningModule
    batch: Any
    inputs: Tensor | None
    targets: Tensor | None
    outputs: Tensor | None

    @property
    def alone(self) -> bool:
        """Whether a batch holds inputs and targets and nothing besides, such as masks."""
        if isinstance(self.batch, Mapping):
            return len(self.batch) <= 1 + (targets_of(self.batch) is not None)
        if isinstance(self.batch, list | tuple):
            return len(self.batch) <= 2
        return isinstance(self.batch, Tensor)

    def __call__(self, inputs: Tensor) -> Tensor:
        """The model's outputs in eval mode, without a gradient."""
        with evaluating(self.model), torch.no_grad():
            outputs: Tensor = self.model(inputs)
        return outputs


def try_out(context: StageContext) -> Trial:
    """Build two models that differ by their seed alone, and call one of them."""
    data = context.build_data()
    batches = list(islice(iter(context.loader(data, "train")), BATCHES))
    inputs = _joined([inputs_of(batch) for batch in batches])
    targets = _joined([targets_of(batch) for batch in batches])
    model, twin = (
        configured(context.build_model(seed=context.seed + further)).cpu() for further in (0, 1)
    )
    trial = Trial(model, twin, batches[0], inputs, targets, None)
    if inputs is not None:
        trial.outputs = _called(trial, inputs)
    return trial


def _called(trial: Trial, inputs: Tensor) -> Tensor | None:
    try:
        outputs = trial(inputs)
    except (TypeError, RuntimeError, ValueError, IndexError, AttributeError, KeyError):
        return None  # it wants more than the inputs: a probe cannot tell what
    fits = isinstance(outputs, Tensor) and outputs.ndim and len(outputs) == len(inputs)
    return outputs if fits else None


def _joined(parts: Sequence[Any]) -> Tensor | None:
    """The first 128 rows of several batches; of the first one alone where widths differ."""
    first = parts[0]
    if not isinstance(first, Tensor) or not first.ndim:
        return None
    alike = [p for p in parts if isinstance(p, Tensor) and p.shape[1:] == first.shape[1:]]
    return torch.cat(alike)[:SAMPLES]
