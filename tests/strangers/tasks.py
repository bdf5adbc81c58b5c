"""Two tasks at once."""

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

import art


class Several(Dataset):
    def __init__(self, start, stop):
        x, y = load_breast_cancer(return_X_y=True)
        x = torch.tensor(x, dtype=torch.float32)
        x = (x - x.mean(0)) / x.std(0)
        self.x, self.y = x[start:stop, 1:], torch.tensor(y[start:stop])
        self.size = x[start:stop, 0]

    def __len__(self):
        return len(self.x)

    def __getitem__(self, i):
        return {"features": self.x[i], "kind": self.y[i], "size": self.size[i]}


@art.data("stranger.Several.v1")
class SeveralData(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(Several(0, 400), batch_size=40, shuffle=True)

    def val_dataloader(self):
        return DataLoader(Several(400, 569), batch_size=40)


@art.models("stranger.MultiTask.v1")
class MultiTask(pl.LightningModule):
    """Two tasks with learnt weights (Kendall and others 2018); outputs are a dict."""

    def __init__(self):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(29, 32), nn.ReLU())
        self.kind, self.size = nn.Linear(32, 2), nn.Linear(32, 1)
        self.log_vars = nn.Parameter(torch.zeros(2))

    def forward(self, x):
        hidden = self.trunk(x)
        return {"kind": self.kind(hidden), "size": self.size(hidden).squeeze(1)}

    def training_step(self, batch, batch_idx):
        said = self(batch["features"])
        losses = torch.stack(
            [F.cross_entropy(said["kind"], batch["kind"]), F.mse_loss(said["size"], batch["size"])]
        )
        loss = (losses * torch.exp(-self.log_vars) + self.log_vars).sum()
        self.log("loss/train", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        said = self(batch["features"])
        self.log("acc/val", (said["kind"].argmax(1) == batch["kind"]).float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=3e-3)
