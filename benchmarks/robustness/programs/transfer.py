"""Augmentation after the transfer of a batch, and a learning rate that is warmed up by hand."""

import numpy as np
import torch

import art
from benchmarks.robustness.programs._parts import Data, Module

art.data("transfer.v1")(Data)


@art.models("transfer.v1")
class Transfer(Module):
    def on_before_batch_transfer(self, batch, dataloader_idx):
        if self.trainer.training:
            inputs, targets = batch
            return inputs * float(np.random.uniform(0.9, 1.1)), targets
        return batch

    def on_after_batch_transfer(self, batch, dataloader_idx):
        if not self.trainer.training:
            return batch
        inputs, targets = batch
        share = torch.rand(())
        other = torch.randperm(len(inputs))
        mixed = (1 - 0.1 * share) * inputs + 0.1 * share * inputs[other]
        return mixed + 0.05 * torch.randn_like(inputs), targets

    def optimizer_step(self, epoch, batch_idx, optimizer, optimizer_closure=None):
        warm = min(1.0, (self.trainer.global_step + 1) / 20)
        for group in optimizer.param_groups:
            group["lr"] = warm * self.lr
        optimizer.step(closure=optimizer_closure)
