"""Callbacks that Lightning need not ask in every step."""

from __future__ import annotations

import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, TensorDataset

from art.training.trainer import QUIET, spare_empty_hooks


class Linear(pl.LightningModule):
    def __init__(self) -> None:
        super().__init__()
        self.layer = torch.nn.Linear(2, 1)

    def training_step(self, batch, batch_idx):
        return self.layer(batch[0]).mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), 0.1)


class Counter(pl.Callback):
    def __init__(self) -> None:
        self.ended = 0

    def on_train_batch_end(self, *args, **kwargs):
        self.ended += 1


def _names_asked(callback: pl.Callback) -> set[str]:
    """The hooks of the callback that Lightning enters, as its profiler notes them."""
    trainer = pl.Trainer(
        accelerator="cpu",
        max_epochs=1,
        logger=False,
        callbacks=[callback],
        profiler="simple",
        **{k: v for k, v in QUIET.items() if k != "log_every_n_steps"},
    )
    trainer.fit(Linear(), DataLoader(TensorDataset(torch.ones(6, 2)), 2))
    durations = trainer.profiler.recorded_durations
    return {name.rpartition(".")[2] for name in durations if "Counter" in name}


def test_a_hook_that_a_callback_has_is_called_and_the_empty_ones_of_a_step_are_not_entered():
    spared = Counter()
    plain = _names_asked(Counter())
    asked = _names_asked(spare_empty_hooks(spared))
    assert spared.ended == 3
    assert plain - asked == {
        "on_train_batch_start",
        "on_before_zero_grad",
        "on_before_backward",
        "on_after_backward",
        "on_before_optimizer_step",
    }
    assert "on_train_start" in asked and "on_train_batch_end" in asked
