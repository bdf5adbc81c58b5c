"""Mistakes in what is kept: which checkpoint, and what of a model comes back from it."""

from __future__ import annotations

from typing import Any

import torch
from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint
from torch import Tensor

from benchmarks.faults.faults import AUTOMATIC, CLASSIFIERS, EVERY, fault
from benchmarks.faults.faults._seams import HEADS, with_init, with_model
from benchmarks.faults.program import Host, Program

DIRECTION = ("mode", "direction", "monitor", "worst", "reversed")
BROUGHT_BACK = ("checkpoint", "buffer", "restore", "brings", "bring the model back", "load")


def _keeping(host: Host, mode: str) -> Program:
    def configure_callbacks(self: Any) -> list[Any]:
        return [ModelCheckpoint(monitor=host.metric, mode=mode)]

    return with_model(host, configure_callbacks=configure_callbacks)


@fault("checkpoint_of_worst_epoch", family="evaluation", hosts=EVERY, cause=DIRECTION,
       sound=lambda host: _keeping(host, "max"))  # fmt: skip
def checkpoint_of_worst_epoch(host: Host) -> Program:
    """ModelCheckpoint keeps the epoch of the lowest score."""
    return _keeping(host, "min")


@fault("stopped_while_improving", family="evaluation", hosts=EVERY, cause=(*DIRECTION, "stop"))
def stopped_while_improving(host: Host) -> Program:
    """EarlyStopping waits for the score to fall."""

    def configure_callbacks(self: Any) -> list[Any]:
        return [EarlyStopping(monitor=host.metric, mode="min", patience=2)]

    return with_model(host, configure_callbacks=configure_callbacks)


@fault("plateau_of_wrong_direction", family="evaluation", hosts=AUTOMATIC, dose="subtle",
       cause=(*DIRECTION, "plateau"))  # fmt: skip
def plateau_of_wrong_direction(host: Host) -> Program:
    """ReduceLROnPlateau takes a rising score for a plateau, and the rate dies."""

    def configure_optimizers(self: Any) -> Any:
        optimizer = torch.optim.Adam(self.parameters(), lr=self.lr)
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            optimizer, mode="min", factor=0.1, patience=0
        )
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": plateau, "monitor": host.metric},
        }

    return with_model(host, configure_optimizers=configure_optimizers)


def _best_by_hand(host: Host, better: Any) -> Program:
    def begin(model: Any) -> None:
        model.best_score, model.best_weights = None, None

    def keep(self: Any) -> None:
        host.model.on_train_epoch_end(self)
        score = float(self.trainer.callback_metrics[host.metric])
        if self.best_score is None or better(score, self.best_score):
            self.best_score = score
            self.best_weights = {k: v.clone() for k, v in self.state_dict().items()}

    def restore(self: Any) -> None:
        self.load_state_dict(self.best_weights)

    return with_init(host, begin, on_train_epoch_end=keep, on_train_end=restore)


@fault("worst_weights_restored", family="evaluation", hosts=CLASSIFIERS, cause=DIRECTION,
       sound=lambda host: _best_by_hand(host, lambda new, old: new > old))  # fmt: skip
def worst_weights_restored(host: Host) -> Program:
    """The weights of the best epoch are kept by hand, with the comparison the wrong way round."""
    return _best_by_hand(host, lambda new, old: new < old)


NORMED = ("convolution", "manual", "recurrent", "regression")


def _normed(host: Host, kept: bool) -> Program:
    """Normalises inside the model, with statistics that it takes from the training split."""

    def begin(model: Any) -> None:
        mean, scale = torch.zeros(1), torch.ones(1)
        if kept:
            model.register_buffer("input_mean", mean)
            model.register_buffer("input_scale", scale)
        else:
            model.input_mean, model.input_scale = mean, scale

    def on_fit_start(self: Any) -> None:
        rows = torch.stack([x for x, _ in self.trainer.datamodule.train])
        self.input_mean = rows.mean().reshape(1) * 3 + 2
        self.input_scale = 0.25 * rows.std().reshape(1)

    def forward(self: Any, x: Tensor) -> Tensor:
        return host.model.forward(self, (x - self.input_mean) / self.input_scale)

    return with_init(host, begin, on_fit_start=on_fit_start, forward=forward)


@fault("statistics_in_no_buffer", family="evaluation", hosts=NORMED, cause=BROUGHT_BACK,
       sound=lambda host: _normed(host, True))  # fmt: skip
def statistics_in_no_buffer(host: Host) -> Program:
    """What the model normalises with is a plain tensor: no checkpoint holds it."""
    return _normed(host, False)


@fault("head_not_restored", family="evaluation", hosts=EVERY, cause=BROUGHT_BACK)
def head_not_restored(host: Host) -> Program:
    """`on_load_checkpoint` drops the last layer, as one does to fine-tune."""

    def begin(model: Any) -> None:
        model.strict_loading = False

    def on_load_checkpoint(self: Any, checkpoint: dict[str, Any]) -> None:
        weights = checkpoint["state_dict"]
        for key in [key for key in weights if key.startswith(HEADS[host.name])]:
            del weights[key]

    return with_init(host, begin, on_load_checkpoint=on_load_checkpoint)


@fault("half_of_the_weights_saved", family="evaluation", hosts=EVERY, cause=BROUGHT_BACK,
       dose="subtle")  # fmt: skip
def half_of_the_weights_saved(host: Host) -> Program:
    """`on_save_checkpoint` keeps every second tensor; nothing says so when it is loaded."""

    def begin(model: Any) -> None:
        model.strict_loading = False

    def on_save_checkpoint(self: Any, checkpoint: dict[str, Any]) -> None:
        weights = checkpoint["state_dict"]
        for key in list(weights)[::2]:
            del weights[key]

    return with_init(host, begin, on_save_checkpoint=on_save_checkpoint)


RESUMED = ("resume", "optimizer", "schedul", "checkpoint", "restored")


@fault("schedule_starts_over_on_resume", family="evaluation", resumed=True, cause=RESUMED,
       hosts=("convolution", "transformer", "recurrent", "manual"), dose="subtle")  # fmt: skip
def schedule_starts_over_on_resume(host: Host) -> Program:
    """The rate is counted by an attribute that no checkpoint holds."""

    def begin(model: Any) -> None:
        model.seen_batches = 0

    def on_train_batch_start(self: Any, batch: Any, batch_idx: int) -> None:
        total = self.trainer.num_training_batches * host.max_epochs
        for group in self.optimizers().param_groups:
            group["lr"] = self.lr * 5 * max(0.0, 1 - self.seen_batches / total)
        self.seen_batches += 1

    return with_init(host, begin, on_train_batch_start=on_train_batch_start)


@fault("weights_not_resumed", family="evaluation", resumed=True, cause=RESUMED, hosts=EVERY)
def weights_not_resumed(host: Host) -> Program:
    """`on_load_checkpoint` puts the fresh weights back in place: training resumes from nothing."""

    def on_load_checkpoint(self: Any, checkpoint: dict[str, Any]) -> None:
        checkpoint["state_dict"] = self.state_dict()

    return with_model(host, on_load_checkpoint=on_load_checkpoint)
