"""Plain programs that tell classes by a table."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import plain
from benchmarks.faults.clean._steps import Functional, Objects


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


@plain("cancer_logistic", data.CancerFloat, epochs=30, kind="")
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


@plain("cancer_probability", data.CancerFloat, kind="")
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
