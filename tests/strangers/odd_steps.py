"""Steps that look wrong and are not."""

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


def digits(start, stop):
    x, y = load_digits(return_X_y=True)
    return TensorDataset(torch.tensor(x[start:stop]).float() / 16, torch.tensor(y[start:stop]))


@art.data("stranger.FlatSteps.v1")
class Flat(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(digits(0, 640), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(digits(640, 896), batch_size=64)


class Net(pl.LightningModule):
    rate = 2e-3

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 48), nn.ReLU())
        self.head = nn.Linear(48, 10)

    def forward(self, x):
        return self.head(self.body(x))

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.rate)


@art.models("stranger.Sharpness.v1")
class Sharpness(Net):
    """Sharpness-aware steps: two backward passes, of which the second one counts."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, batch_idx):
        x, y = batch
        optimizer = self.optimizers()
        loss = F.cross_entropy(self(x), y)
        self.manual_backward(loss)
        moves = []
        norm = torch.stack([p.grad.norm() for p in self.parameters()]).norm()
        with torch.no_grad():
            for p in self.parameters():
                moves.append(0.05 * p.grad / (norm + 1e-12))
                p.add_(moves[-1])
        optimizer.zero_grad()
        self.manual_backward(F.cross_entropy(self(x), y))
        with torch.no_grad():
            for p, move in zip(self.parameters(), moves, strict=True):
                p.sub_(move)
        optimizer.step()
        optimizer.zero_grad()
        self.log("train_loss", loss)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9)


@art.models("stranger.Attacked.v1")
class Attacked(Net):
    """Adversarial training: the gradient of the attack is thrown away on purpose."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, batch_idx):
        x, y = batch
        optimizer = self.optimizers()
        x = x.clone().requires_grad_()
        F.cross_entropy(self(x), y).backward()
        attacked = (x + 0.05 * x.grad.sign()).detach()
        optimizer.zero_grad()
        loss = F.cross_entropy(self(attacked), y)
        self.manual_backward(loss)
        optimizer.step()
        self.log("train_loss", loss)


@art.models("stranger.Saturating.v1")
class Saturating(pl.LightningModule):
    """The first GAN of all: the generator maximises the critic's own loss."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False
        self.g = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64))
        self.d = nn.Sequential(nn.Linear(64, 64), nn.LeakyReLU(0.2), nn.Linear(64, 1))

    def training_step(self, batch, batch_idx):
        x, _ = batch
        opt_g, opt_d = self.optimizers()
        fake = self.g(torch.randn(len(x), 8))
        zeros, ones = torch.zeros(len(x), 1), torch.ones(len(x), 1)
        g_loss = -F.binary_cross_entropy_with_logits(self.d(fake), zeros)
        opt_g.zero_grad()
        self.manual_backward(g_loss)
        opt_g.step()
        d_loss = F.binary_cross_entropy_with_logits(self.d(fake.detach()), zeros)
        d_loss = d_loss + F.binary_cross_entropy_with_logits(self.d(x), ones)
        opt_d.zero_grad()
        self.manual_backward(d_loss)
        opt_d.step()
        self.log("train_loss", g_loss + d_loss)

    def configure_optimizers(self):
        return [torch.optim.Adam(net.parameters(), lr=2e-4) for net in (self.g, self.d)]


@art.models("stranger.Frozen.v1")
class Frozen(Net):
    """Only the head is given to the optimizer; the body was pretrained, and is always the same."""

    def __init__(self):
        super().__init__()
        trained = torch.Generator().manual_seed(7)
        weights = {
            k: torch.randn(v.shape, generator=trained) / 8
            for k, v in self.body.state_dict().items()
        }
        self.body.load_state_dict(weights)

    def configure_optimizers(self):
        return torch.optim.Adam(self.head.parameters(), lr=5e-3)


@art.models("stranger.LateTerm.v1")
class LateTerm(Net):
    """A second head that is trained in the second half of the training alone."""

    def __init__(self):
        super().__init__()
        self.odd = nn.Linear(48, 2)

    def training_step(self, batch, batch_idx):
        x, y = batch
        hidden = self.body(x)
        late = float(self.current_epoch >= self.trainer.max_epochs / 2)
        loss = F.cross_entropy(self.head(hidden), y) + late * F.cross_entropy(
            self.odd(hidden), y % 2
        )
        self.log("train_loss", loss)
        return loss


@art.models("stranger.Experts.v1")
class Experts(Net):
    """A sparse mixture: an expert sees the samples that choose it, and some batches choose few."""

    def __init__(self):
        super().__init__()
        self.gate = nn.Linear(64, 4)
        self.experts = nn.ModuleList([nn.Linear(64, 48) for _ in range(4)])

    def forward(self, x):
        weight, chosen = self.gate(x).softmax(1).max(1)
        hidden = x.new_zeros(len(x), 48)
        for number, expert in enumerate(self.experts):
            mine = chosen == number
            hidden[mine] = torch.relu(expert(x[mine])) * weight[mine, None]
        return self.head(hidden + self.body(x))
