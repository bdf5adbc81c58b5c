"""Plain programs on images of digits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm, weight_norm

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import plain
from benchmarks.faults.clean._steps import Functional, Objects


@plain("digits_mlp", data.Pixels, epochs=15)
class PixelNet(Objects):
    """Two hidden layers and dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(64, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 32), nn.ReLU(),
            nn.Linear(32, 10),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@plain("digits_cnn", data.Images, epochs=10)
class ConvNet(Functional):
    """Two convolutions, StepLR by epoch."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(12, 24, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        )  # fmt: skip
        self.classifier = nn.Linear(24 * 4, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).flatten(1))

    def configure_optimizers(self) -> Any:
        optimizer = super().configure_optimizers()
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 4, gamma=0.5)]


class Block(nn.Module):
    """A residual block."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


@plain("digits_resnet", data.Images, epochs=6)
class ResNet(Functional):
    """Residual blocks with BatchNorm and a mean over the image."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16))
        self.blocks = nn.Sequential(Block(16), nn.MaxPool2d(2), Block(16))
        self.fc = nn.Linear(16, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(self.blocks(F.relu(self.stem(x))).mean(dim=(2, 3)))

    def configure_optimizers(self) -> Any:
        optimizer = torch.optim.SGD(
            self.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=5e-4
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=6)
        return {"optimizer": optimizer, "lr_scheduler": schedule}


@plain("digits_group_norm", data.Images, epochs=8)
class GroupNormNet(Objects):
    """GroupNorm, SiLU, strides for pooling, orthogonal weights."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(1, 16, 3, padding=1), nn.GroupNorm(4, 16), nn.SiLU(),
            nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.GroupNorm(4, 32), nn.SiLU(),
            nn.Conv2d(32, 32, 3, stride=2, padding=1), nn.GroupNorm(4, 32), nn.SiLU(),
            nn.Flatten(), nn.Linear(128, 10),
        )  # fmt: skip
        for layer in self.net:
            if isinstance(layer, nn.Conv2d):
                nn.init.orthogonal_(layer.weight)
                nn.init.zeros_(layer.bias)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@plain("digits_depthwise", data.Images, epochs=12)
class Depthwise(Functional):
    """Depthwise separable convolutions, hardswish, an average over the image."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, 16, 3, padding=1)
        self.body = nn.Sequential(*self.separable(16, 32), nn.AvgPool2d(2), *self.separable(32, 48))
        self.out = nn.Linear(48, 10)

    @staticmethod
    def separable(inside: int, outside: int) -> list[nn.Module]:
        """One depthwise and one pointwise convolution."""
        return [
            nn.Conv2d(inside, inside, 3, padding=1, groups=inside),
            nn.Conv2d(inside, outside, 1),
            nn.BatchNorm2d(outside),
            nn.Hardswish(),
        ]

    def forward(self, x: Tensor) -> Tensor:
        x = F.hardswish(self.stem(x))
        return self.out(F.adaptive_avg_pool2d(self.body(x), 1).flatten(1))

    def configure_optimizers(self) -> Any:
        optimizer = super().configure_optimizers()
        return [optimizer], [torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 12)]


@plain("digits_weight_norm", data.Pixels, epochs=15)
class WeightNormNet(Functional):
    """Weight norm on every layer, SGD with momentum."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1 = weight_norm(nn.Linear(64, 48))
        self.fc2 = weight_norm(nn.Linear(48, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.leaky_relu(self.fc1(x), 0.1))

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=0.1, momentum=0.9)


@plain("digits_spectral_norm", data.Pixels, epochs=20)
class SpectralNormNet(Functional):
    """Spectral norm on the hidden layer."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.hidden = spectral_norm(nn.Linear(64, 64))
        self.out = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(F.relu(self.hidden(x)))


@plain("digits_nll", data.Pixels, epochs=15)
class LogProbabilities(Functional):
    """Log-probabilities and the negative log-likelihood."""

    def __init__(self) -> None:
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(64, 50), nn.Linear(50, 10)
        self.criterion = nn.NLLLoss()

    def forward(self, x: Tensor) -> Tensor:
        return F.log_softmax(self.fc2(F.relu(self.fc1(x))), dim=-1)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return self.criterion(out, y)


@plain("digits_layer_norm", data.Pixels, epochs=15)
class LayerNormNet(Objects):
    """LayerNorm, GELU, no weight decay on norms and biases, a warm-up by step."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(64, 64), nn.LayerNorm(64), nn.GELU(), nn.Dropout(0.1), nn.Linear(64, 10)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def configure_optimizers(self) -> Any:
        decay = [p for p in self.parameters() if p.ndim > 1]
        free = [p for p in self.parameters() if p.ndim <= 1]
        groups = [{"params": decay, "weight_decay": 0.01}, {"params": free, "weight_decay": 0.0}]
        optimizer = torch.optim.AdamW(groups, lr=0.005)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda step: min(1.0, (step + 1) / 30)
        )
        return [optimizer], [{"scheduler": schedule, "interval": "step"}]


class MultiHot(data.Pixels):
    """Targets as one-hot rows of floats."""

    def targets(self, y: Any) -> Tensor:
        return F.one_hot(torch.as_tensor(y), 10).float()


@plain("digits_one_hot", MultiHot, epochs=15, kind="")
class OneHotNet(Functional):
    """A binary cross-entropy on ten logits against one-hot rows."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(64, 48), nn.ReLU(), nn.Linear(48, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def loss(self, out: Tensor, y: Tensor) -> Tensor:
        return F.binary_cross_entropy_with_logits(out, y)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        out = self(x)
        self.log("val_loss", self.loss(out, y))
        self.log("val_acc", (out.argmax(1) == y.argmax(1)).float().mean())

    def test_step(self, batch: Any, batch_idx: int) -> None:
        x, y = batch
        self.log("test_acc", (self(x).argmax(1) == y.argmax(1)).float().mean())
