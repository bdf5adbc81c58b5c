"""Programs on digits with one mistake each in the model, the loss or the step, and sound ones."""

import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset

import art


def _digits():
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))[:600]
    return torch.tensor(x, dtype=torch.float32)[order].view(-1, 1, 8, 8), torch.tensor(y)[order]


class Data(pl.LightningDataModule):
    def prepare(self, x):
        return x / 16

    def setup(self, stage=None):
        x, y = _digits()
        x = self.prepare(x)
        self.parts = [TensorDataset(x[a:b], y[a:b]) for a, b in ((0, 400), (400, 500), (500, 600))]

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=40, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=50)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=50)


def data(name, prepare):
    """Register data prepared in some way."""
    kind = type(name, (Data,), {"prepare": lambda self, x: prepare(x), "__doc__": "Digits."})
    art.data(f"probed.{name}.v1")(kind)


data("Images", lambda x: x / 16)
data("Raw", lambda x: x * (255 / 16))
data("DividedTwice", lambda x: x / 16 / 255)
data("Color", lambda x: torch.stack([x[:, 0] / 16, x[:, 0].flip(1) / 16, x[:, 0] / 32], -1))
data("OffCentre", lambda x: x / 320 - torch.linspace(0, 3, 64).view(8, 8))
data("Padded", lambda x: _tokens(x))


@art.data("probed.Merged.v1")
class Merged(Data):
    """Digits, with half of the classes merged into one."""

    def setup(self, stage=None):
        super().setup(stage)
        self.parts = [TensorDataset(x, y.clamp(max=4)) for x, y in (p.tensors for p in self.parts)]


def _tokens(x):
    """The inked pixels of an image as a sequence of numbers from 1 to 64, filled up with 0."""
    ink = x.reshape(len(x), 64) > 6
    rows = torch.zeros(len(x), 40, dtype=torch.long)
    for row, places in zip(rows, ink, strict=True):
        found = places.nonzero()[:40, 0] + 1
        row[: len(found)] = found
    return rows


@art.data("probed.Shuffled.v1")
class Shuffled(Data):
    """Digits, and labels that were shuffled apart from them."""

    def setup(self, stage=None):
        super().setup(stage)
        draws = torch.Generator().manual_seed(1)
        self.parts = [
            TensorDataset(x, y[torch.randperm(len(y), generator=draws)])
            for x, y in (part.tensors for part in self.parts)
        ]


class Net(pl.LightningModule):
    """A sound program."""

    def __init__(self):
        super().__init__()
        self.make()

    def make(self):
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU())
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        return self.head(self.body(x))

    def loss(self, outputs, y):
        return F.cross_entropy(outputs, y)

    def training_step(self, batch, index):
        x, y = batch
        return self.loss(self(x), y)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.003)


def program(name):
    """Register a program, and give it its name."""
    return art.models(f"probed.{name}.v1")


program("Mlp")(Net)


@program("Scaled")
class Scaled(Net):
    """Divides raw pixels itself."""

    def forward(self, x):
        return super().forward(x / 255)


@program("NormFirst")
class NormFirst(Net):
    def make(self):
        super().make()
        self.body = nn.Sequential(nn.BatchNorm2d(1), *self.body)


@program("Attention")
class Attention(Net):
    """Attention by hand: values follow their inputs in proportion, and that is no mistake."""

    def make(self):
        self.embed = nn.Linear(8, 16)
        self.q, self.k, self.v = nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 16)
        self.out, self.head = nn.Linear(16, 16), nn.Linear(16, 10)

    def forward(self, x):
        x = self.embed(x[:, 0])
        weights = (self.q(x) @ self.k(x).transpose(1, 2) / 4).softmax(-1)
        return self.head(self.out(weights @ self.v(x)).relu().mean(1))


@program("Bottleneck")
class Bottleneck(Net):
    def make(self):
        super().make()
        self.head = nn.Sequential(nn.Linear(32, 4), nn.Linear(4, 10))


@program("Separable")
class Separable(Net):
    def make(self):
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(),
            nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Conv2d(8, 16, 1), nn.ReLU(),
            nn.AdaptiveAvgPool2d(2), nn.Flatten(),
        )  # fmt: skip
        self.head = nn.Linear(64, 10)


@program("ZeroBranch")
class ZeroBranch(Net):
    """A residual branch that begins with zeros."""

    def make(self):
        super().make()
        self.branch = nn.Sequential(nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 32))
        nn.init.zeros_(self.branch[2].weight)

    def forward(self, x):
        x = self.body(x)
        return self.head(x + self.branch(x))


@program("Alias")
class Alias(Net):
    """Layers registered under two names, called once."""

    def make(self):
        super().make()
        self.features = self.body[:2]


@program("Permuted")
class Permuted(Net):
    channels_last = staticmethod(lambda x: x.permute(0, 3, 1, 2))

    def make(self):
        self.conv = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten())
        self.head = nn.Linear(288, 10)

    def forward(self, x):
        return self.head(self.conv(self.channels_last(x)))


@program("Masked")
class Masked(Net):
    """The mean of the real tokens alone."""

    def make(self):
        self.embed = nn.Embedding(65, 32, padding_idx=0)
        self.body, self.head = nn.Sequential(nn.Linear(32, 32), nn.ReLU()), nn.Linear(32, 10)

    def forward(self, x):
        real = (x > 0).unsqueeze(-1)
        return self.head(self.body((self.embed(x) * real).sum(1) / real.sum(1).clamp(min=1)))


class Pretrained(Net):
    """Loads weights while it is built."""

    prefix, kept = "", ("body", "head")

    def make(self):
        super().make()
        self.load_state_dict(self.weights(), strict=False)

    def weights(self):
        generator = torch.Generator().manual_seed(7)
        return {
            self.prefix + name: torch.randn(value.shape, generator=generator) * 0.1
            for name, value in self.state_dict().items()
            if name.startswith(self.kept)
        }


@program("NewHead")
class NewHead(Pretrained):
    """A pretrained body that is frozen, and a new head."""

    kept = ("body",)

    def make(self):
        super().make()
        self.body.requires_grad_(False)


@program("Contrastive")
class Contrastive(Net):
    """Embeddings, and a loss that couples the samples of a batch."""

    def make(self):
        super().make()
        self.head = nn.Linear(32, 16)

    def loss(self, outputs, y):
        outputs = F.normalize(outputs, dim=1)
        alike = (y[:, None] == y[None]).float() - torch.eye(len(y))
        scores = outputs @ outputs.T / 0.5 - 1e9 * torch.eye(len(y))
        return -(scores.log_softmax(1) * alike).sum() / alike.sum().clamp(min=1)


class Manual(Net):
    def make(self):
        super().make()
        self.automatic_optimization = False

    def training_step(self, batch, index):
        x, y = batch
        loss = self.loss(self(x), y)
        self.step(loss, self.optimizers())
        return loss

    def step(self, loss, optimizer):
        optimizer.zero_grad()
        self.manual_backward(loss)
        optimizer.step()


program("ByHand")(Manual)


@program("Clipped")
class Clipped(Manual):
    norm = 0.05

    def step(self, loss, optimizer):
        optimizer.zero_grad()
        self.manual_backward(loss)
        nn.utils.clip_grad_norm_(self.parameters(), self.norm)
        optimizer.step()


# One mistake each


@program("InitTooLarge")
class InitTooLarge(Net):
    def make(self):
        super().make()
        nn.init.normal_(self.head.weight, std=50.0)


@program("FinalBias")
class FinalBias(Net):
    def make(self):
        super().make()
        with torch.no_grad():
            self.head.bias[3] = 20.0


@program("ConstantInit")
class ConstantInit(Net):
    def make(self):
        super().make()
        nn.init.constant_(self.body[1].weight, 0.01)


@program("ZeroInit")
class ZeroInit(Net):
    def make(self):
        super().make()
        for parameter in self.parameters():
            nn.init.zeros_(parameter)


@program("ZeroWeights")
class ZeroWeights(Net):
    """The biases are as torch draws them: they tell units apart, and no input gets through."""

    def make(self):
        super().make()
        for parameter in self.parameters():
            if parameter.ndim > 1:
                nn.init.zeros_(parameter)


@program("HalfDead")
class HalfDead(Net):
    def make(self):
        super().make()
        with torch.no_grad():
            self.body[1].bias[:24] = -20.0


@program("NoActivation")
class NoActivation(Net):
    def make(self):
        super().make()
        self.body = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.Dropout(0.1))


@program("NoActivationInConv")
class NoActivationInConv(Net):
    def make(self):
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.Conv2d(8, 8, 3), nn.ReLU(), nn.Flatten()
        )
        self.head = nn.Linear(128, 10)


@program("View")
class View(Permuted):
    channels_last = staticmethod(lambda x: x.reshape(-1, 3, 8, 8))


@program("Unmasked")
class Unmasked(Masked):
    def forward(self, x):
        return self.head(self.body(self.embed(x).mean(1)))


@program("OneLayerThrice")
class OneLayerThrice(Net):
    def make(self):
        super().make()
        layer = nn.Linear(32, 32)
        self.middle = nn.Sequential(*[layer, nn.ReLU()] * 3)

    def forward(self, x):
        return self.head(self.middle(self.body(x)))


@program("InTheClass")
class InTheClass(Net):
    layer = nn.Linear(32, 10)

    def make(self):
        super().make()
        self.head = self.layer


@program("Prefix")
class Prefix(Pretrained):
    prefix = "model."


@program("FrozenAtRandom")
class FrozenAtRandom(Net):
    def make(self):
        super().make()
        self.body.requires_grad_(False)


@program("HalfSeen")
class HalfSeen(Net):
    def forward(self, x):
        mask = torch.zeros(8, 8)
        mask[:3] = 1
        return super().forward(x * mask)


@program("ZeroedTooLate")
class ZeroedTooLate(Manual):
    def step(self, loss, optimizer):
        self.manual_backward(loss)
        optimizer.zero_grad()
        optimizer.step()


@program("ClippedScaled")
class ClippedScaled(Manual):
    """Clips before it unscales."""

    def step(self, loss, optimizer):
        optimizer.zero_grad()
        self.manual_backward(loss * 65536)
        nn.utils.clip_grad_norm_(self.parameters(), 1.0)
        for parameter in self.parameters():
            parameter.grad /= 65536
        optimizer.step()


@program("Underflows")
class Underflows(Manual):
    """Keeps its gradients in half precision, without a scale."""

    def step(self, loss, optimizer):
        optimizer.zero_grad()
        self.manual_backward(loss * 1e-5)
        for parameter in self.parameters():
            parameter.grad = parameter.grad.half().float() * 1e5
        optimizer.step()


@program("PairedWrongly")
class PairedWrongly(Net):
    """Outputs are flattened the wrong way round."""

    def loss(self, outputs, y):
        return F.cross_entropy(outputs.t().reshape(outputs.shape), y)


@program("MixedUp")
class MixedUp(Net):
    """Mixup (Zhang and others 2018) draws partners at random: right, and never twice the same."""

    def training_step(self, batch, index):
        x, y = batch
        other, share = torch.randperm(len(x)), 0.8
        outputs = self(share * x + (1 - share) * x[other])
        return share * self.loss(outputs, y) + (1 - share) * self.loss(outputs, y[other])


@program("PairedByPlace")
class PairedByPlace(Net):
    """Each sample is pulled to the one before it in the batch."""

    def training_step(self, batch, index):
        x, y = batch
        outputs = self(x)
        return self.loss(outputs, y) + 0.1 * F.mse_loss(outputs[1:], 2 * outputs[:-1])


@program("Ascends")
class Ascends(Net):
    def loss(self, outputs, y):
        return -F.cross_entropy(outputs, y)


@program("AscendsByHand")
class AscendsByHand(Net):
    def loss(self, outputs, y):
        return outputs.log_softmax(1).gather(1, y[:, None]).mean()


@program("SummedUnderAdam")
class SummedUnderAdam(Net):
    def loss(self, outputs, y):
        return F.cross_entropy(outputs, y, reduction="sum")


@program("Summed")
class Summed(SummedUnderAdam):
    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.01)


@program("SummedByHand")
class SummedByHand(Summed):
    def loss(self, outputs, y):
        return -outputs.log_softmax(1).gather(1, y[:, None]).sum()


class Rate(Net):
    rate, decay = 0.003, 0.0

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.rate, weight_decay=self.decay)


@program("RateTooLow")
class RateTooLow(Rate):
    rate = 1e-6


@program("RateTooHigh")
class RateTooHigh(Rate):
    rate = 10.0


@program("RateLow")
class RateLow(Net):
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.00002)


@program("DrawnTooLarge")
class DrawnTooLarge(Net):
    def make(self):
        super().make()
        nn.init.normal_(self.body[1].weight, std=8.0)


@program("Deaf")
class Deaf(Net):
    """Its inputs are multiplied by nothing."""

    def forward(self, x):
        return super().forward(0 * x)


@program("Decay")
class Decay(Rate):
    decay = 30.0


@program("Unbounded")
class Unbounded(Net):
    """A variance is to be large: nothing holds it back."""

    def __init__(self):
        super().__init__()
        self.spread = nn.Linear(64, 8)

    def training_step(self, batch, index):
        x, y = batch
        log_var = self.spread(x.flatten(1)[:, :64])
        loss = self.loss(self(x), y) + 0.05 * (1 + log_var - log_var.exp()).mean()
        self.log("train_loss", loss)
        return loss


@program("PlacedAlongTheBatch")
class PlacedAlongTheBatch(Net):
    """Adds positions along the batch, where time was meant."""

    def forward(self, x):
        return super().forward(x) + torch.linspace(-1, 1, 512)[: len(x), None]


@program("DivergesOfProbabilities")
class DivergesOfProbabilities(Net):
    def loss(self, outputs, y):
        smooth = 0.9 * F.one_hot(y, 10) + 0.01
        return F.kl_div(outputs.softmax(1), smooth, reduction="batchmean")


@program("Diverges")
class Diverges(Net):
    """Sound."""

    def loss(self, outputs, y):
        smooth = 0.9 * F.one_hot(y, 10) + 0.01
        return F.kl_div(outputs.log_softmax(1), smooth, reduction="batchmean")
