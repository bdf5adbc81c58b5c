"""A text classifier as those of Hugging Face are."""

from dataclasses import dataclass

import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset

import art

VOCAB = 24


class Documents(Dataset):
    def __init__(self, size, seed):
        g = torch.Generator().manual_seed(seed)
        self.labels = torch.randint(0, 2, (size,), generator=g)
        self.ids = torch.randint(12, VOCAB, (size, 12), generator=g)
        place = torch.rand((size, 12), generator=g).argsort(1)[:, :3]
        words = 1 + self.labels[:, None] * 5 + torch.randint(0, 5, (size, 3), generator=g)
        self.ids.scatter_(1, place, words)
        self.mask = (torch.arange(12) < torch.randint(9, 13, (size, 1), generator=g)).long()

    def __len__(self):
        return len(self.labels)

    def __getitem__(self, i):
        return {
            "input_ids": self.ids[i] * self.mask[i],
            "attention_mask": self.mask[i],
            "labels": self.labels[i],
        }


@art.data("stranger.Documents.v1")
class DocumentData(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(Documents(300, 0), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(Documents(100, 1), batch_size=32)


@dataclass
class Output:
    loss: torch.Tensor
    logits: torch.Tensor


class HubModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.embeddings = nn.Embedding(VOCAB, 32)
        self.layer = nn.TransformerEncoderLayer(32, 4, 64, 0.1, batch_first=True)
        self.pooler = nn.Sequential(nn.Linear(32, 32), nn.Tanh())
        self.classifier = nn.Linear(32, 2)

    def forward(self, input_ids=None, attention_mask=None, labels=None):
        hidden = self.layer(self.embeddings(input_ids), src_key_padding_mask=attention_mask == 0)
        mask = attention_mask[..., None].to(hidden.dtype)
        logits = self.classifier(self.pooler((hidden * mask).sum(1) / mask.sum(1)))
        return Output(F.cross_entropy(logits, labels) if labels is not None else None, logits)


@art.models("stranger.Hub.v1")
class Hub(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.model = HubModel()

    def forward(self, **inputs):
        return self.model(**inputs)

    def training_step(self, batch, batch_idx):
        outputs = self(**batch)
        return outputs[0] if isinstance(outputs, tuple) else outputs.loss

    def validation_step(self, batch, batch_idx):
        outputs = self(**batch)
        preds = torch.argmax(outputs.logits, axis=1)
        self.log("val_loss", outputs.loss)
        self.log("accuracy", (preds == batch["labels"]).float().mean())

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=3e-3, eps=1e-8)
