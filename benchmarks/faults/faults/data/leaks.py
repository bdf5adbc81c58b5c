"""What train should not know of val and test, or the inputs of the targets."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.faults.faults import EVERY, fault
from benchmarks.faults.faults._seams import with_data
from benchmarks.faults.faults.data._change import Arrays, Rows, generator, reading, splitting
from benchmarks.faults.program import Host, Program

LEAK = ("training", "train")
NEAR = ("near", "cop", "group", "duplicat", "train")
SCALED = ("tabular_batchnorm", "regression", "manual")
IMAGES = ("convolution", "manual", "recurrent")
PIXELED = ("convolution", "manual", "recurrent", "tabular_batchnorm", "regression")
COLUMN = {"tabular_batchnorm": 14, "regression": 1}
"""A column of tables that says little, and that the leak takes; of digits, the first pixel."""


def _shared(share: float) -> Any:
    def change(rows: Rows, targets: np.ndarray) -> Rows:
        for name in ("val", "test"):
            count = int(np.ceil(share * len(rows[name])))
            taken = generator(3).choice(rows["train"], min(count, len(rows["train"])), False)
            rows[name] = np.concatenate([taken, rows[name][count:]])
        return rows

    return change


@fault("val_is_train", family="data", hosts=EVERY, cause=LEAK)
def val_is_train(host: Host) -> Program:
    """Val and test are drawn from the training rows."""
    return splitting(host, _shared(1.0))


@fault("val_shares_20", family="data", dose="subtle", hosts=EVERY, cause=LEAK)
def val_shares_20(host: Host) -> Program:
    """A fifth of val and test are training rows."""
    return splitting(host, _shared(0.2))


@fault("val_shares_3", family="data", dose="subtle", hosts=EVERY, cause=LEAK)
def val_shares_3(host: Host) -> Program:
    """3 in 100 rows of val and test are training rows."""
    return splitting(host, _shared(0.03))


@fault("split_after_copies", family="data", hosts=EVERY, cause=LEAK)
def split_after_copies(host: Host) -> Program:
    """Half of the rows were copied (oversampled) before the split."""

    def change(x: np.ndarray, y: np.ndarray) -> Arrays:
        half = generator(4).permutation(len(y))[: len(y) // 2]
        return np.concatenate([x, x[half]]), np.concatenate([y, y[half]])

    return reading(host, change)


def _near(count: int, noise: float, share: float = 1.0) -> Any:
    """Copies of a share of the rows, with noise of so many deviations of each column."""

    def change(x: np.ndarray, y: np.ndarray) -> Arrays:
        draw = generator(5)
        rows = draw.permutation(len(y))[: int(share * len(y))]
        spread = noise * x.std(0)
        copies = [x[rows] + spread * draw.standard_normal(x[rows].shape) for _ in range(count)]
        return np.concatenate([x, *copies]), np.concatenate([y, *[y[rows]] * count])

    return change


@fault("group_leak", family="data", hosts=EVERY, cause=NEAR)
def group_leak(host: Host) -> Program:
    """Each sample was measured three times, and the three stand in different splits."""
    return reading(host, _near(2, 0.02))


@fault("augmented_before_split", family="data", dose="subtle", hosts=EVERY, cause=NEAR)
def augmented_before_split(host: Host) -> Program:
    """A third of the samples were augmented by a noisy copy before the split."""
    return reading(host, _near(1, 0.1, 1 / 3))


def _measured_again(host: Host, key: str, contract: dict[str, str]) -> Program:
    """Each sample was measured three times in succession; `key` names it in each split."""
    base = host.data

    def load(self: Any) -> Arrays:
        x, y = base.load(self)
        draw, spread = generator(7), 0.02 * x.std(0)
        again = np.repeat(x, 3, axis=0)
        return again + spread * draw.standard_normal(again.shape), np.repeat(y, 3)

    def setup(self: Any, stage: str | None = None) -> None:
        base.setup(self, stage)
        for name, rows in self.split(self.load()[1]).items():
            setattr(getattr(self, name), key, rows // 3 if key == "patient" else rows)

    return replace(with_data(host, load=load, setup=setup), contract=contract)


@fault("group_leak_declared", family="data", hosts=EVERY, cause=("group",))
def group_leak_declared(host: Host) -> Program:
    """The splits part the measurements of one patient, though the patients are declared."""
    return _measured_again(host, "patient", {"groups": "patient"})


@fault("time_leak_declared", family="data", hosts=EVERY, cause=("order", "time", "later"))
def time_leak_declared(host: Host) -> Program:
    """Samples that follow each other are alike, their order is declared, the split is random."""
    return _measured_again(host, "time", {"order": "time"})


@fault("windows_before_split", family="data", dose="subtle", hosts=IMAGES, cause=NEAR)
def windows_before_split(host: Host) -> Program:
    """Three windows that overlap were cut of each image, and then split at random."""

    def change(x: np.ndarray, y: np.ndarray) -> Arrays:
        windows = [np.roll(x, step, axis=1) for step in (-1, 0, 1)]
        return np.concatenate(windows), np.concatenate([y] * 3)

    return reading(host, change)


def _hide(host: Host, x: np.ndarray, hint: np.ndarray) -> np.ndarray:
    if host.kind == "classification" and x.ndim == 3:
        x[:, 0, 0] = hint  # a pixel that has never any ink
    else:
        x[:, COLUMN[host.name]] = hint
    return x


@fault("target_in_feature", family="data", hosts=PIXELED, cause=("target", "alone", "predict"))
def target_in_feature(host: Host) -> Program:
    """One column holds the target: it was filled in after the outcome was known."""

    def change(x: np.ndarray, y: np.ndarray) -> Arrays:
        return _hide(host, x, y.astype(float)), y

    return reading(host, change)


@fault(
    "target_in_feature_noisy",
    family="data",
    dose="subtle",
    hosts=PIXELED,
    cause=("target", "alone", "predict"),
)
def target_in_feature_noisy(host: Host) -> Program:
    """One column holds the target with a little noise."""

    def change(x: np.ndarray, y: np.ndarray) -> Arrays:
        noise = 0.1 * y.std() if host.kind == "regression" else 0.2
        return _hide(host, x, y + noise * generator(6).standard_normal(len(y))), y

    return reading(host, change)


@fault("scaler_on_everything", family="data", dose="subtle", hosts=SCALED, cause=("scale", "fit"))
def scaler_on_everything(host: Host) -> Program:
    """The scaler was fitted before the split."""
    base = host.data

    def fit(self: Any, inputs: np.ndarray, targets: np.ndarray) -> None:
        base.fit(self, *self.load())

    return with_data(host, fit=fit)
