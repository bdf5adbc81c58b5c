"""Masks, boxes, domains and metrics on pictures."""

import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

import art


def discs(count, seed):
    g = torch.Generator().manual_seed(seed)
    grid = torch.stack(torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij"))
    centre = 4 + 8 * torch.rand(count, 2, 1, 1, generator=g)
    radius = 2 + 2 * torch.rand(count, 1, 1, generator=g)
    masks = (((grid - centre) ** 2).sum(1).sqrt() < radius).float()[:, None]
    pictures = (0.4 * masks + 0.2 * torch.rand(count, 1, 16, 16, generator=g)).repeat(1, 3, 1, 1)
    boxes = torch.cat([centre[:, :, 0, 0] - radius[:, 0], centre[:, :, 0, 0] + radius[:, 0]], 1)
    return pictures, masks, boxes


class Masks(Dataset):
    def __init__(self, count, seed):
        self.images, self.masks, _ = discs(count, seed)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return {"image": self.images[i], "mask": self.masks[i]}


@art.data("stranger.Masks.v1")
class MaskData(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(Masks(96, 0), batch_size=8, shuffle=True)

    def val_dataloader(self):
        return DataLoader(Masks(24, 1), batch_size=8)


@art.models("stranger.Segmenter.v1")
class Segmenter(pl.LightningModule):
    """A dice loss by hand and BCE on one logit a pixel; scores gathered over the epoch."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.full((1, 3, 1, 1), 0.2))
        self.model = nn.Sequential(
            nn.Conv2d(3, 12, 5, padding=2),
            nn.BatchNorm2d(12),
            nn.ReLU(),
            nn.Conv2d(12, 1, 5, padding=2),
        )
        self.validation_step_outputs = []

    def forward(self, image):
        return self.model((image - self.mean) / 0.2)

    def shared_step(self, batch, stage):
        mask = batch["mask"]
        logits = self(batch["image"])
        chance = logits.sigmoid()
        dice = 1 - (2 * (chance * mask).sum() + 1) / (chance.sum() + mask.sum() + 1)
        loss = dice + F.binary_cross_entropy_with_logits(logits, mask)
        hit = (chance > 0.5) == (mask > 0.5)
        return {"loss": loss, "correct": hit.sum(), "count": hit.numel()}

    def training_step(self, batch, batch_idx):
        return self.shared_step(batch, "train")

    def validation_step(self, batch, batch_idx):
        info = self.shared_step(batch, "valid")
        self.validation_step_outputs.append(info)

    def on_validation_epoch_end(self):
        correct = sum(x["correct"] for x in self.validation_step_outputs)
        self.log("valid_accuracy", correct / sum(x["count"] for x in self.validation_step_outputs))
        self.log("valid_loss", sum(x["loss"] for x in self.validation_step_outputs) / 3)
        self.validation_step_outputs.clear()

    def configure_optimizers(self):
        optimizer = torch.optim.Adam(self.parameters(), lr=2e-3)
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", patience=2)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "monitor": "valid_loss"},
        }


class Boxes(Dataset):
    def __init__(self, count, seed):
        self.images, _, self.boxes = discs(count, seed)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i], {"boxes": self.boxes[i : i + 1], "labels": torch.tensor([1])}


def together(batch):
    return tuple(zip(*batch, strict=True))


@art.data("stranger.Boxes.v1")
class BoxData(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(Boxes(96, 0), batch_size=8, shuffle=True, collate_fn=together)

    def val_dataloader(self):
        return DataLoader(Boxes(24, 1), batch_size=8, collate_fn=together)


@art.models("stranger.Detector.v1")
class Detector(pl.LightningModule):
    """Lists in; a dict of losses in training, a list of dicts else."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.Flatten(), nn.Linear(392, 32)
        )
        self.box, self.score = nn.Linear(32, 4), nn.Linear(32, 2)

    def forward(self, images, targets=None):
        features = torch.relu(self.body(torch.stack(list(images))))
        boxes, scores = 16 * self.box(features).sigmoid(), self.score(features)
        if targets is None:
            return [{"boxes": b[None], "scores": s[1:]} for b, s in zip(boxes, scores, strict=True)]
        true = torch.cat([t["boxes"] for t in targets])
        labels = torch.cat([t["labels"] for t in targets])
        return {
            "loss_box": F.smooth_l1_loss(boxes / 16, true / 16),
            "loss_class": F.cross_entropy(scores, labels),
        }

    def training_step(self, batch, batch_idx):
        images, targets = batch
        losses = self(images, targets)
        total = sum(losses.values())
        self.log_dict(losses, batch_size=len(images))
        return {"loss": total, "log": losses}

    def validation_step(self, batch, batch_idx):
        images, targets = batch
        said = self(images)
        error = torch.stack(
            [(s["boxes"] - t["boxes"]).abs().mean() for s, t in zip(said, targets, strict=True)]
        ).mean()
        self.log("val_box_error", error, batch_size=len(images))

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.05, momentum=0.9)
