"""Mistakes in how a model is trained: gradients, rates, schedules, what a step does."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from benchmarks.faults.faults import AUTOMATIC, EVERY, fault
from benchmarks.faults.faults._seams import (
    by_hand,
    parts,
    sgd,
    with_loss,
    with_model,
    with_optimizer,
)
from benchmarks.faults.program import Host, Program

RATE = ("learning rate", "lr")
BY_HAND = ("convolution", "manual", "recurrent", "tabular_batchnorm")


@fault("zero_grad_missing", family="training", hosts=EVERY, cause=("zero_grad",))
def zero_grad_missing(host: Host) -> Program:
    """The gradients of all steps add up."""
    if host.name != "manual":
        return with_model(host, optimizer_zero_grad=lambda self, *args: None)

    def training_step(self: Any, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        loss = self.criterion(self(x), y)
        self.manual_backward(loss / self.accumulate)
        if (batch_idx + 1) % self.accumulate == 0:
            self.clip_gradients(self.optimizers(), self.clip, gradient_clip_algorithm="norm")
            self.optimizers().step()
        self.log("train_loss", loss)
        return loss

    return with_model(host, training_step=training_step)


@fault("zero_grad_before_step", family="training", hosts=BY_HAND,
       cause=("zero_grad", "gradient", "step"))  # fmt: skip
def zero_grad_before_step(host: Host) -> Program:
    """The gradients are cleared between `backward` and `step`."""

    def step(model: Any, loss: Tensor) -> None:
        model.manual_backward(loss)
        model.optimizers().zero_grad()
        model.optimizers().step()

    return by_hand(host, step)


@fault("stepped_once_in_a_while", family="training", hosts=BY_HAND, dose="subtle",
       cause=("zero_grad", "accumulat", "gradient"),
       sound=lambda host: by_hand(host, _plain))  # fmt: skip
def stepped_once_in_a_while(host: Host) -> Program:
    """Meant to accumulate over 16 batches, but every batch clears the gradients."""

    def step(model: Any, loss: Tensor) -> None:
        model.optimizers().zero_grad()
        model.manual_backward(loss / 16)
        model.batches = getattr(model, "batches", 0) + 1
        if model.batches % 16 == 0:
            model.optimizers().step()

    return by_hand(host, step)


def _plain(model: Any, loss: Tensor) -> None:
    model.optimizers().zero_grad()
    model.manual_backward(loss)
    model.optimizers().step()


@fault("learning_rate_100_times_too_high", family="training", hosts=EVERY, cause=RATE)
def learning_rate_100_times_too_high(host: Host) -> Program:
    """100 times the host's rate."""
    return with_model(host, lr=host.model.lr * 100)


@fault("learning_rate_100_times_too_low", family="training", hosts=EVERY, cause=RATE)
def learning_rate_100_times_too_low(host: Host) -> Program:
    """A hundredth of the host's rate."""
    return with_model(host, lr=host.model.lr / 100)


@fault("learning_rate_30_times_too_high", family="training", hosts=EVERY, cause=RATE,
       dose="subtle")  # fmt: skip
def learning_rate_30_times_too_high(host: Host) -> Program:
    """30 times the host's rate."""
    return with_model(host, lr=host.model.lr * 30)


@fault("learning_rate_20_times_too_low", family="training", hosts=EVERY, cause=RATE,
       dose="subtle")  # fmt: skip
def learning_rate_20_times_too_low(host: Host) -> Program:
    """A twentieth of the host's rate."""
    return with_model(host, lr=host.model.lr / 20)


@fault("sign_flipped", family="training", hosts=EVERY,
       cause=("sign", "grows", "rises", "wrong way", "away", "minus", "negative"))  # fmt: skip
def sign_flipped(host: Host) -> Program:
    """The loss is maximised."""
    if host.name == "manual":
        criterion = torch.nn.CrossEntropyLoss()
        return with_loss(host, lambda outputs, y: -criterion(outputs, y))

    def loss(self: Any, outputs: Tensor, y: Tensor) -> Tensor:
        return -host.model.loss(self, outputs, y)

    return with_model(host, loss=loss)


@fault("sign_of_penalty_flipped", family="training", hosts=AUTOMATIC, dose="subtle",
       cause=("sign", "penalty", "grows", "negative", "weights"))  # fmt: skip
def sign_of_penalty_flipped(host: Host) -> Program:
    """A penalty on the weights is subtracted: they are driven up."""

    def training_step(self: Any, batch: Any, batch_idx: int) -> Tensor:
        x, y = parts(batch)
        penalty = sum(p.pow(2).sum() for p in self.parameters() if p.ndim > 1)
        loss = self.loss(self(x), y) - 0.05 * penalty
        self.log("train_loss", loss, batch_size=len(y))
        return loss

    return with_model(host, training_step=training_step)


SUMMED = ("sum", "mean", "reduction")


@fault("sum_for_mean", family="training", hosts=EVERY, cause=SUMMED,
       sound=lambda host: with_optimizer(host, sgd))  # fmt: skip
def sum_for_mean(host: Host) -> Program:
    """The loss is summed over the batch, at a rate that suits its mean."""
    if host.name == "manual":
        by_sgd = {"configure_optimizers": sgd, "on_train_epoch_end": lambda self: None}
        criterion = torch.nn.CrossEntropyLoss(reduction="sum")
        return with_loss(host, criterion, **by_sgd, clip=1e9)

    def loss(self: Any, outputs: Tensor, y: Tensor) -> Tensor:
        return host.model.loss(self, outputs, y) * len(y)

    return with_optimizer(host, sgd, loss=loss)


@fault("divided_twice", family="training", hosts=EVERY, cause=("mean", "divided", "reduction"),
       dose="subtle", sound=lambda host: with_optimizer(host, sgd))  # fmt: skip
def divided_twice(host: Host) -> Program:
    """A mean loss is divided by the batch size once more."""
    if host.name == "manual":
        by_sgd = {"configure_optimizers": sgd, "on_train_epoch_end": lambda self: None}
        criterion = torch.nn.CrossEntropyLoss()
        return with_loss(host, lambda outputs, y: criterion(outputs, y) / len(y), **by_sgd)

    def loss(self: Any, outputs: Tensor, y: Tensor) -> Tensor:
        return host.model.loss(self, outputs, y) / len(y)

    return with_optimizer(host, sgd, loss=loss)


def _decayed(host: Host, decay: float) -> Program:
    return with_optimizer(
        host, lambda self: torch.optim.AdamW(self.parameters(), lr=self.lr, weight_decay=decay)
    )


@fault("weight_decay_overwhelming", family="training", hosts=EVERY, cause=("decay",))
def weight_decay_overwhelming(host: Host) -> Program:
    """A weight decay of 100: the weights shrink faster than they learn."""
    return _decayed(host, 100.0)


@fault("weight_decay_too_strong", family="training", hosts=EVERY, cause=("decay",), dose="subtle")
def weight_decay_too_strong(host: Host) -> Program:
    """A weight decay of 20."""
    return _decayed(host, 20.0)
