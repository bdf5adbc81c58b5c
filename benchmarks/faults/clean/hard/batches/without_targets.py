"""Hard programs: batches that hold no targets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset, TensorDataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._data import Items
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Steps
from benchmarks.faults.clean.hard.losses import mlp


class Unlabelled(data.Pixels):
    """Pixels alone: a batch is a tensor."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return Items(self.inputs(x))


@hard("tensor_alone", Unlabelled, epochs=8, kind="")
class Compressing(Steps):
    """An autoencoder whose batches are a tensor."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = mlp(64, 48, 16), mlp(16, 48, 64)

    def forward(self, x: Tensor) -> Tensor:
        return self.decoder(self.encoder(x))

    def step(self, batch: Any) -> Tensor:
        return F.mse_loss(self(batch), batch)


class OnlyOne(data.Pixels):
    """Pixels alone: a batch is `[pixels]`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return TensorDataset(self.inputs(x))


@hard("list_of_one", OnlyOne, epochs=8, kind="")
class Variational(Steps):
    """A variational autoencoder; a batch is `[x]`."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder, self.decoder = mlp(64, 64, 16), mlp(8, 64, 64)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        drawn = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decoder(drawn), mean, log_variance

    def step(self, batch: Any) -> Tensor:
        (x,) = batch
        logits, mean, log_variance = self(x)
        missed = F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)
        divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1)
        return (missed + divergence).mean()


class Named(data.Pixels):
    """Pixels alone, under a name of their own."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return Items([{"pixels": row, "index": i} for i, row in enumerate(self.inputs(x))])


@hard("diffusion", Named, epochs=10, kind="")
class Denoising(Steps):
    """Tells the noise that was added at a random time."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(65, 128, 64)

    def forward(self, noisy: Tensor, time: Tensor) -> Tensor:
        return self.net(torch.cat([noisy, time], dim=1))

    def step(self, batch: Any) -> Tensor:
        x = 2 * batch["pixels"] - 1
        time, noise = torch.rand(len(x), 1), torch.randn_like(x)
        noisy = (1 - time).sqrt() * x + time.sqrt() * noise
        return F.mse_loss(self(noisy, time), noise)


class Tokens(data.Pixels):
    """The rows of the digits as sequences of tokens 1..17; a batch is a tensor."""

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor(x[:, 2:5]).flatten(1).long() + 1

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return Items(self.inputs(x))


@hard("tokens_alone", Tokens, epochs=6, kind="")
class Next(Steps):
    """Predicts the next token."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(18, 16)
        self.net = nn.GRU(16, 32, batch_first=True)
        self.head = nn.Linear(32, 18)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.head(self.net(self.embed(tokens))[0])

    def step(self, batch: Any) -> Tensor:
        logits = self(batch[:, :-1])
        return F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())


class TwoViews(data.Images):
    """Each item is two views of an image, drawn anew."""

    class Views(Dataset[Any]):
        def __init__(self, images: Tensor) -> None:
            self.images = images

        def __len__(self) -> int:
            return len(self.images)

        def view(self, image: Tensor) -> Tensor:
            """Moved by up to a pixel, and noisy."""
            up, left = torch.randint(-1, 2, (2,)).tolist()
            return image.roll((up, left), (1, 2)) + 0.1 * torch.randn_like(image)

        def __getitem__(self, index: int) -> Any:
            return self.view(self.images[index]), self.view(self.images[index])

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return self.Views(self.inputs(x))


@hard("two_views", TwoViews, epochs=8, contract={"coupled": True}, kind="")
class Contrastive(Steps):
    """Two views of an image are to be alike, and those of others not."""

    def __init__(self) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Flatten(), mlp(64, 64, 16))

    def forward(self, x: Tensor) -> Tensor:
        return F.normalize(self.net(x), dim=1)

    def step(self, batch: Any) -> Tensor:
        one, other = batch
        return F.cross_entropy(self(one) @ self(other).T / 0.2, torch.arange(len(one)))


@hard("adversarial", OnlyOne, epochs=5, kind="")
class Adversarial(pl.LightningModule):
    """Two networks against each other, optimized by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.automatic_optimization = False
        self.generator = nn.Sequential(mlp(8, 64, 64), nn.Sigmoid())
        self.critic = mlp(64, 64, 1)

    def forward(self, noise: Tensor) -> Tensor:
        return self.generator(noise)

    def judged(self, x: Tensor, real: bool) -> Tensor:
        """The critic's loss on samples that are real or made."""
        said = self.critic(x)
        return F.binary_cross_entropy_with_logits(said, torch.full_like(said, float(real)))

    def training_step(self, batch: Any, batch_idx: int) -> None:
        (x,) = batch
        first, second = self.optimizers()
        made = self(torch.randn(len(x), 8))
        critic_loss = self.judged(x, True) + self.judged(made.detach(), False)
        second.zero_grad()
        self.manual_backward(critic_loss)
        second.step()
        generator_loss = self.judged(made, True)
        first.zero_grad()
        self.manual_backward(generator_loss)
        first.step()
        self.log_dict({"g_loss": generator_loss, "d_loss": critic_loss}, prog_bar=True)

    def configure_optimizers(self) -> Any:
        make = {"lr": 0.001, "betas": (0.5, 0.999)}
        return [
            torch.optim.Adam(self.generator.parameters(), **make),
            torch.optim.Adam(self.critic.parameters(), **make),
        ], []
