"""Inputs that are scaled wrongly, drawn anew where they should not be, or changed too far."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from benchmarks.faults.faults import fault
from benchmarks.faults.faults._seams import with_data, with_model
from benchmarks.faults.faults.data._change import (
    Arrays,
    Drawn,
    Image,
    holding,
    part,
)
from benchmarks.faults.program import Host, Program

SCALE = ("scale", "standardis", "normalis", "255", "size", "large", "small", "mean")
OTHER = ("normalis", "scale", "standardis", "differ", "prepar")
ANEW = ("anew", "augment", "random", "drawn", "differ")
BREAKS = ("augment", "label", "differ", "prepar")
IMAGES = ("convolution", "manual", "recurrent")
TABLES = ("tabular_batchnorm", "regression")
ARRAYS = ("convolution", "manual", "recurrent", "tabular_batchnorm", "regression")


def _prepared(host: Host, change: Any) -> Program:
    """The host whose `preprocess` is wrong; `change` sees the module and raw inputs."""

    def preprocess(self: Any, inputs: np.ndarray) -> Tensor:
        return change(self, inputs)

    return with_data(host, preprocess=preprocess)


def _shaped(host: Host, values: Any) -> Tensor:
    """As the host's model takes them: with a channel, flat, or as rows."""
    found = torch.as_tensor(values).float()
    if host.name == "convolution":
        return found.reshape(len(found), 1, 8, 8)
    return found.flatten(1) if host.name != "recurrent" else found


@fault("inputs_0_255", family="data", hosts=ARRAYS, cause=SCALE)
def inputs_0_255(host: Host) -> Program:
    """Raw bytes of 0..255, or raw measurements in their own units."""

    def change(module: Any, x: np.ndarray) -> Tensor:
        if host.name == "regression":  # the bundled table is scaled; these are its likely units
            return _shaped(host, x * 1000 + 150)
        return _shaped(host, x * 255 / 16 if x.ndim == 3 else x)

    return _prepared(host, change)


@fault("normalised_twice", family="data", hosts=ARRAYS, cause=SCALE)
def normalised_twice(host: Host) -> Program:
    """Once when the data is read, and once more when a batch is made."""
    base = host.data

    def change(module: Any, x: np.ndarray) -> Tensor:
        if host.name == "convolution":
            return _shaped(host, x / 16 / 255)
        if host.name == "recurrent":
            return _shaped(host, (x / 16 / 255) * 2 - 1)
        once = base.preprocess(module, x).numpy().astype(float)
        return base.preprocess(module, once.reshape(x.shape))

    return _prepared(host, change)


@fault("wrong_mean_and_std", family="data", hosts=IMAGES, cause=SCALE)
def wrong_mean_and_std(host: Host) -> Program:
    """Mean and deviation of bytes taken from pixels of 0..1."""
    return _prepared(host, lambda module, x: _shaped(host, (x / 16 - 123.0) / 58.0))


@fault("mean_and_std_swapped", family="data", dose="subtle", hosts=TABLES, cause=SCALE)
def mean_and_std_swapped(host: Host) -> Program:
    """Less the deviation, over the mean."""

    def change(module: Any, x: np.ndarray) -> Tensor:
        mean, std = module.scaler.mean_, module.scaler.scale_
        return _shaped(host, (x - std) / np.where(np.abs(mean) < 1e-3, 1e-3, mean))

    return _prepared(host, change)


def _train_alone(host: Host, change: Image) -> Program:
    """The host whose training inputs alone are prepared otherwise."""

    def hold(module: Any, rows: Any, arrays: Arrays) -> None:
        x, y = part(rows["train"], arrays)
        module.train = torch.utils.data.TensorDataset(
            _shaped(host, change(module.preprocess(x).numpy())), module.encode(y)
        )

    return holding(host, hold)


@fault("train_scaled_alone", family="data", hosts=ARRAYS, cause=OTHER)
def train_scaled_alone(host: Host) -> Program:
    """Training inputs are scaled ten times smaller than those of val and test."""
    return _train_alone(host, lambda x: x / 10)


@fault("train_shifted_alone", family="data", dose="subtle", hosts=ARRAYS, cause=OTHER)
def train_shifted_alone(host: Host) -> Program:
    """Training inputs are standardised by the deviation of all columns; val and test are not."""
    return _train_alone(host, lambda x: (x - x.mean()) / x.std() * 0.5 - 1.0)


def _drawn(host: Host, draw: Image, splits: tuple[str, ...]) -> Program:
    def hold(module: Any, rows: Any, arrays: Arrays) -> None:
        for name in splits:
            setattr(module, name, Drawn(module, part(rows[name], arrays), draw))

    return holding(host, hold)


def _noisy(host: Host, noise: float, splits: tuple[str, ...]) -> Program:
    """Noise of so many deviations of the whole table's columns."""
    spread = noise * host.data().load()[0].std(0)
    return _drawn(host, lambda x: x + spread * torch.randn(x.shape).numpy(), splits)


@fault("augmented_val", family="data", hosts=ARRAYS, cause=ANEW)
def augmented_val(host: Host) -> Program:
    """Strong noise, meant for training, in every split."""
    return _noisy(host, 1.5, ("train", "val", "test"))


@fault("augmented_val_little", family="data", dose="subtle", hosts=ARRAYS, cause=ANEW)
def augmented_val_little(host: Host) -> Program:
    """Digits are moved by a pixel at most, tables get some noise, in every split."""
    if host.name not in IMAGES:
        return _noisy(host, 0.5, ("train", "val", "test"))
    return _drawn(host, _moved, ("train", "val", "test"))


def _moved(image: np.ndarray) -> np.ndarray:
    down, right = torch.randint(-1, 2, (2,)).tolist()
    return np.roll(image, (down, right), axis=(0, 1))


@fault("turned_digits", family="data", hosts=IMAGES, cause=BREAKS)
def turned_digits(host: Host) -> Program:
    """Training digits are turned upside down: a six becomes a nine."""
    return _drawn(host, lambda image: image[::-1, ::-1], ("train",))


@fault("flipped_digits", family="data", dose="subtle", hosts=IMAGES, cause=BREAKS)
def flipped_digits(host: Host) -> Program:
    """Every other training digit is flipped in both directions at random."""

    def draw(image: np.ndarray) -> np.ndarray:
        across, down = (torch.rand(2) < 0.5).tolist()
        image = image[:, ::-1] if across else image
        return image[::-1] if down else image

    return _drawn(host, draw, ("train",))


@fault("noise_over_label", family="data", hosts=TABLES, cause=BREAKS)
def noise_over_label(host: Host) -> Program:
    """Training rows get noise of three deviations: nothing of the label is left."""
    return _noisy(host, 3.0, ("train",))


@fault("padding_ignored", family="data", hosts=("transformer",), cause=("padding", "batch"))
def padding_ignored(host: Host) -> Program:
    """The transformer attends to padding and takes its mean over it."""
    base = host.model

    def encode(self: Any, ids: Tensor, padding: Tensor) -> Tensor:
        return base.encode(self, ids, torch.zeros_like(padding))

    def pool(self: Any, x: Tensor, padding: Tensor) -> Tensor:
        return x.mean(1)

    return with_model(host, encode=encode, pool=pool)


@fault(
    "padding_attended",
    family="data",
    dose="subtle",
    hosts=("transformer",),
    cause=("padding", "batch"),
)
def padding_attended(host: Host) -> Program:
    """The transformer attends to padding; the mean leaves it out."""
    base = host.model

    def encode(self: Any, ids: Tensor, padding: Tensor) -> Tensor:
        return base.encode(self, ids, torch.zeros_like(padding))

    return with_model(host, encode=encode)
