"""Self-supervised modules: samples of a batch meet each other on purpose."""

import copy

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

import art


def images(start, stop):
    x, y = load_digits(return_X_y=True)
    return torch.tensor(x[start:stop], dtype=torch.float32) / 16, torch.tensor(y[start:stop])


class Pairs(Dataset):
    """Two noisy views of each image, and its label, which nobody looks at."""

    def __init__(self, start, stop):
        self.x, self.y = images(start, stop)

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        def view():
            return self.x[i] + 0.1 * torch.randn(64)

        return (view(), view()), self.y[i]


@art.data("stranger.TwoViews.v1")
class TwoViews(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(Pairs(0, 640), batch_size=32, shuffle=True, drop_last=True)

    def val_dataloader(self):
        return DataLoader(Pairs(640, 896), batch_size=32, drop_last=True)


def mlp(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 64), nn.ReLU(), nn.Linear(64, outputs))


@art.models("stranger.SimCLR.v1")
class SimCLR(pl.LightningModule):
    def __init__(self, temperature: float = 0.2):
        super().__init__()
        self.temperature = temperature
        self.backbone, self.projection = mlp(64, 32), mlp(32, 16)

    def forward(self, x):
        return self.backbone(x)

    def info_nce(self, batch, mode):
        views, _ = batch
        feats = self.projection(self(torch.cat(views, dim=0)))
        cos_sim = F.cosine_similarity(feats[:, None, :], feats[None, :, :], dim=-1)
        self_mask = torch.eye(cos_sim.shape[0], dtype=torch.bool, device=cos_sim.device)
        cos_sim.masked_fill_(self_mask, -9e15)
        pos_mask = self_mask.roll(shifts=cos_sim.shape[0] // 2, dims=0)
        cos_sim = cos_sim / self.temperature
        nll = (-cos_sim[pos_mask] + torch.logsumexp(cos_sim, dim=-1)).mean()
        self.log(mode + "_loss", nll)
        return nll

    def training_step(self, batch, batch_idx):
        return self.info_nce(batch, "train")

    def validation_step(self, batch, batch_idx):
        self.info_nce(batch, "val")

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=1e-3, weight_decay=1e-4)
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
            optimizer, T_max=self.trainer.max_epochs, eta_min=1e-5
        )
        return [optimizer], [schedule]


@art.models("stranger.CLIP.v1")
class CLIP(pl.LightningModule):
    """The two views stand for a picture and its text."""

    def __init__(self):
        super().__init__()
        self.image_encoder, self.text_encoder = mlp(64, 16), mlp(64, 16)
        self.logit_scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, views):
        image, text = views
        image = F.normalize(self.image_encoder(image), dim=-1)
        text = F.normalize(self.text_encoder(text), dim=-1)
        return self.logit_scale.exp() * image @ text.t()

    def training_step(self, batch, batch_idx):
        logits = self(batch[0])
        labels = torch.arange(len(logits), device=logits.device)
        loss = (F.cross_entropy(logits, labels) + F.cross_entropy(logits.t(), labels)) / 2
        self.log("train_loss", loss, batch_size=len(logits))
        return loss

    def validation_step(self, batch, batch_idx):
        logits = self(batch[0])
        labels = torch.arange(len(logits), device=logits.device)
        self.log("val_loss", F.cross_entropy(logits, labels))
        self.log("val_acc", (logits.argmax(1) == labels).float().mean())

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=1e-3)


@art.models("stranger.BYOL.v1")
class BYOL(pl.LightningModule):
    """The teacher is a frozen copy that follows slowly."""

    def __init__(self, tau: float = 0.99):
        super().__init__()
        self.tau = tau
        self.online, self.predictor = mlp(64, 16), mlp(16, 16)
        self.target = copy.deepcopy(self.online)
        for p in self.target.parameters():
            p.requires_grad = False

    def forward(self, x):
        return self.online(x)

    def loss(self, one, two):
        said = F.normalize(self.predictor(self.online(one)), dim=-1)
        with torch.no_grad():
            true = F.normalize(self.target(two), dim=-1)
        return 2 - 2 * (said * true).sum(-1).mean()

    def training_step(self, batch, batch_idx):
        (one, two), _ = batch
        loss = self.loss(one, two) + self.loss(two, one)
        self.log("train_loss", loss)
        return loss

    def on_train_batch_end(self, outputs, batch, batch_idx):
        for slow, fast in zip(self.target.parameters(), self.online.parameters(), strict=True):
            slow.data = self.tau * slow.data + (1 - self.tau) * fast.data

    def validation_step(self, batch, batch_idx):
        (one, two), _ = batch
        self.log("val_loss", self.loss(one, two))

    def configure_optimizers(self):
        wanted = [p for p in self.parameters() if p.requires_grad]
        return torch.optim.SGD(wanted, lr=0.05, momentum=0.9)


@art.models("stranger.MoCo.v1")
class MoCo(pl.LightningModule):
    """A queue of negatives that is empty at first: the more there are, the higher the loss."""

    def __init__(self, size: int = 512):
        super().__init__()
        self.encoder_q, self.encoder_k = mlp(64, 16), mlp(64, 16)
        self.encoder_k.load_state_dict(self.encoder_q.state_dict())
        for p in self.encoder_k.parameters():
            p.requires_grad = False
        self.size = size
        self.queue = []

    def training_step(self, batch, batch_idx):
        (one, two), _ = batch
        with torch.no_grad():
            pairs = zip(self.encoder_k.parameters(), self.encoder_q.parameters(), strict=True)
            for slow, fast in pairs:
                slow.mul_(0.99).add_(fast, alpha=0.01)
            keys = F.normalize(self.encoder_k(two), dim=1)
        queries = F.normalize(self.encoder_q(one), dim=1)
        positive = (queries * keys).sum(1, keepdim=True)
        negatives = torch.cat([*self.queue, keys.roll(1, 0)])
        logits = torch.cat([positive, queries @ negatives.t()], dim=1) / 0.2
        loss = F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))
        self.queue.append(keys)
        self.queue = self.queue[-(self.size // len(keys)) :]
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.03, momentum=0.9, weight_decay=1e-4)


@art.models("stranger.Barlow.v1")
class Barlow(pl.LightningModule):
    """The correlation of two views, over the batch, must be the identity: a sum over pairs."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 16)
        )

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        (one, two), _ = batch
        one, two = self.net(one), self.net(two)
        one, two = (one - one.mean(0)) / one.std(0), (two - two.mean(0)) / two.std(0)
        corr = one.T @ two / len(one)
        on = (torch.diagonal(corr) - 1).pow(2).sum()
        off = corr.pow(2).sum() - torch.diagonal(corr).pow(2).sum()
        self.log("loss", on + 0.01 * off)
        return on + 0.01 * off

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-3)
