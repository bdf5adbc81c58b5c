"""Programs that train without an error: sound ones, and ones with a mistake of one line each."""

import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


def _wine():
    from sklearn.datasets import load_wine

    x, y = load_wine(return_X_y=True)
    x = torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    return x[order], torch.tensor(y)[order]


class Data(pl.LightningDataModule):
    floats = False

    def setup(self, stage=None):
        x, y = _wine()
        y = y.float() if self.floats else y
        self.parts = [TensorDataset(x[a:b], y[a:b]) for a, b in ((0, 120), (120, 150), (150, 178))]

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=24, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=24)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=24)


@art.data("probed.Classes.v1")
class Classes(Data):
    """Class indices."""


@art.data("probed.Numbers.v1")
class Numbers(Data):
    """The same as numbers."""

    floats = True


class Net(pl.LightningModule):
    """A sound program."""

    outputs = 3

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(13, 32), nn.ReLU(), nn.Dropout(0.2))
        self.head = nn.Linear(32, self.outputs)

    def forward(self, x):
        return self.head(self.body(x))

    def loss(self, outputs, y):
        return F.cross_entropy(outputs, y)

    def training_step(self, batch, index):
        x, y = batch
        return self.loss(self(x), y)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=0.01)


def program(name):
    """Register a program, and give it its name."""
    return art.models(f"probed.{name}.v1")


program("Sound")(Net)


@program("LogSoftmax")
class LogSoftmax(Net):
    """Harmless: a log_softmax of a log_softmax is itself."""

    def forward(self, x):
        return super().forward(x).log_softmax(1)


@program("NLL")
class NLL(LogSoftmax):
    def loss(self, outputs, y):
        return nn.NLLLoss()(outputs, y)


@program("BatchNorm")
class BatchNorm(Net):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(13, 32), nn.BatchNorm1d(32), nn.ReLU())


@program("ZeroHead")
class ZeroHead(Net):
    """Zero-initialised last layer: no gradient reaches the body in the first step."""

    def __init__(self):
        super().__init__()
        nn.init.zeros_(self.head.weight)


@program("Tied")
class Tied(Net):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(13, 13), nn.Tanh(), nn.Linear(13, 13), nn.Tanh())
        self.body[2].weight = self.body[0].weight
        self.head = nn.Linear(13, 3)


@program("FrozenOnPurpose")
class FrozenOnPurpose(Net):
    def __init__(self):
        super().__init__()
        self.body.requires_grad_(False)


@program("Manual")
class Manual(Net):
    """Manual optimization, the gradients of two batches summed up for a step."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, index):
        x, y = batch
        loss = self.loss(self(x), y)
        self.manual_backward(loss / 2)
        if (index + 1) % 2 == 0:
            self.optimizers().step()
            self.optimizers().zero_grad()
        return loss


@program("Regression")
class Regression(Net):
    outputs = 1

    def loss(self, outputs, y):
        return F.mse_loss(outputs.squeeze(1), y)


@program("Noisy")
class Noisy(Net):
    """Draws at random in eval mode as well, as a variational autoencoder does."""

    def forward(self, x):
        return super().forward(x + 0.3 * torch.randn_like(x))


# One mistake each


@program("Softmax")
class Softmax(Net):
    def forward(self, x):
        return super().forward(x).softmax(1)


@program("ReluOnLogits")
class ReluOnLogits(Net):
    def forward(self, x):
        return super().forward(x).relu()


@program("Sigmoid")
class Sigmoid(Net):
    def forward(self, x):
        return super().forward(x).sigmoid()


@program("RawNLL")
class RawNLL(Net):
    def loss(self, outputs, y):
        return F.nll_loss(outputs, y)


@program("SoftmaxNLL")
class SoftmaxNLL(Softmax):
    def loss(self, outputs, y):
        return F.nll_loss(outputs, y)


@program("SigmoidTwice")
class SigmoidTwice(Sigmoid):
    def loss(self, outputs, y):
        return F.binary_cross_entropy_with_logits(outputs, F.one_hot(y, 3).float())


@program("ClassIds")
class ClassIds(Net):
    outputs = 1

    def loss(self, outputs, y):
        return F.mse_loss(outputs.squeeze(1), y.float())


@program("Broadcast")
class Broadcast(Net):
    outputs = 1

    def loss(self, outputs, y):
        return F.mse_loss(outputs, y)


@program("BroadcastByHand")
class BroadcastByHand(Net):
    outputs = 1

    def loss(self, outputs, y):
        return ((outputs - y) ** 2).mean()


@program("BroadcastAndLogged")
class BroadcastAndLogged(Net):
    """Another loss, logged beside the one that is trained on, compares each sample with all."""

    outputs = 1

    def loss(self, outputs, y):
        self.log("by_hand", ((outputs - y) ** 2).mean())
        return F.mse_loss(outputs.squeeze(1), y)


@program("Mixing")
class Mixing(Net):
    """A reshape where a transpose is meant."""

    def forward(self, x):
        return super().forward(x.t().reshape(x.shape))


@program("NoZeroGrad")
class NoZeroGrad(Manual):
    def training_step(self, batch, index):
        x, y = batch
        self.manual_backward(self.loss(self(x), y))
        self.optimizers().step()


@program("NoZeroGradAutomatic")
class NoZeroGradAutomatic(Net):
    def optimizer_zero_grad(self, *args):
        pass


@program("Unowned")
class Unowned(Net):
    def configure_optimizers(self):
        return torch.optim.AdamW(self.head.parameters(), lr=0.01)


@program("Detached")
class Detached(Net):
    def forward(self, x):
        return self.head(self.body(x).detach())


@program("Unused")
class Unused(Net):
    def __init__(self):
        super().__init__()
        self.extra = nn.Linear(32, 32)


@program("Dead")
class Dead(Net):
    def __init__(self):
        super().__init__()
        nn.init.constant_(self.body[0].bias, -100.0)
