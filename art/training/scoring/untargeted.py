"""What a user's own module predicts where there are no targets, as people read it."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from art.errors import DataError
from art.training.namespaces import pl
from art.training.scoring.calling import call, predict
from art.training.scoring.hearing import AMOUNTS, CLASSES
from art.training.scoring.leaves import leaf_at, leaves_of
from art.training.scoring.meaning import Meaning
from art.training.scoring.predictions import UNREADABLE
from art.training.scoring.ways import Way


def said_of(module: pl.LightningModule, batch: Any, index: int, way: Way | None) -> Tensor:
    """What a module says of a batch: through the way that its loss confirmed in training, else its
    `predict_step`, or `forward` where it has none.

    Args:
        module: in eval mode.
        batch: as its loaders give it.
        index: the batch's number.
        way: where a prediction stands in what it gives.

    Raises:
        DataError: it gives no tensor, or several.
    """
    known = way is not None and way.source in ("predict_step", "forward")
    by_forward = known and way is not None and way.source == "forward"
    output = (call if by_forward else predict)(module, batch, index)
    if known and way is not None:
        found = leaf_at(output, way.place)
        if isinstance(found, Tensor):
            return found.detach()
    found = leaves_of(output)
    if len(found) != 1:
        raise DataError(
            f"{type(module).__name__} gives {len(found)} tensors for a batch "
            f"({type(output).__name__}), and its loss does not say which of them is the "
            f"prediction. Give it a predict_step that returns that one, or use "
            f"art.load_model(RUN).module in Python."
        )
    return found[0].tensor.detach()


def said_of_inputs(module: pl.LightningModule, inputs: Tensor, way: Way | None) -> Tensor:
    """The same for inputs alone, in a batch as ART's data parts give them: inputs, then targets.

    A step that unpacks two is given targets that do not exist, and believed only where what it says
    does not change with them.

    Raises:
        DataError: it needs targets.
    """
    try:
        return said_of(module, [inputs], 0, way)
    except UNREADABLE:
        pass  # it unpacks a pair
    zeros, ones = torch.zeros(len(inputs)).long(), torch.ones(len(inputs)).long()
    first, second = (said_of(module, [inputs, made], 0, way) for made in (zeros, ones))
    if not torch.equal(first, second):
        raise DataError(
            f"the predictions of {type(module).__name__} change with the targets, which new data "
            f"does not have. Let predict_step use the inputs alone."
        )
    return first


def as_people_read(said: Tensor, meaning: Meaning | None, way: Way | None) -> tuple[Tensor, str]:
    """Predictions, and what they are: `classes` (one probability a class, in dimension 1),
    `scores` (the same, of a loss that makes no probabilities), `chosen` (class indices), `amounts`
    in the targets' units, or empty where the loss does not say.
    """
    if meaning is None or way is None or way.source not in ("predict_step", "forward"):
        return said, ""
    if way.make == "chosen":
        return said.long(), "chosen"
    if meaning.family == "amounts":
        if meaning.relation == "scaled" and way.make == "raw":
            said = said * meaning.scale[0] + meaning.scale[1]
        return (said.squeeze(1) if said.ndim == 2 and said.shape[1] == 1 else said), "amounts"
    if meaning.family == "two_ways":
        return _two(said, of_logits=meaning.of_logits and way.make == "raw"), "classes"
    said = said.movedim(way.axis, 1)
    if way.make != "raw":
        return said, "classes"
    if meaning.function in CLASSES[:2]:  # softmax leaves the shares of log-probabilities as well
        return said.softmax(1), "classes"
    if meaning.function in (*AMOUNTS, *CLASSES) or not meaning.of_logits:
        return said, "scores"
    return said.sigmoid(), "scores"


def _two(said: Tensor, *, of_logits: bool) -> Tensor:
    """Probabilities of no and yes, `(N, 2, ...)`."""
    said = said.squeeze(1) if said.ndim > 1 and said.shape[1] == 1 else said
    yes = said.sigmoid() if of_logits else said
    return torch.stack([1 - yes, yes], 1)
