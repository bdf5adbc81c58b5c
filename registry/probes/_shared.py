"""Samples that splits have in common on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from art.core.probe import Suspicion

if TYPE_CHECKING:
    from art.training.data_modules.batch_reading import Pass
    from art.training.probing.observing import Observed, Split

FEW = 10
DECLARE = 'Where it is meant to be so, declare it: [contract] shared_samples = ["{name}"].'


def cut_inside(observed: Observed, split: Split) -> bool:
    """Whether a module may well cut its validation part off the samples themselves: they have no
    targets beside them, or a target for each step of a series, or are a few long series."""
    train = observed.splits["train"].first
    if len(split.first.inputs) != len(train.inputs):
        return False
    return not _has_labels(train) or (len(train.inputs) < FEW and train.inputs.ndim in (2, 3))


def _has_labels(read: Pass) -> bool:
    """Whether there are targets that are no series themselves."""
    goals, inputs = read.targets, read.inputs
    if goals is None:
        return False
    steps = inputs.ndim in (2, 3) and goals.ndim in (2, 3) and goals.shape[:2] == inputs.shape[:2]
    return not (steps and inputs.shape[1] > 1 and goals.dtype.kind == "f")


def as_cut_inside(found: Suspicion) -> Suspicion:
    """The finding as a suspicion, with what else may be the case."""
    return replace(
        found,
        evidence=f"{found.evidence}; the module may cut its validation part off these samples",
        certain=False,
    )


def shared_as_declared(observed: Observed, split: Split) -> Iterator[Suspicion]:
    """A fault where a split is declared to share samples with train, and shares none."""
    import numpy as np

    from art.registry.probes._rows import digests
    from art.training.probing.observing import dataset_of, indices_of

    train = observed.splits["train"]
    known = train.rows.inputs
    if known.shape[1:] != split.first.inputs.shape[1:] or not split.first.whole:
        return
    one, two = indices_of(train.loader), indices_of(split.loader)
    same = dataset_of(train.loader) is dataset_of(split.loader)
    if same and (one is None or two is None or len(np.intersect1d(one, two))):
        return
    if set(digests(known)) & set(digests(split.first.inputs)) or train.drawn:
        return
    yield Suspicion(
        f"[contract] shared_samples names {split.name}, which shares no sample with train",
        f"none of {len(split.first.inputs)} {split.name} samples is in train",
        f"Take {split.name} out of [contract] shared_samples.",
        split.name,
    )
