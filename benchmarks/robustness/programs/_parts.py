"""What the programs share: small data, a module to derive from, and a witness of how they end."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, Dataset, TensorDataset

import art

ROWS, FEATURES, CLASSES = 192, 8, 3


def table(rows: int = ROWS, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Inputs `(rows, 8)` and classes `(rows,)` that depend on them, with some noise."""
    drawn = torch.Generator().manual_seed(seed)
    inputs = torch.randn(rows, FEATURES, generator=drawn)
    noise = torch.randn(rows, CLASSES, generator=drawn)
    return inputs, (inputs[:, :CLASSES] + 0.3 * noise).argmax(1)


class Drawn(Dataset[Any]):
    """The table's rows, each drawn anew with torch, numpy and Python."""

    def __init__(self) -> None:
        self.inputs, self.targets = table()

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, index: int) -> Any:
        inputs = self.inputs[index] + 0.1 * torch.randn(self.inputs.shape[1])
        inputs = inputs + torch.from_numpy(np.random.normal(0, 0.1, len(inputs))).float()
        return inputs * random.uniform(0.9, 1.1), self.targets[index]


class Data(pl.LightningDataModule):
    """A user's own data module; a program changes `train_dataloader` alone."""

    batch_size = 16

    def train_dataloader(self) -> Any:
        return DataLoader(TensorDataset(*table()), self.batch_size, shuffle=True)

    def val_dataloader(self) -> Any:
        return DataLoader(TensorDataset(*table(64, seed=1)), 32)


class Module(pl.LightningModule):
    """A user's own module: dropout, BatchNorm and Adam."""

    def __init__(self, lr: float = 0.01) -> None:
        super().__init__()
        self.lr = lr
        self.network = nn.Sequential(
            nn.Linear(FEATURES, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.3),
            nn.Linear(16, CLASSES),
        )  # fmt: skip

    def forward(self, inputs: Tensor) -> Tensor:
        return self.network(inputs)

    def training_step(self, batch: Any, batch_idx: int) -> Any:
        inputs, targets = batch
        return cross_entropy(self(inputs), targets)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        inputs, targets = batch
        self.log("val_loss", cross_entropy(self(inputs), targets))

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), self.lr)


def digest(value: Any) -> Any:
    """A value as JSON can hold it: tensors and arrays by their bits."""
    if isinstance(value, Tensor):
        bits = value.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()
        return f"{value.dtype} {tuple(value.shape)} {hashlib.sha256(bits).hexdigest()[:16]}"
    if isinstance(value, np.ndarray | np.generic):
        return digest(torch.as_tensor(np.array(value)))
    if isinstance(value, Mapping):
        return {str(key): digest(item) for key, item in value.items()}
    if isinstance(value, list | tuple | deque):
        return [digest(item) for item in value]
    if isinstance(value, float):
        return value.hex()
    return value if isinstance(value, int | str | bool) or value is None else type(value).__name__


def state_of(trainer: pl.Trainer, module: pl.LightningModule) -> dict[str, Any]:
    """All that a run has come to: weights, optimizers, schedules, attributes, counts."""
    own = {
        name: digest(value)
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in vars(pl.LightningModule())
    }
    loop = getattr(module, "loop", None)
    return {
        "weights": digest(module.state_dict()),
        "trainable": {name: p.requires_grad for name, p in module.named_parameters()},
        "optimizers": [digest(optimizer.state_dict()) for optimizer in trainer.optimizers],
        "schedulers": [
            digest(config.scheduler.state_dict()) for config in trainer.lr_scheduler_configs
        ],
        "schedule": digest(loop.scheduler.state_dict()) if loop and loop.scheduler else None,
        "attributes": own,
        "steps": [trainer.global_step, loop.steps if loop else None, trainer.current_epoch],
        "logged": digest(dict(trainer.callback_metrics)),
    }


@art.callbacks("kills.Witness.v1")
class Witness(pl.Callback):
    """Counts the batches of all processes in a file, and writes down how training ended."""

    def on_train_batch_start(
        self, trainer: pl.Trainer, pl_module: pl.LightningModule, batch: Any, batch_idx: int
    ) -> None:
        count = len(batch) if hasattr(pl_module, "loop") else 1
        file = os.open(os.environ["KILLS_COUNT"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(file, f"{trainer.current_epoch} {batch_idx} {count}\n".encode())
        os.close(file)

    def on_train_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        found = json.dumps(state_of(trainer, pl_module), indent=1)
        path = Path(trainer.default_root_dir) / "witness.json"
        path.with_suffix(".new").write_text(found)
        path.with_suffix(".new").replace(path)
