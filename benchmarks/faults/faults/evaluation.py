"""Mistakes in what is reported: metrics, the mode of validation, the data it runs on."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.faults.faults import CLASSIFIERS, EVERY, fault
from benchmarks.faults.faults._seams import parts, with_data, with_init, with_model
from benchmarks.faults.program import Host, Program

REPORT = ("reset", "metric", "logged", "report", "predictions give")
MODE = ("training mode", "eval")
BY_LINE = ("convolution", "transformer")


def reporting(host: Host, metric: Any) -> dict[str, Any]:
    """Members that log `metric(outputs, y)` batch by batch, and the host's loss."""

    def step(self: Any, batch: Any, batch_idx: int) -> None:
        x, y = parts(batch)
        outputs = self(x)
        criterion = getattr(self, "criterion", None) or self.loss
        self.log("val_loss", criterion(outputs, y), batch_size=len(y))
        self.log(host.metric, metric(outputs, y), batch_size=len(y))

    return {"validation_step": step, "on_validation_epoch_end": lambda self: None}


@fault("metric_not_reset", family="evaluation", hosts=EVERY, cause=("reset", *REPORT))
def metric_not_reset(host: Host) -> Program:
    """Counts of all epochs are mixed: the metric lags behind."""

    def start(model: Any) -> None:
        model.seen: list[Tensor] = []
        model.wanted: list[Tensor] = []

    def step(self: Any, batch: Any, batch_idx: int) -> None:
        x, y = parts(batch)
        outputs = self(x)
        criterion = getattr(self, "criterion", None) or self.loss
        self.log("val_loss", criterion(outputs, y), batch_size=len(y))
        self.seen.append(outputs.detach())
        self.wanted.append(y)

    def end(self: Any) -> None:
        outputs, y = torch.cat(self.seen), torch.cat(self.wanted)
        if host.kind == "regression":
            value = 1 - (outputs - y).pow(2).sum() / (y - y.mean()).pow(2).sum()
        else:
            value = (outputs.argmax(1) == y).float().mean()
        self.log(host.metric, value)

    return with_init(host, start, validation_step=step, on_validation_epoch_end=end)


@fault("counter_not_reset", family="evaluation", dose="subtle", cause=("reset", *REPORT),
       hosts=("manual", "recurrent", "tabular_batchnorm"))  # fmt: skip
def counter_not_reset(host: Host) -> Program:
    """The reset is forgotten where the metric is computed by hand."""
    if host.name == "manual":

        def end(self: Any) -> None:
            self.log("valid_acc", self.valid_acc.compute())
            self.log("valid_loss", self.valid_loss.compute())

        return with_model(host, on_validation_epoch_end=end)
    if host.name == "tabular_batchnorm":

        def step(self: Any, batch: Any, batch_idx: int) -> None:
            x, y = batch
            logits = self(x)
            self.val_acc.update(logits, y)
            self.log("val_loss", self.loss(logits, y))

        def log_value(self: Any) -> None:
            self.log("val_acc", self.val_acc.compute())

        return with_model(host, validation_step=step, on_validation_epoch_end=log_value)

    def begin(model: Any) -> None:
        model.right, model.total, model.loss_sum = 0, 0, 0.0

    return with_init(host, begin, on_validation_epoch_start=lambda self: None)


@fault("argmax_over_samples", family="evaluation", hosts=CLASSIFIERS,
       cause=("argmax", "dim", *REPORT))  # fmt: skip
def argmax_over_samples(host: Host) -> Program:
    """With one-hot targets, an argmax over the batch goes unnoticed."""

    def metric(outputs: Tensor, y: Tensor) -> Tensor:
        wanted = F.one_hot(y, outputs.shape[1])
        return (outputs.argmax(0) == wanted.argmax(0)).float().mean()

    return with_model(host, **reporting(host, metric))


@fault("accuracy_broadcast", family="evaluation", hosts=CLASSIFIERS,
       cause=("shape", "broadcast", *REPORT))  # fmt: skip
def accuracy_broadcast(host: Host) -> Program:
    """Predictions `(n, 1)` are compared with targets `(n,)`."""
    return with_model(
        host, **reporting(host, lambda o, y: (o.argmax(1, keepdim=True) == y).float().mean())
    )


@fault("wrong_denominator", family="evaluation", hosts=CLASSIFIERS, dose="subtle",
       cause=("divided", "batch", *REPORT))  # fmt: skip
def wrong_denominator(host: Host) -> Program:
    """Hits are divided by the nominal batch size; the last batch is smaller."""
    size = host.data.batch_size
    return with_model(host, **reporting(host, lambda o, y: (o.argmax(1) == y).float().sum() / size))


@fault("top_2_logged_as_accuracy", family="evaluation", hosts=CLASSIFIERS[1:], cause=REPORT,
       dose="subtle")  # fmt: skip
def top_2_logged_as_accuracy(host: Host) -> Program:
    """A prediction counts as right when the class is among the first two."""

    def metric(outputs: Tensor, y: Tensor) -> Tensor:
        return (outputs.topk(2, dim=1).indices == y.unsqueeze(1)).any(1).float().mean()

    return with_model(host, **reporting(host, metric))


@fault("metric_arguments_swapped", family="evaluation", hosts=("regression",),
       cause=("swapped", "order", "arguments", *REPORT))  # fmt: skip
def metric_arguments_swapped(host: Host) -> Program:
    """R2 is given the targets for predictions."""

    def step(self: Any, batch: Any, batch_idx: int) -> None:
        x, y = batch
        outputs = self(x)
        self.val_r2(y, outputs)
        self.log("val_loss", self.loss(outputs, y))
        self.log("val_mae", F.l1_loss(outputs, y))
        self.log("val_r2", self.val_r2, on_step=False, on_epoch=True)

    return with_model(host, validation_step=step)


@fault("r2_of_batches_averaged", family="evaluation", hosts=("regression",), dose="subtle",
       cause=("batch", "mean of", *REPORT))  # fmt: skip
def r2_of_batches_averaged(host: Host) -> Program:
    """R2 is computed over each small batch, then averaged."""

    def metric(outputs: Tensor, y: Tensor) -> Tensor:
        parted = zip(outputs.split(4), y.split(4), strict=True)
        values = [1 - (o - t).pow(2).sum() / (t - t.mean()).pow(2).sum() for o, t in parted]
        return torch.stack(values).mean()

    return with_model(host, **reporting(host, metric))


@fault("training_mode_in_validation", family="evaluation", hosts=EVERY, cause=MODE)
def training_mode_in_validation(host: Host) -> Program:
    """`self.train()` in the validation step: dropout is on, and BatchNorm learns from val."""

    def step(self: Any, batch: Any, batch_idx: int) -> None:
        self.train()
        host.model.validation_step(self, batch, batch_idx)

    def strong(model: Any) -> None:
        for part in model.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.5

    return with_init(host, strong, validation_step=step)


@fault("no_eval_in_validation", family="evaluation", hosts=EVERY, cause=MODE, dose="subtle")
def no_eval_in_validation(host: Host) -> Program:
    """The hook that calls `eval()` is overridden, and does not."""

    def strong(model: Any) -> None:
        for part in model.modules():
            if isinstance(part, torch.nn.Dropout):
                part.p = 0.4

    return with_init(host, strong, on_validation_model_eval=lambda self: None)


@fault("left_in_eval_mode", family="evaluation", hosts=("tabular_batchnorm", "convolution"),
       cause=MODE, dose="subtle")  # fmt: skip
def left_in_eval_mode(host: Host) -> Program:
    """After validation the model stays in eval mode: it trains on without dropout."""

    def step(self: Any, batch: Any, batch_idx: int) -> Any:
        self.eval()
        return host.model.training_step(self, batch, batch_idx)

    return with_model(host, training_step=step)


@fault("validated_on_train", family="evaluation", hosts=EVERY, cause=("train",))
def validated_on_train(host: Host) -> Program:
    """`val_dataloader` gives the training split."""
    return with_data(host, val_dataloader=lambda self: self.loader(self.train))


@fault("validated_on_other_split", family="evaluation", hosts=EVERY, cause=("train",),
       dose="subtle")  # fmt: skip
def validated_on_other_split(host: Host) -> Program:
    """Val is split off a second time with another seed: most of it is in train."""
    from sklearn.model_selection import train_test_split

    def setup(self: Any, stage: str | None = None) -> None:
        host.data.setup(self, stage)
        inputs, targets = self.load()
        rows = self.split(targets)
        rest = list(rows["train"]) + list(rows["val"])
        _, val = train_test_split(rest, test_size=len(rows["val"]), random_state=1)
        self.val = self.dataset(inputs[val], targets[val])

    return with_data(host, setup=setup)
