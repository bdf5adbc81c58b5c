"""A LightningModule with dict batches, a predict_step and a per-step schedule."""

import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class DigitsAsDicts(Dataset):
    def __init__(self, images, labels):
        self.images = images
        self.labels = labels

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, index):
        return {"image": self.images[index], "label": int(self.labels[index]), "id": index}


class DictData(pl.LightningDataModule):
    def __init__(self, batch_size: int = 32):
        super().__init__()
        self.batch_size = batch_size

    def setup(self, stage):
        from sklearn.datasets import load_digits

        digits = load_digits()
        images = torch.tensor(digits.images, dtype=torch.float32).unsqueeze(1) / 16
        if stage == "fit":
            self.train = DigitsAsDicts(images[:1200], digits.target[:1200])
            self.val = DigitsAsDicts(images[1200:1500], digits.target[1200:1500])
        if stage == "test":
            self.test = DigitsAsDicts(images[1500:], digits.target[1500:])

    def train_dataloader(self):
        return DataLoader(self.train, batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.val, batch_size=256)

    def test_dataloader(self):
        return DataLoader(self.test, batch_size=256)


class DictNet(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1),
            nn.BatchNorm2d(16),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(16 * 16, 10),
        )

    def forward(self, image):
        return self.body(image)

    def training_step(self, batch):
        loss = nn.functional.cross_entropy(self(batch["image"]), batch["label"])
        return {"loss": loss}

    def validation_step(self, batch):
        return nn.functional.cross_entropy(self(batch["image"]), batch["label"])

    def predict_step(self, batch):
        return self(batch["image"]).softmax(dim=-1)

    def configure_optimizers(self):
        optimizer = torch.optim.AdamW(self.parameters(), lr=3e-3)
        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }
