"""What a module's predictions mean: told by the loss that the module itself trains on.

Shapes alone say little: 64 numbers a sample may be the logits of ten classes or a reconstruction of
an image. A reading is therefore taken from the module's own step. The loss function that it calls
says of what family the predictions are; what it compares them with says which part of the batch the
targets are. Where no part of the batch is compared with anything, nothing is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import torch
from torch import Tensor

from art.training.data_modules.batches import parts_of, tensors_of
from art.training.scoring.hearing import AMOUNTS, CLASSES, HeardLoss, HeardStep
from art.training.scoring.leaves import Leaf, leaves_of
from art.training.scoring.reproducing import reproduced

Family = Literal["classes", "two_ways", "amounts"]
Relation = Literal["same", "moved", "shown", "encoded", "scaled", "masked", "next"]

RECONSTRUCTION = "its loss compares the outputs with the inputs, not with targets"
MADE_UP = "its loss does not compare the outputs with any part of the batch"
SILENT = "its step calls no loss function that compares predictions with targets"


@dataclass(frozen=True)
class Meaning:
    """What predictions mean.

    Attributes:
        family: one number a class, one number for yes or no, or amounts.
        function: the loss function that says so.
        place: where the targets stand in the batch, as keys and positions from the outside in.
        relation: how what the loss was given differs from what stands there: not at all (`same`),
            in the order of samples (`moved`), in being one-hot (`shown`), in other numbers for the
            same classes (`encoded`), in scale and origin (`scaled`), in being a part that a mask
            of the batch tells (`masked`), or one step later in a sequence (`next`).
        scale: of amounts, `target = scale[0] * given + scale[1]`.
    """

    family: Family
    function: str
    place: tuple[Any, ...]
    relation: Relation
    scale: tuple[float, float] = (1.0, 0.0)

    @property
    def of_logits(self) -> bool:
        """Whether a yes-or-no number is a logit rather than a probability."""
        return self.function != "binary_cross_entropy"


def meaning_of(
    step: HeardStep, batch: Any, outputs: Sequence[Tensor]
) -> tuple[Meaning, HeardLoss] | str:
    """What the predictions of a step mean, and the loss call, or the reproduced one, that says so;
    why nothing can be read, where it cannot.

    Args:
        step: what was heard on the batch.
        batch: the batch.
        outputs: what the module gives for it, for losses that are written out by hand.
    """
    if step.failed:
        return f"its step does not run in eval mode ({step.failed})"
    places = leaves_of(batch)
    inputs = {id(tensor) for tensor in tensors_of(parts_of(batch).inputs)}
    calls = [heard for heard in step.losses if step.matters(heard)]
    if not calls:
        calls = reproduced(step.loss, outputs, [leaf.tensor for leaf in places])
    wanted = parts_of(batch).targets
    reconstructs = False
    found: list[tuple[Meaning, HeardLoss]] = []
    for heard in calls:
        for leaf in places:
            meaning = _compared(heard, leaf, places)
            if meaning is None:
                continue
            if id(leaf.tensor) in inputs and meaning.relation != "next":
                reconstructs = True
                continue
            if leaf.tensor is wanted:
                return meaning, heard
            found.append((meaning, heard))
    if found:
        return found[0]
    if reconstructs:
        return RECONSTRUCTION
    return MADE_UP if calls else SILENT


def _compared(heard: HeardLoss, leaf: Leaf, places: Sequence[Leaf]) -> Meaning | None:
    """The meaning of a loss call where its targets come from that part of the batch."""
    family: Family = "classes" if heard.function in CLASSES else "two_ways"
    if heard.function in AMOUNTS:
        family = "amounts"
    given, held = heard.targets, leaf.tensor.to(heard.targets.device)
    if family == "amounts" and _is_one_hot(given) and not held.is_floating_point():
        family = "classes"
    if family == "two_ways" and _is_one_hot(given) and given.ndim == 2:
        family = "classes"
    relation = _relation(given, held, family)
    if relation is None and given.numel() < held.numel():
        relation = _part(given, held, places)
    if relation is None:
        return None
    scale = _scale(given, held) if relation == "scaled" else None
    return Meaning(family, heard.function, leaf.place, relation, scale or (1.0, 0.0))


def _relation(given: Tensor, held: Tensor, family: Family) -> Relation | None:
    """How the targets that a loss was given come from what the batch holds; None if they do not."""
    if family == "classes" and given.ndim > 1 and given.is_floating_point():
        if given.shape == held.shape:
            return "same" if torch.equal(given.double(), held.double()) and _differs(held) else None
        shown = given.argmax(1)
        alike = shown.numel() == held.numel() and _equal(shown, held)
        return "shown" if alike and _differs(held) else None
    if given.numel() != held.numel() or not _differs(held):
        return None
    if _equal(given, held):
        return "same"
    if family == "amounts":
        if _scale(given, held) is not None:
            return "scaled"
    elif not held.is_floating_point() and _keeps_order(given, held):
        return "encoded"
    if _equal(given.reshape(-1).sort().values, held.reshape(-1).sort().values):
        return "moved"
    return None


def _part(given: Tensor, held: Tensor, places: Sequence[Leaf]) -> Relation | None:
    """Rows that a mask of the batch tells, or a sequence from its second step on."""
    if not _differs(given):
        return None
    for leaf in places:
        mask = leaf.tensor
        if mask.dtype == torch.bool and mask.shape == held.shape[: mask.ndim]:
            part = held[mask.to(held.device)]
            if part.numel() == given.numel() and _equal(part, given):
                return "masked"
    if held.ndim >= 2 and held.shape[1] > 1:
        later = held[:, 1:]
        if later.numel() == given.numel() and _equal(later, given):
            return "next"
    return None


def _equal(one: Tensor, other: Tensor) -> bool:
    one, other = one.reshape(-1), other.reshape(-1)
    if one.is_floating_point() or other.is_floating_point():
        return torch.allclose(one.float(), other.float(), rtol=1e-5, atol=1e-7)
    return torch.equal(one.long(), other.long())


def _differs(values: Tensor) -> bool:
    """Whether there are two different values: one alone is equal to anything made up."""
    flat = values.reshape(-1)
    return flat.numel() > 1 and bool((flat != flat[0]).any())


def _is_one_hot(values: Tensor) -> bool:
    if values.ndim < 2 or values.shape[1] < 2 or not values.is_floating_point():
        return False
    binary = bool(((values == 0) | (values == 1)).all())
    return binary and bool((values.sum(1) == 1).all())


def _keeps_order(given: Tensor, held: Tensor) -> bool:
    """Whether classes are numbered otherwise, in the same order: from 0 and not from 1, say.

    A numbering that goes round, as one that is off by one in the program does, does not.
    """
    if given.is_floating_point() or given.ndim != held.ndim:
        return False
    pairs = torch.stack([held.reshape(-1).long(), given.reshape(-1).long()], 1).unique(dim=0)
    old, new = pairs.unbind(1)
    steps = new.diff()
    return len(old.unique()) == len(old) and bool((steps > 0).all()) and len(old) > 1


def _scale(given: Tensor, held: Tensor) -> tuple[float, float] | None:
    """(a, b) with `held = a * given + b` for every value, as for standardised targets."""
    x, y = given.reshape(-1).double(), held.reshape(-1).double()
    spread = x.max() - x.min()
    if not bool(torch.isfinite(x).all() & torch.isfinite(y).all()) or float(spread) <= 0:
        return None
    low, high = x.argmin(), x.argmax()
    slope = (y[high] - y[low]) / spread
    start = y[low] - slope * x[low]
    off = (slope * x + start - y).abs().max()
    size = (y - y.mean()).abs().max()
    if float(slope) <= 0 or float(off) > 1e-4 * float(size):
        return None
    return float(slope), float(start)
