"""Where a host can be changed: what the mistakes are made with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.faults.program import Host, Program

HEADS = {
    "tabular_batchnorm": "head",
    "convolution": "fc2",
    "transformer": "head",
    "regression": "head",
    "manual": "net.5",
    "recurrent": "out",
}
"""The last layer of each host, by module name."""

FIRST = {
    "tabular_batchnorm": "body.0",
    "convolution": "conv1",
    "transformer": "embedding",
    "regression": "body.0",
    "manual": "net.0",
    "recurrent": "rnn",
}
"""The first trainable layer of each host."""

MIDDLE = {
    "tabular_batchnorm": "body.4",
    "convolution": "conv2",
    "transformer": "encoder",
    "manual": "net.3",
}
"""A layer between them, where a host has one."""


def changed(base: type, **members: Any) -> type:
    """A subclass of the same name with some members changed."""
    return type(base.__name__, (base,), members)


def with_model(host: Host, **members: Any) -> Program:
    """The host with some members of its model changed."""
    return host.program(model=changed(host.model, **members))


def with_data(host: Host, **members: Any) -> Program:
    """The host with some members of its data module changed."""
    return host.program(data=changed(host.data, **members))


def with_init(host: Host, change: Callable[[Any], None], **members: Any) -> Program:
    """The host with something done at the end of its model's `__init__`."""

    def init(self: Any) -> None:
        host.model.__init__(self)
        change(self)

    return with_model(host, __init__=init, **members)


def with_outputs(host: Host, change: Callable[[Tensor], Tensor]) -> Program:
    """The host with something done to what `forward` returns."""

    def forward(self: Any, x: Tensor) -> Tensor:
        return change(host.model.forward(self, x))

    return with_model(host, forward=forward)


def features(host: Host, model: Any, x: Tensor) -> Tensor:
    """What the host's last layer reads, `(n, d)`."""
    if host.name in ("tabular_batchnorm", "regression"):
        return model.body(x)
    if host.name == "convolution":
        return model.fc1(model.drop(model.features(x))).relu()
    if host.name == "transformer":
        padding = x == 0
        return model.norm(model.pool(model.encode(x, padding), padding))
    if host.name == "manual":
        return model.net[:-1](x)
    return model.dropout(model.rnn(x)[0][:, -1])


def with_features(
    host: Host, change: Callable[[Any, Tensor], Tensor], **members: Any
) -> dict[str, Any]:
    """Members that change what the host's last layer reads: `change(model, features)`."""

    def forward(self: Any, x: Tensor) -> Tensor:
        outputs = self.get_submodule(HEADS[host.name])(change(self, features(host, self, x)))
        return outputs.squeeze(1) if host.kind == "regression" else outputs

    return {"forward": forward, **members}


def with_loss(host: Host, loss: Callable[[Tensor, Tensor], Tensor], **members: Any) -> Program:
    """The host with another loss, `loss(outputs, targets)`."""
    if host.name == "manual":

        def use(model: Any) -> None:
            del model.criterion
            model.criterion = loss

        return with_init(host, use, **members)
    return with_model(host, loss=lambda self, outputs, y: loss(outputs, y), **members)


def with_optimizer(host: Host, make: Callable[[Any], Any], **members: Any) -> Program:
    """The host with another optimizer, without a schedule: `make(model)`."""
    extra: Mapping[str, Any] = {}
    if host.name == "manual":
        extra = {"on_train_epoch_end": lambda self: None}
    return with_model(host, configure_optimizers=make, **extra, **members)


def sgd(model: Any) -> Any:
    """SGD with momentum, at a rate that suits a mean loss on every host."""
    return torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)


def parts(batch: Any) -> tuple[Tensor, Tensor]:
    """Inputs and targets of a host's batch."""
    return (batch["input_ids"], batch["label"]) if isinstance(batch, dict) else tuple(batch)


def by_hand(host: Host, step: Callable[[Any, Tensor], None]) -> Program:
    """The host with SGD, stepping by hand: `step(model, loss)` does backward and the step."""

    def manual(model: Any) -> None:
        model.automatic_optimization = False

    def training_step(self: Any, batch: Any, batch_idx: int) -> Tensor:
        x, y = parts(batch)
        loss = self.criterion(self(x), y) if hasattr(self, "criterion") else self.loss(self(x), y)
        step(self, loss)
        self.log("train_loss", loss)
        return loss.detach()

    extra = {"on_train_epoch_end": lambda self: None} if host.name == "manual" else {}
    return with_init(host, manual, training_step=training_step, configure_optimizers=sgd, **extra)


def head_of(host: Host, model: Any) -> nn.Linear:
    """The last layer."""
    return model.get_submodule(HEADS[host.name])
