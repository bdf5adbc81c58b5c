"""How a data module is changed: what it reads, how it splits, and what a split holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from torch import Tensor
from torch.utils.data import Dataset

from benchmarks.faults.faults._seams import with_data
from benchmarks.faults.program import Host, Program

Arrays = tuple[np.ndarray, np.ndarray]
Rows = dict[str, np.ndarray]
Image = Callable[[np.ndarray], np.ndarray]


def reading(host: Host, change: Callable[[np.ndarray, np.ndarray], Arrays]) -> Program:
    """The host with raw inputs and targets changed after they are read, before they are split."""
    base = host.data

    def load(self: Any) -> Arrays:
        x, y = base.load(self)
        return change(x.copy(), y.copy())

    return with_data(host, load=load)


def splitting(host: Host, change: Callable[[Rows, np.ndarray], Rows], **members: Any) -> Program:
    """The host with the rows of its splits changed; `change` sees rows and targets."""
    base = host.data

    def split(self: Any, targets: np.ndarray) -> Rows:
        return change(dict(base.split(self, targets)), targets)

    return with_data(host, split=split, **members)


def holding(host: Host, change: Callable[[Any, Rows, Arrays], None]) -> Program:
    """The host with its data sets changed after setup; `change` sees module, rows and arrays."""
    base = host.data

    def setup(self: Any, stage: str | None = None) -> None:
        base.setup(self, stage)
        arrays = self.load()
        change(self, self.split(arrays[1]), arrays)

    return with_data(host, setup=setup)


def part(rows: np.ndarray, arrays: Arrays) -> Arrays:
    """Inputs and targets of some rows."""
    return arrays[0][rows], arrays[1][rows]


class Drawn(Dataset[Any]):
    """Raw samples that are changed at random each time they are read, then prepared.

    Args:
        module: the data module, whose `preprocess` and `encode` prepare a sample.
        arrays: raw inputs and targets.
        draw: changes one raw input.
    """

    def __init__(self, module: Any, arrays: Arrays, draw: Image) -> None:
        self.module, self.draw = module, draw
        self.inputs, self.targets = arrays[0], module.encode(arrays[1])

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        image = self.draw(self.inputs[index])
        return self.module.preprocess(image[None].copy())[0], self.targets[index]


def generator(seed: int = 0) -> np.random.Generator:
    """Draws that are the same each time the program is set up."""
    return np.random.default_rng(seed)
