"""Draws from three generators, OneCycle by step, torchmetrics, lists, an EMA in a dict."""

import random

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torchmetrics.classification import MulticlassAccuracy

import art
from benchmarks.robustness.programs._parts import CLASSES, Data, Module

art.data("metrics.v1")(Data)


@art.models("metrics.v1")
class Metrics(Module):
    def __init__(self) -> None:
        super().__init__()
        self.accuracy = MulticlassAccuracy(CLASSES)
        self.val_accuracy = MulticlassAccuracy(CLASSES)
        self.losses: list[float] = []
        self.means: list[float] = []
        self.slow: dict[str, torch.Tensor] = {}

    def training_step(self, batch, batch_idx):
        inputs, targets = batch
        inputs = inputs + 0.1 * torch.randn_like(inputs)
        inputs = inputs * float(np.random.uniform(0.9, 1.1))
        if random.random() < 0.5:
            inputs = inputs.flip(0).flip(0) + 0.01
        outputs = self(inputs)
        loss = cross_entropy(outputs, targets)
        self.accuracy(outputs, targets)
        self.log("loss", loss, on_step=True, on_epoch=True)
        self.log("accuracy", self.accuracy, on_step=True, on_epoch=True)
        self.losses.append(float(loss.detach()))
        return loss

    def on_train_batch_end(self, outputs, batch, batch_idx):
        for name, weight in self.named_parameters():
            old = self.slow.get(name, weight.detach().clone())
            self.slow[name] = 0.9 * old + 0.1 * weight.detach()

    def on_train_epoch_end(self):
        self.means.append(sum(self.losses) / len(self.losses))
        self.log("mean_of_list", self.means[-1])
        self.losses.clear()

    def validation_step(self, batch, batch_idx):
        inputs, targets = batch
        self.val_accuracy.update(self(inputs), targets)
        self.log("val_accuracy", self.val_accuracy, on_epoch=True)

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), 0.01)
        steps = self.trainer.estimated_stepping_batches
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.02, total_steps=int(steps))
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }
