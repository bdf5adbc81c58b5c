"""Mistakes in the loss: its domain, its shapes, its direction."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.faults import CLASSIFIERS, DIGITS, fault
from benchmarks.faults.faults._seams import parts, with_init, with_loss, with_outputs
from benchmarks.faults.program import Host, Program

BY_HAND = ("convolution", "transformer", "recurrent")


@fault("softmax_before_cross_entropy", family="loss", hosts=CLASSIFIERS, cause=("softmax",))
def softmax_before_cross_entropy(host: Host) -> Program:
    """`forward` ends in a softmax, and cross_entropy takes another."""
    return with_outputs(host, lambda outputs: outputs.softmax(dim=1))


@fault(
    "softmax_in_loss", family="loss", hosts=CLASSIFIERS, cause=("softmax", "probabilit"),
    dose="subtle",
)  # fmt: skip
def softmax_in_loss(host: Host) -> Program:
    """`forward` gives logits; the loss puts a softmax before cross_entropy."""
    return with_loss(host, lambda outputs, y: F.cross_entropy(F.softmax(outputs, dim=1), y))


@fault("sigmoid_before_cross_entropy", family="loss", hosts=CLASSIFIERS, cause=("sigmoid",))
def sigmoid_before_cross_entropy(host: Host) -> Program:
    """`forward` ends in a sigmoid."""
    return with_outputs(host, torch.sigmoid)


@fault("relu_on_logits", family="loss", hosts=tuple(CLASSIFIERS), cause=("relu",))
def relu_on_logits(host: Host) -> Program:
    """`forward` ends in a ReLU."""
    return with_outputs(host, F.relu)


@fault("relu_on_numbers", family="loss", hosts=("regression",), cause=("relu", "negative"))
def relu_on_numbers(host: Host) -> Program:
    """The outputs cannot be negative, half of the targets are."""
    return with_outputs(host, F.relu)


@fault(
    "sigmoid_on_numbers", family="loss", hosts=("regression",),
    cause=("sigmoid", "range", "bounded", "0 to 1", "between"), dose="subtle",
)  # fmt: skip
def sigmoid_on_numbers(host: Host) -> Program:
    """The outputs lie between 0 and 1, the targets do not."""
    return with_outputs(host, torch.sigmoid)


@fault(
    "log_softmax_over_batch", family="loss", hosts=CLASSIFIERS,
    cause=("dim", "mix", "batch", "log_softmax"),
)  # fmt: skip
def log_softmax_over_batch(host: Host) -> Program:
    """The softmax runs over the samples of a batch."""
    return with_loss(host, lambda outputs, y: F.nll_loss(F.log_softmax(outputs, dim=0), y))


@fault("nll_fed_logits", family="loss", hosts=CLASSIFIERS, cause=("nll_loss", "log_softmax"))
def nll_fed_logits(host: Host) -> Program:
    """nll_loss takes log-probabilities and is given raw outputs."""
    return with_loss(host, F.nll_loss)


@fault(
    "nll_fed_probabilities", family="loss", hosts=CLASSIFIERS,
    cause=("nll_loss", "log_softmax", "probabilit"), dose="subtle",
)  # fmt: skip
def nll_fed_probabilities(host: Host) -> Program:
    """nll_loss takes log-probabilities and is given probabilities."""
    return with_loss(host, lambda outputs, y: F.nll_loss(outputs.softmax(1), y))


def _one_hot(outputs: Tensor, y: Tensor) -> Tensor:
    return F.one_hot(y, outputs.shape[1]).float()


@fault("bce_fed_sigmoid_twice", family="loss", hosts=CLASSIFIERS, cause=("sigmoid",))
def bce_fed_sigmoid_twice(host: Host) -> Program:
    """binary_cross_entropy_with_logits is given what a sigmoid has been through."""
    return with_loss(
        host,
        lambda outputs, y: F.binary_cross_entropy_with_logits(
            outputs.sigmoid(), _one_hot(outputs, y)
        ),
    )


@fault(
    "bce_fed_clamped_logits", family="loss", hosts=CLASSIFIERS,
    cause=("binary_cross_entropy", "clamp", "sigmoid", "probabilit"), dose="subtle",
)  # fmt: skip
def bce_fed_clamped_logits(host: Host) -> Program:
    """binary_cross_entropy takes probabilities and is given logits cut to 0..1."""
    return with_loss(
        host,
        lambda outputs, y: F.binary_cross_entropy(outputs.clamp(0, 1), _one_hot(outputs, y)),
    )


@fault("mse_on_class_ids", family="loss", hosts=BY_HAND, cause=("class", "amount", "one output"))
def mse_on_class_ids(host: Host) -> Program:
    """One output learns the class id as if it were an amount."""
    head = {"convolution": "fc2", "transformer": "head", "recurrent": "out"}[host.name]

    def one_output(model: Any) -> None:
        setattr(model, head, nn.Linear(getattr(model, head).in_features, 1))

    def validation_step(self: Any, batch: Any, batch_idx: int) -> None:
        x, y = parts(batch)
        outputs = self(x)
        right = (outputs.squeeze(1).round() == y).float().mean()
        self.log("val_loss", self.loss(outputs, y), batch_size=len(y))
        self.log(host.metric, right, batch_size=len(y))

    return with_init(
        host,
        one_output,
        loss=lambda self, outputs, y: F.mse_loss(outputs.squeeze(1), y.float()),
        validation_step=validation_step,
        test_step=validation_step,
        on_validation_epoch_end=lambda self: None,
    )


@fault("broadcast_in_loss", family="loss", hosts=("regression",), cause=("shape", "broadcast"))
def broadcast_in_loss(host: Host) -> Program:
    """Outputs `(n, 1)` against targets `(n,)`: every output meets every target."""

    def loss(outputs: Tensor, y: Tensor) -> Tensor:
        return F.huber_loss(outputs.unsqueeze(1), y)

    return with_loss(host, loss)


@fault(
    "broadcast_by_hand", family="loss", hosts=("regression", *CLASSIFIERS), dose="subtle",
    cause=("shape", "broadcast", "mix", "mean of", "single"),
)  # fmt: skip
def broadcast_by_hand(host: Host) -> Program:
    """The same in a loss that is written by hand: no warning is given."""

    def loss(outputs: Tensor, y: Tensor) -> Tensor:
        if host.kind == "regression":
            return ((outputs.unsqueeze(1) - y) ** 2).mean()
        probabilities = outputs.softmax(1).unsqueeze(1)  # (n, 1, c) against (n, c)
        return ((probabilities - _one_hot(outputs, y)) ** 2).sum(-1).mean()

    return with_loss(host, loss)


@fault(
    "cross_entropy_of_shuffled_outputs", family="loss", hosts=DIGITS, dose="subtle",
    cause=("mix", "batch", "order", "single", "sample"),
)  # fmt: skip
def cross_entropy_of_shuffled_outputs(host: Host) -> Program:
    """The outputs are flattened the wrong way round: samples meet the targets of others."""
    return with_loss(
        host, lambda outputs, y: F.cross_entropy(outputs.t().reshape(outputs.shape), y)
    )
