"""Labels that do not belong to their inputs, or not to what they are called."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.faults.faults import CLASSIFIERS, DIGITS, EVERY, fault
from benchmarks.faults.faults._seams import HEADS, changed
from benchmarks.faults.faults.data._change import Arrays, generator, holding, part, reading
from benchmarks.faults.program import Host, Program

APART = ("belong", "misjoin", "shift", "row", "contradict")
NOISE = ("label", "target", "contradict", "noise", "belong")
NAMED = ("convolution", "transformer", "recurrent")


@fault("labels_shuffled", family="data", hosts=EVERY, cause=APART)
def labels_shuffled(host: Host) -> Program:
    """The labels are shuffled and the inputs are not, as after sorting one of two tables."""
    return reading(host, lambda x, y: (x, generator().permutation(y)))


@fault("train_labels_shuffled", family="data", hosts=EVERY, cause=APART)
def train_labels_shuffled(host: Host) -> Program:
    """The training labels alone are shuffled, by `random.shuffle(y_train)`."""

    def change(module: Any, rows: Any, arrays: Arrays) -> None:
        x, y = part(rows["train"], arrays)
        module.train = module.dataset(x, generator().permutation(y))

    return holding(host, change)


@fault("labels_shifted", family="data", dose="subtle", hosts=EVERY, cause=APART)
def labels_shifted(host: Host) -> Program:
    """A header read as a row: each label belongs to the row before."""
    return reading(host, lambda x, y: (x, np.roll(y, 1)))


@fault("labels_misjoined_30", family="data", dose="subtle", hosts=EVERY, cause=NOISE + APART)
def labels_misjoined_30(host: Host) -> Program:
    """The last 30% of the rows were joined in another order."""

    def change(x: np.ndarray, y: np.ndarray) -> Arrays:
        start = int(0.7 * len(y))
        y[start:] = generator().permutation(y[start:])
        return x, y

    return reading(host, change)


@fault("labels_from_one", family="data", hosts=NAMED, cause=("class", "label", "start"))
def labels_from_one(host: Host) -> Program:
    """Labels of 1..10, and a network with an eleventh output to make it run."""

    def encode(self: Any, targets: np.ndarray) -> Tensor:
        return torch.from_numpy(targets).long() + 1

    def init(self: Any) -> None:
        host.model.__init__(self)
        old = getattr(self, HEADS[host.name])
        setattr(self, HEADS[host.name], nn.Linear(old.in_features, 11))

    def accuracy(self: Any, outputs: Tensor, y: Tensor) -> Tensor:
        return (outputs.argmax(dim=1) == y).float().mean()

    model = changed(host.model, __init__=init, accuracy=accuracy)
    return host.program(data=changed(host.data, encode=encode), model=model)


@fault("train_labels_off_by_one", family="data", hosts=CLASSIFIERS, cause=("label", "shift"))
def train_labels_off_by_one(host: Host) -> Program:
    """The training labels were encoded by another table, one further than those of val and test."""

    def change(module: Any, rows: Any, arrays: Arrays) -> None:
        x, y = part(rows["train"], arrays)
        module.train = module.dataset(x, (y + 1) % (y.max() + 1))

    return holding(host, change)


@fault("classes_merged", family="data", hosts=DIGITS, cause=("class", "output"))
def classes_merged(host: Host) -> Program:
    """A mapping that lost half of the classes: 5..9 are all called 4."""
    return reading(host, lambda x, y: (x, np.minimum(y, 4)))


@fault("two_classes_merged", family="data", dose="subtle", hosts=DIGITS, cause=("class", "output"))
def two_classes_merged(host: Host) -> Program:
    """Every seven is called a one."""
    return reading(host, lambda x, y: (x, np.where(y == 7, 1, y)))


@fault("last_class_merged", family="data", dose="subtle", hosts=DIGITS, cause=("class", "output"))
def last_class_merged(host: Host) -> Program:
    """Every nine is called a four in the training split; val and test know nines."""

    def change(module: Any, rows: Any, arrays: Arrays) -> None:
        x, y = part(rows["train"], arrays)
        module.train = module.dataset(x, np.where(y == 9, 4, y))

    return holding(host, change)


def _flipped(share: float) -> Any:
    def change(x: np.ndarray, y: np.ndarray) -> Arrays:
        draw = generator(1)
        wrong = draw.random(len(y)) < share
        others = draw.integers(1, y.max() + 1, len(y)) if y.dtype.kind in "iu" else None
        if others is None:  # numbers: of any other patient
            return x, np.where(wrong, draw.permutation(y), y)
        return x, np.where(wrong, (y + others) % (y.max() + 1), y)

    return change


@fault("label_noise_40", family="data", hosts=EVERY, cause=NOISE)
def label_noise_40(host: Host) -> Program:
    """Two of five labels are wrong, in every split."""
    return reading(host, _flipped(0.4))


@fault("label_noise_5", family="data", dose="subtle", hosts=EVERY, cause=NOISE)
def label_noise_5(host: Host) -> Program:
    """One of twenty labels is wrong, in every split."""
    return reading(host, _flipped(0.05))
