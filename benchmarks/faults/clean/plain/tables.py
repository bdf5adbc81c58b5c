"""Plain programs on tables: classes and numbers."""

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
from benchmarks.faults.clean._steps import Functional, Numbers, Objects


@plain("iris_mlp", data.Iris, epochs=40)
class IrisNet(Functional):
    """Two hidden layers."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 16), nn.ReLU(), nn.Linear(16, 3)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@plain("wine_one_cycle", data.Wine, epochs=30)
class WineNet(Functional):
    """A one-cycle schedule, stepped by batch."""

    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Linear(13, 32)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(32, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(self.drop(torch.tanh(self.hidden(x))))

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(self.parameters(), lr=0.05, momentum=0.9)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=0.1, total_steps=self.trainer.estimated_stepping_batches
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}


@plain("cancer_batchnorm", data.Cancer)
class CancerBatchNorm(Objects):
    """BatchNorm after each hidden layer."""

    classes = 2

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.bn1 = nn.Linear(30, 32, bias=False), nn.BatchNorm1d(32)
        self.fc2, self.bn2 = nn.Linear(32, 16, bias=False), nn.BatchNorm1d(16)
        self.out = nn.Linear(16, 2)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.bn1(self.fc1(x)))
        x = F.relu(self.bn2(self.fc2(x)))
        return self.out(x)


@plain("cancer_logistic", data.CancerFloat, epochs=30)
class Logistic(Functional):
    """Logistic regression: one linear layer, one logit."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(30, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.linear(x).squeeze(-1)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(out, y)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.log("val_loss", self.loss(out, y))
        self.log("val_acc", ((out > 0).float() == y).float().mean())

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_acc", ((self(x) > 0).float() == y).float().mean())


@plain("cancer_two_logits_weighted", data.Cancer)
class Weighted(Functional):
    """Class weights of the training split in the cross-entropy."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(30, 24), nn.ELU(), nn.Dropout(0.2), nn.Linear(24, 2))
        self.register_buffer("weight", torch.tensor([1.34, 0.80]))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.cross_entropy(out, y, weight=self.weight)


@plain("cancer_probability", data.CancerFloat)
class Probability(Functional):
    """A sigmoid in forward and the loss that takes probabilities."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.body(x)).squeeze(1)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.binary_cross_entropy(out, y)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.log("val_loss", self.loss(out, y))
        self.log("val_acc", ((out > 0.5) == (y > 0.5)).float().mean())

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_acc", ((self(x) > 0.5) == (y > 0.5)).float().mean())


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
