"""Mistakes in what a model starts from: its weights, what is shared or loaded."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.faults import EVERY, fault
from benchmarks.faults.faults._seams import (
    FIRST,
    MIDDLE,
    head_of,
    with_init,
)
from benchmarks.faults.fitting import trainer
from benchmarks.faults.program import Host, Program

FEEDFORWARD = ("tabular_batchnorm", "convolution", "regression", "manual")


def each_weight(change: Callable[[Tensor], Any]) -> Callable[[Any], None]:
    """Changes every matrix or filter of a model in place."""

    def apply(model: Any) -> None:
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.ndim > 1:
                    change(parameter)

    return apply


@fault("zero_init", family="model", hosts=EVERY, cause=("zero", "symmetr", "same", "constant"))
def zero_init(host: Host) -> Program:
    """Every weight starts at zero."""
    return with_init(host, each_weight(lambda weight: weight.zero_()))


@fault("constant_init", family="model", hosts=EVERY, cause=("symmetr", "same", "constant"))
def constant_init(host: Host) -> Program:
    """Every weight starts at 0.05."""

    def constant(model: Any) -> None:
        for parameter in model.parameters():
            nn.init.constant_(parameter, 0.05)

    return with_init(host, constant)


@fault("middle_layer_constant", family="model", hosts=tuple(MIDDLE), dose="subtle",
       cause=("symmetr", "same", "constant", "units"))  # fmt: skip
def middle_layer_constant(host: Host) -> Program:
    """The units of one layer all start alike."""

    def constant(model: Any) -> None:
        for parameter in model.get_submodule(MIDDLE[host.name]).parameters():
            nn.init.constant_(parameter, 0.02)

    return with_init(host, constant)


@fault("init_too_large", family="model", hosts=EVERY,
       cause=("initial", "large", "scale", "saturat", "start"))  # fmt: skip
def init_too_large(host: Host) -> Program:
    """The weights start from a normal distribution of deviation 1, whatever the fan-in."""
    return with_init(host, each_weight(nn.init.normal_))


@fault("init_rather_large", family="model", hosts=EVERY, dose="subtle",
       cause=("initial", "large", "scale", "saturat", "start"))  # fmt: skip
def init_rather_large(host: Host) -> Program:
    """Every weight starts four times as large."""
    return with_init(host, each_weight(lambda weight: weight.mul_(4)))


@fault("dead_relus", family="model", hosts=FEEDFORWARD, cause=("dead", "relu", "units"))
def dead_relus(host: Host) -> Program:
    """The bias before the ReLU starts so low that no unit is ever on."""
    layer = {"tabular_batchnorm": "body.5", "regression": "body.0"}
    name = layer.get(host.name) or MIDDLE[host.name]

    def low(model: Any) -> None:
        nn.init.constant_(model.get_submodule(name).bias, -20.0)

    return with_init(host, low)


@fault("most_relus_dead", family="model", hosts=FEEDFORWARD, dose="subtle",
       cause=("dead", "relu", "units"))  # fmt: skip
def most_relus_dead(host: Host) -> Program:
    """All but a few units of a layer start dead."""
    layer = {"tabular_batchnorm": "body.5", "regression": "body.0"}
    name = layer.get(host.name) or MIDDLE[host.name]

    def low(model: Any) -> None:
        with torch.no_grad():
            model.get_submodule(name).bias[3:] = -20.0

    return with_init(host, low)


@fault("saturated_tanh", family="model", hosts=("manual", "regression", "convolution"),
       dose="subtle", cause=("saturat", "tanh", "large", "initial"))  # fmt: skip
def saturated_tanh(host: Host) -> Program:
    """Tanh units start so far out that hardly any gradient passes."""

    def large(model: Any) -> None:
        with torch.no_grad():
            model.get_submodule(FIRST[host.name]).weight.mul_(50)

    if host.name == "convolution":

        def seen(self: Any, x: Tensor) -> Tensor:
            return F.max_pool2d(self.conv2(self.conv1(x).tanh()).tanh(), 2).flatten(1)

        return with_init(host, large, features=seen)

    def tanh(model: Any) -> None:
        (model.net if host.name == "manual" else model.body)[1] = nn.Tanh()
        large(model)

    return with_init(host, tanh)


@fault("bias_against_prior", family="model", hosts=EVERY, cause=("bias", "prior", "initial"))
def bias_against_prior(host: Host) -> Program:
    """The last bias starts far from what the targets say."""

    def lean(model: Any) -> None:
        with torch.no_grad():
            head_of(host, model).bias[0] = 30.0

    return with_init(host, lean)


@fault("one_module_for_all_layers", family="model", hosts=("manual", "convolution", "transformer"),
       cause=("shared", "same module", "several places", "one module"), dose="subtle")  # fmt: skip
def one_module_for_all_layers(host: Host) -> Program:
    """`[layer] * 3` puts the same module in three places."""

    def repeat(model: Any) -> None:
        layer = {
            "manual": lambda: nn.Sequential(nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU()),
            "convolution": lambda: nn.Sequential(
                nn.Conv2d(16, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU()
            ),
            "transformer": lambda: nn.Sequential(nn.Linear(32, 32), nn.LayerNorm(32), nn.ReLU()),
        }[host.name]()
        model.blocks = nn.ModuleList([layer] * 3)

    def through(self: Any, x: Tensor) -> Tensor:
        for block in self.blocks:
            x = block(x)
        return x

    if host.name == "manual":
        return with_init(host, repeat, forward=lambda self, x: self.net(through(self, x)))
    if host.name == "convolution":

        def seen(self: Any, x: Tensor) -> Tensor:
            x = through(self, F.relu(self.conv1(x)))
            return F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)

        return with_init(host, repeat, features=seen)

    def encode(self: Any, ids: Tensor, padding: Tensor) -> Tensor:
        return self.encoder(through(self, self.embedding(ids)), src_key_padding_mask=padding)

    return with_init(host, repeat, encode=encode)


@functools.cache
def pretrained(name: str) -> dict[str, Tensor]:
    """The weights of the host after training; made once."""
    from benchmarks.faults.hosts import HOSTS

    host = HOSTS[name]
    with torch.random.fork_rng():
        pl.seed_everything(7, verbose=False)
        model = host.model()
        trainer(host.max_epochs).fit(model, datamodule=host.data())
    return {key: value.clone() for key, value in model.state_dict().items()}


def _fine_tuned(host: Host, prefix: str) -> Program:
    """Loads pretrained weights under keys with a prefix, then trains gently."""

    def load(model: Any) -> None:
        weights = {prefix + key: value for key, value in pretrained(host.name).items()}
        model.load_state_dict(weights, strict=False)

    program = with_init(host, load, lr=host.model.lr / 30)
    return host.program(model=program.make_model, max_epochs=4)


@fault("pretrained_keys_dropped", family="model", hosts=("convolution", "transformer", "manual"),
       cause=("load", "pretrained", "strict", "keys"),
       sound=lambda host: _fine_tuned(host, ""))  # fmt: skip
def pretrained_keys_dropped(host: Host) -> Program:
    """Every key has a prefix, and `strict=False` passes over it."""
    return _fine_tuned(host, "module.")
