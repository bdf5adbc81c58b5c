"""Steps that are skipped, noise in validation, attributes that are born in a step."""

import random

import torch
from torch.nn.functional import cross_entropy

import art
from benchmarks.robustness.programs._parts import Data, Module

art.data("skipping.v1")(Data)


@art.models("skipping.v1")
class Skipping(Module):
    def training_step(self, batch, batch_idx):
        if random.random() < 0.2:
            self.skipped = getattr(self, "skipped", 0) + 1
            return None
        inputs, targets = batch
        loss = cross_entropy(self(inputs), targets)
        self.last = loss.detach()
        self.log("loss", loss, on_step=False, on_epoch=True)
        return loss

    def validation_step(self, batch, batch_idx):
        inputs, targets = batch
        noisy = inputs + 0.1 * torch.randn_like(inputs)
        self.log("val_loss", cross_entropy(self(noisy), targets))
        self.validated = getattr(self, "validated", 0) + 1
