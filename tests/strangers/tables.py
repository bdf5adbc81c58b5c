"""Tables, targets in raw units, several inputs and several tasks."""

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_breast_cancer, load_diabetes
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset, random_split

import art


@art.data("stranger.Cancer.v1")
class Cancer(pl.LightningDataModule):
    def prepare_data(self):
        load_breast_cancer()

    def setup(self, stage=None):
        x, y = load_breast_cancer(return_X_y=True)
        x = torch.tensor(x, dtype=torch.float32)
        order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
        x, y = x[order], torch.tensor(y)[order]
        x = (x - x[:400].mean(0)) / x[:400].std(0)
        self.train_set, self.val_set = (
            TensorDataset(x[:400], y[:400]),
            TensorDataset(x[400:], y[400:]),
        )

    def train_dataloader(self):
        return DataLoader(self.train_set, batch_size=40, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.val_set, batch_size=40)


@art.models("stranger.OneLogit.v1")
class OneLogit(pl.LightningModule):
    """It seeds itself, has a layer left over, and asks its Trainer for much."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1234)
        self.net = nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 1))
        self.old_head = nn.Linear(32, 5)

    def forward(self, x):
        return self.net(x).squeeze(-1)

    def training_step(self, batch, batch_idx):
        x, y = batch
        assert self.trainer.max_epochs >= 1 and self.trainer.num_training_batches >= 1
        assert self.trainer.datamodule is not None and self.trainer.is_last_batch in (True, False)
        warm = min(1.0, (self.global_step + 1) / 5)
        loss = F.binary_cross_entropy_with_logits(self(x), y.float())
        self.log("train_loss", loss, on_epoch=True, on_step=True)
        self.log("progress", self.current_epoch / self.trainer.max_epochs * warm)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        logits = self(x)
        self.log("val_loss", F.binary_cross_entropy_with_logits(logits, y.float()))
        self.log("val_acc", ((logits > 0) == y.bool()).float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=5e-3)


@art.models("stranger.OwnSplit.v1")
class OwnSplit(pl.LightningModule):
    """Owns its loaders and splits the validation part off itself; built in configure_model."""

    def __init__(self, hidden: int = 32):
        super().__init__()
        self.hidden = hidden
        self.net = None

    def configure_model(self):
        if self.net is None:
            self.net = nn.Sequential(
                nn.Linear(30, self.hidden), nn.ReLU(), nn.Linear(self.hidden, 2)
            )

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        cut = len(x) * 4 // 5
        loss = F.cross_entropy(self(x[:cut]), y[:cut])
        with torch.no_grad():
            self.log("held_loss", F.cross_entropy(self(x[cut:]), y[cut:]))
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        cut = len(x) * 4 // 5
        self.log("val_loss", F.cross_entropy(self(x[cut:]), y[cut:]))

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


@art.data("stranger.Diabetes.v1")
class Diabetes(pl.LightningDataModule):
    """Targets in raw units, 25 to 346, and no test split."""

    def setup(self, stage=None):
        x, y = load_diabetes(return_X_y=True)
        whole = TensorDataset(
            torch.tensor(x, dtype=torch.float32) * 20, torch.tensor(y, dtype=torch.float32)
        )
        self.parts = random_split(whole, [342, 100], torch.Generator().manual_seed(0))

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=38, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=50)


@art.models("stranger.RawUnits.v1")
class RawUnits(pl.LightningModule):
    """Scales the targets in its step, and scales back what it predicts."""

    def __init__(self, mean: float = 152.0, std: float = 77.0):
        super().__init__()
        self.mean, self.std = mean, std
        self.net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        return self.net(x)[:, 0] * self.std + self.mean

    def step(self, batch, name):
        x, y = batch
        said = self.net(x)[:, 0]
        loss = F.mse_loss(said, (y - self.mean) / self.std)
        self.log(f"{name}_loss", loss)
        self.log(f"{name}_mae", (said * self.std + self.mean - y).abs().mean())
        return loss

    def training_step(self, batch, batch_idx):
        return self.step(batch, "train")

    def validation_step(self, batch, batch_idx):
        self.step(batch, "val")

    def configure_optimizers(self):
        optimizer = torch.optim.Adam(self.parameters(), lr=3e-3)
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 10, 0.5)]


@art.data("stranger.Pairs.v1")
class PairData(Diabetes):
    """Batches of ((a, b), y)."""

    def setup(self, stage=None):
        super().setup(stage)

        def make(part):
            return [((x[:4], x[4:]), y / 100) for x, y in part]

        self.parts = [make(part) for part in self.parts]


@art.models("stranger.Pair.v1")
class Pair(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(4, 16), nn.Linear(6, 16)
        self.head = nn.Linear(32, 1)

    def forward(self, a, b):
        return self.head(torch.relu(torch.cat([self.left(a), self.right(b)], 1)))[:, 0]

    def training_step(self, batch, batch_idx):
        (a, b), y = batch
        return F.mse_loss(self(a, b), y)

    def validation_step(self, batch, batch_idx):
        (a, b), y = batch
        self.log("val_mse", F.mse_loss(self(a, b), y))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=3e-3)


@art.models("stranger.Distilled.v1")
class Distilled(pl.LightningModule):
    """A teacher that is trained in setup and hidden in a list; the student learns from both."""

    def __init__(self, temperature: float = 2.0):
        super().__init__()
        self.t = temperature
        self.student = nn.Sequential(nn.Linear(30, 8), nn.ReLU(), nn.Linear(8, 2))
        self.teacher = nn.Sequential(nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 2))

    def setup(self, stage):
        if stage != "fit":
            return
        x, y = next(iter(DataLoader(self.trainer.datamodule.train_set, batch_size=400)))
        optimizer = torch.optim.Adam(self.teacher.parameters(), lr=0.01)
        for _ in range(30):
            optimizer.zero_grad()
            F.cross_entropy(self.teacher(x), y).backward()
            optimizer.step()
        self.teacher.requires_grad_(False).eval()

    def forward(self, x):
        return self.student(x)

    def training_step(self, batch, batch_idx):
        x, y = batch
        said = self(x)
        with torch.no_grad():
            soft = F.softmax(self.teacher(x) / self.t, 1)
        kd = F.kl_div(F.log_softmax(said / self.t, 1), soft, reduction="batchmean") * self.t**2
        loss = 0.5 * F.cross_entropy(said, y) + 0.5 * kd
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_acc", (self(x).argmax(1) == y).float().mean())

    def configure_optimizers(self):
        return torch.optim.Adam(self.student.parameters(), lr=5e-3)
