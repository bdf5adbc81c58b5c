"""Accumulation, a plateau schedule, early stopping, callbacks with state, layers that thaw."""

import pytorch_lightning as pl
import torch

import art
from benchmarks.robustness.programs._parts import Data, Module

art.data("plateau.v1")(Data)


@art.models("plateau.v1")
class Plateau(Module):
    def __init__(self) -> None:
        super().__init__(lr=0.05)
        for parameter in self.network[0].parameters():
            parameter.requires_grad = False

    def configure_optimizers(self):
        trained = [p for p in self.parameters() if p.requires_grad]
        optimizer = torch.optim.SGD(trained, self.lr, momentum=0.9)
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=0, factor=0.5)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "monitor": "val_loss"},
        }


@art.callbacks("plateau.Thawing.v1")
class Thawing(pl.Callback):
    """Thaws the first layer at the second epoch, and gives it a smaller learning rate."""

    def on_train_epoch_start(self, trainer, pl_module):
        if trainer.current_epoch == 1:
            first = list(pl_module.network[0].parameters())
            for parameter in first:
                parameter.requires_grad = True
            trainer.optimizers[0].add_param_group({"params": first, "lr": pl_module.lr / 5})


@art.callbacks("plateau.Counting.v1")
class Counting(pl.Callback):
    """Counts in two ways, and lets the count decide something."""

    def __init__(self) -> None:
        self.batches = 0
        self.norms: list[float] = []

    def state_dict(self):
        return {"batches": self.batches}

    def load_state_dict(self, state_dict):
        self.batches = state_dict["batches"]

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        self.batches += 1
        weight = pl_module.network[4].weight
        self.norms.append(float(weight.detach().norm()))
        if self.batches % 7 == 0:
            with torch.no_grad():
                weight.mul_(0.98 + 0.001 * min(len(self.norms), 10))
