"""Mistakes in how a model is put together: its axes, its graph, what it learns."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.faults import CLASSIFIERS, EVERY, fault
from benchmarks.faults.faults._seams import (
    FIRST,
    HEADS,
    with_features,
    with_init,
    with_model,
)
from benchmarks.faults.program import Host, Program

MIXED = ("mix", "permute", "transpose", "batch_first", "other samples")
UNREACHED = ("gradient", "detach", "does not use", "unused")


@fault(
    "activation_missing", family="model", hosts=("manual", "tabular_batchnorm", "convolution"),
    cause=("activation", "linear", "relu"),
)  # fmt: skip
def activation_missing(host: Host) -> Program:
    """Linear layers follow each other with nothing between them."""
    if host.name == "convolution":

        def seen(self: Any, x: Tensor) -> Tensor:
            return F.avg_pool2d(self.conv2(self.conv1(x)), 2).flatten(1)

        def forward(self: Any, x: Tensor) -> Tensor:
            return self.fc2(self.fc1(self.drop(self.features(x))))

        return with_model(host, features=seen, forward=forward)

    def remove(model: Any) -> None:
        body = model.net if host.name == "manual" else model.body
        for number, layer in enumerate(body):
            if isinstance(layer, nn.ReLU):
                body[number] = nn.Identity()

    return with_init(host, remove)


@fault("view_for_permute", family="model", hosts=("recurrent", "transformer", "convolution"),
       cause=MIXED)  # fmt: skip
def view_for_permute(host: Host) -> Program:
    """`view` puts the axes in another order, and mixes the samples with it."""
    if host.name == "recurrent":

        def seq_first(model: Any) -> None:
            model.rnn = nn.LSTM(8, model.hidden)

        def forward(self: Any, x: Tensor) -> Tensor:
            states, _ = self.rnn(x.reshape(x.shape[1], x.shape[0], 8))  # meant: x.transpose(0, 1)
            return self.out(self.dropout(states[-1]))

        return with_init(host, seq_first, forward=forward)
    if host.name == "convolution":

        def pixels_last(self: Any, x: Tensor) -> Tensor:
            x = F.relu(self.conv2(F.relu(self.conv1(x))))
            x = F.max_pool2d(x, 2)
            return x.permute(1, 2, 3, 0).reshape(x.shape[0], -1)

        return with_model(host, features=pixels_last)

    def pool(self: Any, x: Tensor, padding: Tensor) -> Tensor:
        by_feature = x.reshape(self.width, *x.shape[:2])  # meant: x.permute(2, 0, 1)
        kept = (~padding).float()
        return ((by_feature * kept).sum(-1) / kept.sum(-1).clamp(min=1)).t()

    return with_model(host, pool=pool)


@fault("batch_first_mixed_up", family="model", hosts=("recurrent", "transformer", "convolution"),
       cause=MIXED)  # fmt: skip
def batch_first_mixed_up(host: Host) -> Program:
    """The batch is given first to a layer that takes it second."""
    if host.name == "recurrent":

        def default_lstm(model: Any) -> None:
            model.rnn = nn.LSTM(8, model.hidden)

        return with_init(host, default_lstm)
    if host.name == "transformer":

        def default_encoder(model: Any) -> None:
            model.encoder = nn.TransformerEncoderLayer(32, 4, dim_feedforward=64, dropout=0.1)

        def encode(self: Any, ids: Tensor, padding: Tensor) -> Tensor:
            return self.encoder(self.embedding(ids))

        return with_init(host, default_encoder, encode=encode)

    def add_attention(model: Any) -> None:
        model.attention = nn.MultiheadAttention(32, 4)

    def attended(self: Any, x: Tensor) -> Tensor:
        x = F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2)
        tokens = x.flatten(2).transpose(1, 2)  # (n, 16, 32)
        return self.attention(tokens, tokens, tokens)[0].flatten(1)

    return with_init(host, add_attention, features=attended)


@fault("softmax_over_batch", family="model", hosts=EVERY, cause=(*MIXED, "batch"))
def softmax_over_batch(host: Host) -> Program:
    """A gate's softmax runs over the samples in place of the features."""
    return with_model(host, **with_features(host, lambda _, x: 8 * x * x.softmax(dim=0)))


@fault("normalised_over_batch", family="model", hosts=EVERY, cause=(*MIXED, "batch"),
       dose="subtle")  # fmt: skip
def normalised_over_batch(host: Host) -> Program:
    """The features are normalised by hand over the batch, in eval mode too."""
    return with_model(
        host,
        **with_features(host, lambda _, x: (x - x.mean(0)) / (x.std(0, unbiased=False) + 1e-5)),
    )


@fault("features_detached", family="model", hosts=EVERY, cause=UNREACHED)
def features_detached(host: Host) -> Program:
    """Everything before the last layer is cut off by `.detach()`."""
    return with_model(host, **with_features(host, lambda _, x: x.detach()))


@fault("features_by_data", family="model", hosts=EVERY, cause=UNREACHED)
def features_by_data(host: Host) -> Program:
    """Everything before the last layer is cut off by `.data`."""
    return with_model(host, **with_features(host, lambda _, x: x.data.clone()))


@fault("first_layer_detached", family="model", hosts=tuple(FIRST), cause=UNREACHED, dose="subtle")
def first_layer_detached(host: Host) -> Program:
    """The first layer alone is cut off."""

    def cut(model: Any) -> None:
        def detach(_: Any, __: Any, output: Any) -> Any:
            return (output[0].detach(), output[1]) if isinstance(output, tuple) else output.detach()

        model.get_submodule(FIRST[host.name]).register_forward_hook(detach)

    return with_init(host, cut)


@fault("computed_without_grad", family="model", hosts=("convolution", "transformer", "manual"),
       cause=(*UNREACHED, "no_grad"))  # fmt: skip
def computed_without_grad(host: Host) -> Program:
    """The features are computed under `torch.no_grad`, as in a program that was fine-tuned."""
    from benchmarks.faults.faults._seams import features

    def forward(self: Any, x: Tensor) -> Tensor:
        with torch.no_grad():
            seen = features(host, self, x)
        return self.get_submodule(HEADS[host.name])(seen)

    return with_model(host, forward=forward)


@fault("layer_unused", family="model", hosts=("convolution", "transformer", "manual"),
       cause=UNREACHED, dose="subtle")  # fmt: skip
def layer_unused(host: Host) -> Program:
    """A layer is made and never called: `forward` goes on with an earlier value."""
    if host.name == "convolution":

        def skip(self: Any, x: Tensor) -> Tensor:
            first = F.relu(self.conv1(x))
            return F.max_pool2d(first.repeat(1, 2, 1, 1), 2).flatten(1)

        return with_model(host, features=skip)
    if host.name == "transformer":

        def encode(self: Any, ids: Tensor, padding: Tensor) -> Tensor:
            return self.embedding(ids)

        return with_model(host, encode=encode)

    def widen(model: Any) -> None:
        model.net[5] = nn.Linear(64, 10)

    def forward(self: Any, x: Tensor) -> Tensor:
        return self.net[5](self.net[2](self.net[1](self.net[0](x))))

    return with_init(host, widen, forward=forward)


@fault("input_part_ignored", family="model", hosts=EVERY,
       cause=("input", "ignored", "influence", "depend", "column", "feature"))  # fmt: skip
def input_part_ignored(host: Host) -> Program:
    """A slice that is off leaves half of the input out."""

    def forward(self: Any, x: Tensor) -> Tensor:
        x = x.clone()
        x[..., x.shape[-1] // 2 :] = 0
        return host.model.forward(self, x)

    return with_model(host, forward=forward)


@fault("dropout_always_on", family="model", hosts=EVERY, cause=("dropout",))
def dropout_always_on(host: Host) -> Program:
    """`F.dropout` without `training=self.training`."""
    return with_model(host, **with_features(host, lambda _, x: F.dropout(x, 0.5)))


@fault("dropout_a_little_always_on", family="model", hosts=EVERY, cause=("dropout",),
       dose="subtle")  # fmt: skip
def dropout_a_little_always_on(host: Host) -> Program:
    """The same with a rate of 0.3."""
    return with_model(host, **with_features(host, lambda _, x: F.dropout(x, 0.3)))


@fault("dropout_module_made_in_forward", family="model", hosts=CLASSIFIERS, cause=("dropout",))
def dropout_module_made_in_forward(host: Host) -> Program:
    """A new `nn.Dropout` in each `forward` is always in training mode."""
    return with_model(host, **with_features(host, lambda _, x: nn.Dropout(0.5)(x)))
