"""Manual optimization: two optimizers as in a GAN, gradients of two batches summed up by hand."""

import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits as bce

import art
from benchmarks.robustness.programs._parts import FEATURES, Data, Module

art.data("adversarial.v1")(Data)


@art.models("adversarial.v1")
class Adversarial(Module):
    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.generator = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, FEATURES))
        self.critic = nn.Sequential(
            nn.Linear(FEATURES, 16), nn.LeakyReLU(0.2), nn.Dropout(0.2), nn.Linear(16, 1)
        )
        self.seen = 0

    def training_step(self, batch, batch_idx):
        inputs, _ = batch
        makes, judges = self.optimizers()
        fake = self.generator(torch.randn(len(inputs), 4))
        ones, zeros = torch.ones(len(inputs), 1), torch.zeros(len(inputs), 1)
        d_loss = bce(self.critic(inputs), ones) + bce(self.critic(fake.detach()), zeros)
        self.manual_backward(d_loss / 2)
        self.seen += 1
        if self.seen % 2 == 0:
            judges.step()
            judges.zero_grad()
        self.toggle_optimizer(makes)
        g_loss = bce(self.critic(fake), ones)
        self.manual_backward(g_loss / 2)
        self.untoggle_optimizer(makes)
        if self.seen % 2 == 0:
            makes.step()
            makes.zero_grad()
        self.log_dict({"d_loss": d_loss, "g_loss": g_loss}, on_step=True, on_epoch=True)

    def on_train_epoch_end(self):
        for schedule in self.lr_schedulers():
            schedule.step()

    def validation_step(self, batch, batch_idx):
        self.log("val_loss", bce(self.critic(batch[0]), torch.ones(len(batch[0]), 1)))

    def configure_optimizers(self):
        makes = torch.optim.Adam(self.generator.parameters(), 0.002, betas=(0.5, 0.9))
        judges = torch.optim.SGD(self.critic.parameters(), 0.01, momentum=0.9)
        schedules = [torch.optim.lr_scheduler.ExponentialLR(o, 0.9) for o in (makes, judges)]
        return [makes, judges], schedules
