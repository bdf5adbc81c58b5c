"""Reads the splits as a program delivers them, for the probes of the data.

`context.once(observe)` reads every split twice, and the training data set once more in its own
order, so that what a loader does (order, coverage, draws) can be told from what the data is.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch

from art.training.data_modules.batch_reading import SAMPLES, SECONDS, Pass, read, read_items
from art.training.data_modules.collecting import filling_of, widened
from art.training.data_modules.description import SPLITS
from art.training.data_modules.target_reading import are_classes

REREAD = 128
"""Items of the training data set that are read twice, to see whether they are drawn anew."""


@dataclass(frozen=True)
class Split:
    """What was read of a split.

    Attributes:
        name: `train`, `val` or `test`.
        first: as delivered.
        second: as delivered again; None where reading takes long.
        stored: the data set in its own order, of train alone; None where it has none.
        loader: what delivers it.
        drawn: the share of items whose inputs change when they are read again.
        relabelled: the share of items whose targets change when they are read again.
        redrawn: of those items, the share whose inputs change as well. An index that stands for a
            random draw, such as an episode, gives other inputs and other targets each time.
    """

    name: str
    first: Pass
    second: Pass | None = None
    stored: Pass | None = None
    loader: Any = None
    drawn: float = 0.0
    relabelled: float = 0.0
    redrawn: float = 0.0

    @property
    def rows(self) -> Pass:
        """Each sample once where the data set can be read, else as delivered."""
        return self.stored or self.first


@dataclass(frozen=True)
class Observed:
    """What was read of the data.

    Attributes:
        splits: by name; a split whose inputs are no tensors is left out.
        kind: the task's kind, or what the targets say: `classification`, `regression`, ...
        names: of the columns, where the data module says them.
        labelled: whether the targets can be judged as labels: they are classes or numbers.
    """

    splits: Mapping[str, Split] = field(default_factory=dict)
    kind: str = ""
    names: tuple[str, ...] = ()
    labelled: bool = True

    def column(self, index: int, width: int) -> str:
        """A column's name for people."""
        named = len(self.names) == width
        return f"column {index} ({self.names[index]})" if named else f"column {index}"

    @property
    def held_out(self) -> Iterator[Split]:
        """Val and test, where they are there."""
        return (self.splits[name] for name in SPLITS[1:] if name in self.splits)


def observe(context: Any) -> Observed:
    """Read every split of the program's data; use it as `context.once(observe)`."""
    data = context.build_data()
    info = context.data_info
    splits: dict[str, Split] = {}
    with _generators_kept():
        for name in SPLITS:
            loader = context.loader(data, name)
            split = None if loader is None else _read_split(name, loader)
            if split is not None:
                splits[name] = split
    kind = context.profile.kind or info.kind
    labelled = info.has_targets or are_classes(info)
    return Observed(_of_one_width(splits), kind, tuple(info.feature_names), labelled)


def _of_one_width(splits: dict[str, Split]) -> dict[str, Split]:
    """Sequences padded batch by batch are as wide as the longest read; then as that of all."""
    passes = [p for s in splits.values() for p in (s.first, s.second, s.stored) if p is not None]
    shapes = {p.inputs.shape[1:] for p in passes}
    if len(shapes) < 2 or len({(len(shape), shape[1:]) for shape in shapes}) > 1:
        return splits
    widest = max(shapes)
    filling = filling_of([one.inputs for one in passes])

    def wide(one: Pass | None) -> Pass | None:
        return one and replace(one, inputs=widened(one.inputs, widest, filling))

    found = {}
    for name, split in splits.items():
        first = wide(split.first)
        assert first is not None
        second, stored = wide(split.second), wide(split.stored)
        found[name] = replace(split, first=first, second=second, stored=stored)
    return found


def dataset_of(loader: Any) -> Any:
    """The loader's data set, below any `Subset`; None where it has none."""
    dataset: Any = getattr(loader, "dataset", None)
    while hasattr(dataset, "dataset") and hasattr(dataset, "indices"):
        dataset = dataset.dataset
    return dataset


def indices_of(loader: Any) -> np.ndarray | None:
    """The rows of `dataset_of(loader)` that the loader's own data set holds; None where it holds
    all, or does not say."""
    dataset: Any = getattr(loader, "dataset", None)
    found: np.ndarray | None = None
    while hasattr(dataset, "dataset") and hasattr(dataset, "indices"):
        indices = np.asarray(dataset.indices)
        found = indices if found is None else indices[found]
        dataset = dataset.dataset
    return found


def _read_split(name: str, loader: Any) -> Split | None:
    began = time.perf_counter()
    first = read(loader)
    if first is None:
        return None
    quick = time.perf_counter() - began < SECONDS / 2
    second = read(loader) if quick else None
    stored, *changed = _read_data_set(loader) if name == "train" else (None, 0.0, 0.0, 0.0)
    return Split(name, first, second, stored, loader, *changed)


def _read_data_set(loader: Any) -> tuple[Pass | None, float, float, float]:
    """The data set in its own order, and how much of it changes when it is read again."""
    dataset: Any = getattr(loader, "dataset", None)
    collate = getattr(loader, "collate_fn", None) or torch.utils.data.default_collate
    sized = hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__")
    if not sized or not len(dataset) or getattr(loader, "batch_sampler", True) is None:
        return None, 0.0, 0.0, 0.0
    few = np.linspace(0, len(dataset) - 1, min(REREAD, len(dataset))).astype(int).tolist()
    try:
        stored = read_items(dataset, collate, range(min(len(dataset), SAMPLES)))
        changed = _changed(*(read_items(dataset, collate, few) for _ in range(2)))
    except Exception:  # items that only the loader's own sampler can ask for
        return None, 0.0, 0.0, 0.0
    return stored, *changed


def _changed(one: Pass | None, two: Pass | None) -> tuple[float, float, float]:
    """The shares of items whose inputs and whose targets differ between two readings, and of the
    latter's items the share whose inputs differ as well."""
    if one is None or two is None or one.inputs.shape != two.inputs.shape or not len(one.inputs):
        return 0.0, 0.0, 0.0
    inputs = _differ(one.inputs, two.inputs)
    if one.targets is None or two.targets is None or one.targets.shape != two.targets.shape:
        return float(inputs.mean()), 0.0, 0.0
    targets = _differ(one.targets, two.targets)
    both = float(inputs[targets].mean()) if targets.any() and len(targets) == len(inputs) else 0.0
    return float(inputs.mean()), float(targets.mean()), both


def _differ(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """`(n,)` which of the rows differ."""
    same = (one == two) | ((one != one) & (two != two))  # NaN equals NaN here
    found: np.ndarray = ~same.reshape(len(one), -1).all(axis=1)
    return found


@contextmanager
def _generators_kept() -> Iterator[None]:
    """What is drawn while reading changes no generator that the stage goes on with."""
    import random

    states = random.getstate(), np.random.get_state(), torch.random.get_rng_state()
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        torch.random.set_rng_state(states[2])
