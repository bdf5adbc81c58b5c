"""Hard programs: frozen on purpose, pretrained, fine-tuned, distilled, tied."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional, Objects
from benchmarks.faults.clean.hard import _pretrained as pretrained


@hard("frozen_backbone", data.Pixels, epochs=20)
class FrozenBackbone(Functional):
    """A pretrained encoder, frozen; a new head learns."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.backbone = pretrained.encoder()
        weights = pretrained.reconstructing()
        self.backbone.load_state_dict(
            {name[2:]: value for name, value in weights.items() if name.startswith("0.")}
        )
        self.backbone.requires_grad_(False)
        self.head = nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.backbone(x))


@hard("frozen_no_grad", data.Pixels, epochs=20)
class FrozenNoGrad(Objects):
    """A pretrained encoder in eval mode under no_grad; the optimizer owns the head alone."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        net = nn.Sequential(pretrained.encoder(), nn.Linear(32, 5))
        net.load_state_dict(pretrained.classifying())
        self.encoder = net[0].eval()
        for parameter in self.encoder.parameters():
            parameter.requires_grad = False
        self.classifier = nn.Linear(32, 10)

    def train(self, mode: bool = True) -> Any:
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            features = self.encoder(x)
        return self.classifier(features)

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.classifier.parameters(), lr=self.lr)


@hard("frozen_random_features", data.Pixels, contract={"frozen": ["project"]})
class RandomFeatures(Functional):
    """A random projection that is never trained, declared; a linear layer learns."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.project = nn.Linear(64, 256)
        nn.init.normal_(self.project.weight, std=0.3)
        self.project.requires_grad_(False)
        self.out = nn.Linear(256, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(torch.cos(self.project(x)))


@hard("fourier_buffer", data.Wine, epochs=30)
class FourierFeatures(Objects):
    """Random features in a buffer."""

    classes = 3
    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(3)
        self.register_buffer("directions", torch.randn(13, 96, generator=generator) * 0.15)
        self.out = nn.Linear(192, 3)

    def forward(self, x: Tensor) -> Tensor:
        angles = x @ self.directions
        return self.out(torch.cat([angles.cos(), angles.sin()], dim=1))


@hard("fine_tuned_new_head", data.Pixels, epochs=25)
class FineTuned(Functional):
    """A pretrained body, a new head that is not in the weights, a low rate for the body."""

    def __init__(self) -> None:
        super().__init__()
        self.body = pretrained.encoder()
        self.head = nn.Linear(32, 10)
        weights = {
            name.replace("0.", "body.", 1): value
            for name, value in pretrained.classifying().items()
            if name.startswith("0.")
        }
        missing, unexpected = self.load_state_dict(weights, strict=False)
        assert not unexpected and set(missing) == {"head.weight", "head.bias"}

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))

    def configure_optimizers(self) -> Any:
        groups = [
            {"params": self.body.parameters(), "lr": 3e-4},
            {"params": self.head.parameters(), "lr": 3e-3},
        ]
        return torch.optim.AdamW(groups)


@hard("fine_tuned_slowly", data.Pixels, epochs=15)
class FineTunedSlowly(Functional):
    """All of a trained classifier's weights, trained on at a tenth of the usual rate."""

    lr = 1e-4

    def __init__(self) -> None:
        super().__init__()
        self.net = pretrained.teacher()
        self.net.load_state_dict(pretrained.teaching())

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


@hard("distilled", data.Pixels, epochs=15)
class Distilled(Functional):
    """A small student learns of labels and of a frozen teacher."""

    def __init__(self) -> None:
        super().__init__()
        self.teacher = pretrained.teacher()
        self.teacher.load_state_dict(pretrained.teaching())
        self.teacher.requires_grad_(False)
        self.student = nn.Sequential(nn.Linear(64, 24), nn.ReLU(), nn.Linear(24, 10))

    def forward(self, x: Tensor) -> Tensor:
        return self.student(x)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        self.teacher.eval()
        with torch.no_grad():
            wanted = (self.teacher(x) / 2).softmax(1)
        out = self(x)
        soft = F.kl_div((out / 2).log_softmax(1), wanted, reduction="batchmean") * 4
        loss = 0.5 * F.cross_entropy(out, y) + 0.5 * soft
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.student.parameters(), lr=0.005)


@hard("tied_autoencoder", data.Pixels, epochs=15)
class Tied(Functional):
    """A classifier with a reconstruction by the transposed weights of its encoder."""

    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Linear(64, 32)
        self.bias = nn.Parameter(torch.zeros(64))
        self.out = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.out(torch.relu(self.encode(x)))

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch
        hidden = torch.relu(self.encode(x))
        again = F.linear(hidden, self.encode.weight.t(), self.bias)
        loss = F.cross_entropy(self.out(hidden), y) + 2.0 * F.mse_loss(again, x)
        self.log("train_loss", loss)
        return loss


@hard("same_block_thrice", data.Pixels, epochs=15)
class SharedBlock(Objects):
    """One residual block, gone through three times."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Linear(64, 48)
        self.block = nn.Sequential(nn.LayerNorm(48), nn.Linear(48, 48), nn.GELU())
        self.out = nn.Linear(48, 10)

    def forward(self, x: Tensor) -> Tensor:
        x = self.embed(x)
        for _ in range(3):
            x = x + self.block(x)
        return self.out(x)


@hard("batchnorm_frozen", data.Pixels, epochs=12)
class FrozenNorm(Functional):
    """BatchNorm that is held in eval mode with the statistics of its pretraining."""

    lr = 0.005

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Linear(64, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 10)
        )
        found = data.Pixels()
        found.setup()
        hidden = self.net[0](found.splits["train"].tensors[0]).detach()
        self.net[1].running_mean.copy_(hidden.mean(0))
        self.net[1].running_var.copy_(hidden.var(0))
        self.net[1].requires_grad_(False)

    def train(self, mode: bool = True) -> Any:
        super().train(mode)
        self.net[1].eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)
