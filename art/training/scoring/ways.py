"""Ways to a module's predictions: its `predict_step`, its `forward`, or what its step compares.

A way is taken only where it gives, for the batch that was listened to, what the module's own loss
was given: `predict_step` first, since it is what users mean by a prediction.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from art.training.scoring.hearing import HeardLoss, HeardStep
from art.training.scoring.leaves import leaves_of
from art.training.scoring.meaning import Meaning

Make = Literal["raw", "softmax", "sigmoid", "chosen", "in_units"]
DIRECT = ("same", "moved", "shown", "scaled")
"""Relations whose targets can be read from the batch; the others stand in the step alone."""


@dataclass(frozen=True)
class Way:
    """How to get at predictions.

    Attributes:
        source: `predict`, `forward`, or the step that compares them.
        place: where they stand in what the source gives.
        make: what the source has made of them already.
        axis: of classes, the dimension that counts them.
        number: of a step, which of its loss calls compares them.
    """

    source: str
    place: tuple[Any, ...] = ()
    make: Make = "raw"
    axis: int = 1
    number: int = 0


@dataclass(frozen=True)
class Given:
    """What one of a module's own ways to predictions gave for the batch that was listened to.

    Attributes:
        source: `predict_step` or `forward`.
        output: what it returned.
        made: what the parts of the module gave in it, by name.
    """

    source: str
    output: Any
    made: Mapping[str, Sequence[Tensor]]


def way_of(meaning: Meaning, heard: HeardLoss, step: HeardStep, given: Given) -> Way | None:
    """The way to predictions through an output that the module gave; None where it has none.

    A step may change the inputs before it calls the module, by augmentation or noise. The output is
    then not what the loss was given, but it comes from the same part of the module.

    Args:
        meaning: what they mean.
        heard: the loss call that said so.
        step: the step that made it.
        given: what the module gave for the batch.
    """
    if meaning.relation not in DIRECT:
        return None
    said = heard.inputs.detach()
    for wanted in (said, *_counterparts(said, step, given)):
        for leaf in leaves_of(given.output):
            for make, axis in _makes(meaning, wanted, leaf.tensor.detach()):
                return Way(given.source, leaf.place, make, axis)
    return None


def _counterparts(said: Tensor, step: HeardStep, given: Given) -> Iterator[Tensor]:
    """What the parts that made the loss's input in the step have made in the other pass."""
    for name, tensors in step.made.items():
        others = given.made.get(name, ())
        alike = len(tensors) == len(others) == 1 and tensors[0].shape == others[0].shape
        if alike and tensors[0].numel() == said.numel():
            flat = tensors[0].float().reshape(-1)
            if _close(flat, said.float().reshape(-1)):
                yield others[0].reshape(said.shape)


def _makes(meaning: Meaning, heard: Tensor, said: Tensor) -> Iterator[tuple[Make, int]]:
    """What an output is of what the loss was given, if it is anything of it."""
    if meaning.family == "classes":
        yield from _of_classes(said, heard)
    elif meaning.family == "two_ways":
        yield from _of_two(said, heard, meaning.of_logits)
    elif said.numel() == heard.numel():
        one, other = said.reshape(-1).double(), heard.reshape(-1).double()
        slope, start = meaning.scale
        if meaning.relation == "scaled" and _close(one, slope * other + start):
            yield "in_units", 1
        elif _close(one, other):
            yield "raw", 1


def _of_classes(said: Tensor, heard: Tensor) -> Iterator[tuple[Make, int]]:
    if heard.ndim < 2:
        return
    rows = heard.movedim(1, -1).reshape(-1, heard.shape[1]).float()
    if said.numel() == len(rows):
        if bool((said.reshape(-1) == rows.argmax(1)).all()):
            yield "chosen", 1
        return
    if said.numel() != rows.numel() or not said.is_floating_point():
        return
    for axis in [1, *range(said.ndim - 1, 1, -1)] if said.ndim > 1 else []:
        if said.shape[axis] != rows.shape[1]:
            continue
        own = said.movedim(axis, -1).reshape(-1, rows.shape[1]).float()
        if _close(own, rows) or _close(own, rows.log_softmax(1)):
            yield "raw", axis
        elif _close(own, rows.softmax(1)):
            yield "softmax", axis


def _of_two(said: Tensor, heard: Tensor, logits: bool) -> Iterator[tuple[Make, int]]:
    if said.numel() != heard.numel():
        return
    one, other = said.reshape(-1).float(), heard.reshape(-1).float()
    if _close(one, other):
        yield "raw", 1
    elif logits and _close(one, other.sigmoid()):
        yield "sigmoid", 1
    elif bool((one == (other > (0.0 if logits else 0.5)).float()).all()):
        yield "chosen", 1


def _close(one: Tensor, other: Tensor) -> bool:
    # predictions that are NaN in both are the same predictions: a probe has yet to see them
    return torch.allclose(one, other.to(one.dtype), rtol=1e-3, atol=1e-4, equal_nan=True)
