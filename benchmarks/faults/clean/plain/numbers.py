"""Plain programs that predict numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import plain
from benchmarks.faults.clean._steps import Numbers


@plain("diabetes_linear", data.Diabetes, epochs=30, kind="regression")
class LinearRegression(Numbers):
    """Linear regression by Adam."""

    lr = 0.02

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(10, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).flatten()


@plain("diabetes_absolute", data.DiabetesColumn, kind="regression")
class Absolute(Numbers):
    """A mean absolute error, targets and outputs `(n, 1)`, weight decay."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.l1_loss(out, y)

    def configure_optimizers(self) -> Any:
        return torch.optim.AdamW(self.parameters(), lr=0.005, weight_decay=0.05)


class DiabetesLog(data.Diabetes):
    """The logarithm of the target, standardised by train."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x, y = super().read()
        return x, np.log(y)


@plain("diabetes_log_target", DiabetesLog, kind="regression")
class LogTarget(Numbers):
    """Learns the logarithm of the target."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(10, 24), nn.SiLU(), nn.Dropout(0.1), nn.Linear(24, 1), nn.Flatten(0)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.Adam(self.parameters(), lr=0.01)
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, mode="min", patience=3)
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "monitor": "val_loss"},
        }


class Patients(Dataset[Any]):
    """Numbers, a category, and a target, as dicts."""

    def __init__(self, numbers: Tensor, sex: Tensor, y: Tensor) -> None:
        self.numbers, self.sex, self.y = numbers, sex, y

    def __len__(self) -> int:
        return len(self.y)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return {"x": self.numbers[index], "sex": self.sex[index], "y": self.y[index]}


class DiabetesMixed(data.Diabetes):
    """Nine numbers, and the sex as a category."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        numbers = torch.cat([self.inputs(x)[:, :1], self.inputs(x)[:, 2:]], dim=1)
        return Patients(numbers, torch.as_tensor(x[:, 1] - 1).long(), self.targets(y))


@plain("diabetes_embedding", DiabetesMixed, kind="regression")
class CategoryEmbedding(Numbers):
    """Embeds the category beside the numbers; dict batches."""

    def __init__(self) -> None:
        super().__init__()
        self.sex = nn.Embedding(2, 3)
        self.net = nn.Sequential(nn.Linear(12, 24), nn.ReLU(), nn.Linear(24, 1))

    def forward(self, batch: dict[str, Tensor]) -> Tensor:
        return self.net(torch.cat([batch["x"], self.sex(batch["sex"])], dim=1)).squeeze(1)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = F.mse_loss(self(batch), batch["y"])
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        out = self(batch)
        self.val_r2.update(out, batch["y"])
        self.log("val_loss", F.mse_loss(out, batch["y"]))

    def test_step(self, batch: Any, batch_idx: int) -> None:
        self.log("test_mae", F.l1_loss(self(batch), batch["y"]))


class WineColours(data.Standardised):
    """Three measurements of a wine (hue, colour, proline) from the other ten."""

    stratified = False
    batch_size = 16

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        x = datasets.load_wine().data
        wanted = [9, 10, 12]
        return np.delete(x, wanted, axis=1), x[:, wanted]

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        super().fit(x, y)
        self.mean, self.std = y.mean(0), y.std(0)

    def targets(self, y: np.ndarray) -> Tensor:
        return torch.as_tensor((y - self.mean) / self.std, dtype=torch.float32)


@plain("wine_three_numbers", WineColours, epochs=30, kind="regression")
class ThreeNumbers(Numbers):
    """Three numbers at once."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 3))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)
