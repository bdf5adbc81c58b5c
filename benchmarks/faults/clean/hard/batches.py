"""Hard programs: batches of every make, with and without targets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pytorch_lightning as pl
import torch
from sklearn import datasets
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from benchmarks.faults.clean import _data as data
from benchmarks.faults.clean._register import hard
from benchmarks.faults.clean._steps import Functional
from benchmarks.faults.clean.hard.losses import mlp


class Items(Dataset[Any]):
    """Items as they are given."""

    def __init__(self, items: Any) -> None:
        self.items = items

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index: int) -> Any:
        return self.items[index]


class Steps(pl.LightningModule):
    """One loss for every split, by `step`."""

    lr = 0.003

    def step(self, batch: Any) -> Tensor:
        """The loss of a batch."""
        raise NotImplementedError

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self.step(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self.log("val_loss", self.step(batch), batch_size=32)

    def test_step(self, batch: Any, batch_idx: int) -> None:
        self.log("test_loss", self.step(batch), batch_size=32)

    def configure_optimizers(self) -> Any:
        return torch.optim.Adam(self.parameters(), lr=self.lr)


# Without targets


class Unlabelled(data.Pixels):
    """Pixels alone: a batch is a tensor."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return Items(self.inputs(x))


@hard("tensor_alone", Unlabelled, epochs=8)
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


@hard("list_of_one", OnlyOne, epochs=8)
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


@hard("diffusion", Named, epochs=10)
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


@hard("tokens_alone", Tokens, epochs=6)
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


@hard("two_views", TwoViews, epochs=8, contract={"coupled": True})
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


@hard("adversarial", OnlyOne, epochs=5)
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


# Several inputs


class NumbersAndCodes(data.Standardised):
    """Numbers and coded categories: a batch is `((numbers, codes), target)`."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        return datasets.load_breast_cancer(return_X_y=True)

    def fit(self, x: np.ndarray, y: np.ndarray) -> None:
        super().fit(x, y)
        self.edges = np.quantile(x[:, :4], [0.25, 0.5, 0.75], axis=0)

    def codes(self, x: np.ndarray) -> Tensor:
        """Four columns as quarters, 0..3."""
        found = [np.digitize(x[:, place], self.edges[:, place]) for place in range(4)]
        return torch.as_tensor(np.stack(found, axis=1)).long()

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        numbers = self.inputs(x)[:, 4:]
        return Items(
            [((a, b), c) for a, b, c in zip(numbers, self.codes(x), self.targets(y), strict=True)]
        )


class Mixed(Functional):
    """Numbers, and an embedding of each category."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(4, 3)
        self.net = mlp(38, 24, 2)

    def forward(self, inputs: Any) -> Tensor:
        numbers, codes = inputs
        return self.net(torch.cat([numbers, self.embed(codes).flatten(1)], dim=1))


hard("numbers_and_codes", NumbersAndCodes, epochs=12)(Mixed)


class FlatNumbersAndCodes(NumbersAndCodes):
    """A batch is `(numbers, codes, target)`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return TensorDataset(self.inputs(x)[:, 4:], self.codes(x), self.targets(y))


@hard("numbers_codes_target", FlatNumbersAndCodes, epochs=12)
class MixedFlat(Steps):
    """`forward` takes both."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(4, 3)
        self.net = mlp(38, 24, 2)

    def forward(self, numbers: Tensor, codes: Tensor) -> Tensor:
        return self.net(torch.cat([numbers, self.embed(codes).flatten(1)], dim=1))

    def step(self, batch: Any) -> Tensor:
        numbers, codes, y = batch
        return F.cross_entropy(self(numbers, codes), y)


class Words(data.Pixels):
    """Sequences of 8 to 32 tokens: a batch is `({"ids": ..., "mask": ...}, target)`."""

    def inputs(self, x: np.ndarray) -> Tensor:
        return torch.as_tensor(x).flatten(1).long() + 1

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        draw = np.random.default_rng(len(y))
        ends = draw.integers(40, 65, len(y))
        items = [row[:end] for row, end in zip(self.inputs(x), ends, strict=True)]
        return Items(list(zip(items, self.targets(y), strict=True)))

    def collate(self, items: Any) -> Any:
        """Padded to the longest of the batch."""
        ids = pad_sequence([row for row, _ in items], batch_first=True)
        return {"ids": ids, "mask": ids != 0}, torch.stack([y for _, y in items])

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["train"], 64, shuffle=True, collate_fn=self.collate)

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["val"], 64, collate_fn=self.collate)

    def test_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["test"], 64, collate_fn=self.collate)


class Pooled(Functional):
    """Embeddings of tokens and places, averaged over what is not padding."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.places = nn.Embedding(18, 24, padding_idx=0), nn.Embedding(64, 24)
        self.net = mlp(24, 32, 24)
        self.head = nn.Linear(24, 10)

    def forward(self, inputs: Any) -> Tensor:
        ids, mask = inputs["ids"], inputs["mask"].unsqueeze(2)
        seen = self.net(self.embed(ids) + self.places(torch.arange(ids.shape[1])))
        return self.head((seen * mask).sum(1) / mask.sum(1))


hard("ids_and_mask", Words, epochs=15)(Pooled)


class Lengths(Words):
    """A batch is `(padded, lengths, target)`."""

    def collate(self, items: Any) -> Any:
        inputs, y = super().collate(items)
        return inputs["ids"], inputs["mask"].sum(1), y


@hard("lengths", Lengths, epochs=8)
class Recurrent(Steps):
    """Reads as far as a sequence goes."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(18, 16, padding_idx=0)
        self.net = nn.GRU(16, 48, batch_first=True)
        self.head = nn.Linear(48, 10)

    def forward(self, padded: Tensor, lengths: Tensor) -> Tensor:
        packed = pack_padded_sequence(
            self.embed(padded), lengths.cpu(), batch_first=True, enforce_sorted=False
        )
        return self.head(self.net(packed)[1][-1])

    def step(self, batch: Any) -> Tensor:
        padded, lengths, y = batch
        return F.cross_entropy(self(padded, lengths), y)


class Pairs(data.Pixels):
    """Two digits, and whether they are the same: a batch is `((a, b), same)`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        draw = np.random.default_rng(len(y))
        count = 2000 if split == "train" else 400
        left = draw.integers(0, len(y), count)
        right = np.array(
            [draw.choice(np.flatnonzero((y == y[one]) == (n % 2))) for n, one in enumerate(left)]
        )
        same = torch.as_tensor(y[left] == y[right]).float()
        rows = self.inputs(x)
        return Items([((a, b), c) for a, b, c in zip(rows[left], rows[right], same, strict=True)])


@hard("pairs", Pairs, epochs=12)
class Siamese(Steps):
    """One network sees both."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 16)
        self.head = nn.Linear(16, 1)

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        return self.head((self.net(one) - self.net(other)).abs()).squeeze(1)

    def step(self, batch: Any) -> Tensor:
        (one, other), same = batch
        return F.binary_cross_entropy_with_logits(self(one, other), same)


class Triplets(data.Pixels):
    """A digit, another of the same kind, and one of another: a batch is three tensors."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        draw = np.random.default_rng(len(y))
        alike = [draw.choice(np.flatnonzero(y == own)) for own in y]
        other = [draw.choice(np.flatnonzero(y != own)) for own in y]
        rows = self.inputs(x)
        return TensorDataset(rows, rows[alike], rows[other])


@hard("triplets", Triplets, epochs=8)
class Metric(Steps):
    """The margin between two distances."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 16)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def step(self, batch: Any) -> Tensor:
        return F.triplet_margin_loss(*(self(part) for part in batch))


# Names of their own


class Signals(data.Diabetes):
    """`{"signal": ..., "price": ...}`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        pairs = zip(self.inputs(x), self.targets(y), strict=True)
        return Items([{"signal": row, "price": number} for row, number in pairs])


@hard("own_keys", Signals, kind="regression")
class Priced(Steps):
    """Batches with keys that nobody knows."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(10, 16, 1)

    def forward(self, signal: Tensor) -> Tensor:
        return self.net(signal).squeeze(1)

    def step(self, batch: Any) -> Tensor:
        return F.mse_loss(self(batch["signal"]), batch["price"])


class TwoTargets(data.Diabetes):
    """`{"x": ..., "y1": ..., "y2": ...}`."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        numbers = self.targets(y)
        rows = zip(self.inputs(x), numbers, (numbers > 0).long(), strict=True)
        return Items([{"x": row, "y1": number, "y2": kind} for row, number, kind in rows])


@hard("two_targets", TwoTargets, kind="regression")
class TwoHeads(Steps):
    """A number and a class of one input."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 24), nn.ReLU())
        self.number, self.kind = nn.Linear(24, 1), nn.Linear(24, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.body(x)
        return self.number(seen).squeeze(1), self.kind(seen)

    def step(self, batch: Any) -> Tensor:
        number, kind = self(batch["x"])
        return F.mse_loss(number, batch["y1"]) + F.cross_entropy(kind, batch["y2"])


class Flower(NamedTuple):
    """A batch of flowers."""

    measures: Tensor
    species: Tensor


class Flowers(data.Iris):
    """Batches are named tuples."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return Items([Flower(*row) for row in zip(self.inputs(x), self.targets(y), strict=True)])


@hard("named_tuple", Flowers)
class OfFlowers(Steps):
    """Batches are named tuples."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(4, 16, 3)

    def forward(self, measures: Tensor) -> Tensor:
        return self.net(measures)

    def step(self, batch: Any) -> Tensor:
        return F.cross_entropy(self(batch.measures), batch.species)


@dataclass
class Wines:
    """A batch of wines."""

    columns: Tensor
    kind: Tensor


class Cellar(data.Wine):
    """Batches are dataclasses."""

    def collate(self, items: Any) -> Any:
        """The items of a batch, stacked."""
        return Wines(*map(torch.stack, zip(*items, strict=True)))

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["train"], 16, shuffle=True, collate_fn=self.collate)

    def val_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["val"], 16, collate_fn=self.collate)

    def test_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["test"], 16, collate_fn=self.collate)


@hard("data_class", Cellar)
class OfWines(Steps):
    """`forward` takes the whole batch."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(13, 16, 3)

    def forward(self, batch: Wines) -> Tensor:
        return self.net(batch.columns)

    def step(self, batch: Wines) -> Tensor:
        return F.cross_entropy(self(batch), batch.kind)


class Clouds:
    """Sets of points of different sizes in one: which set a point is of stands beside it."""

    def __init__(self, items: Any) -> None:
        self.points = torch.cat([points for points, _ in items])
        sizes = torch.tensor([len(points) for points, _ in items])
        self.owner = torch.repeat_interleave(torch.arange(len(items)), sizes)
        self.kind = torch.stack([kind for _, kind in items])

    def to(self, device: Any, **_: Any) -> Clouds:
        """All of it on a device."""
        self.points, self.owner = self.points.to(device), self.owner.to(device)
        self.kind = self.kind.to(device)
        return self


class Sky(Cellar):
    """The dark pixels of digits as sets of points."""

    def read(self) -> tuple[np.ndarray, np.ndarray]:
        found = datasets.load_digits(n_class=4)
        return found.data, found.target

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        sets = [torch.as_tensor(np.argwhere(row.reshape(8, 8) > 8)).float() / 4 - 1 for row in x]
        return Items(list(zip(sets, self.targets(y), strict=True)))

    def collate(self, items: Any) -> Any:
        return Clouds(items)


@hard("clouds", Sky, epochs=12)
class OfSets(Steps):
    """The mean over what a network makes of each point."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.points, self.head = mlp(2, 48, 48), mlp(48, 32, 4)

    def forward(self, batch: Clouds) -> Tensor:
        seen, count = self.points(batch.points), len(batch.kind)
        total = torch.zeros(count, seen.shape[1]).index_add(0, batch.owner, seen)
        return self.head(total / torch.bincount(batch.owner, minlength=count).unsqueeze(1))

    def step(self, batch: Clouds) -> Tensor:
        return F.cross_entropy(self(batch), batch.kind)


class Scenes(Words):
    """Images of different sizes with a digit somewhere: lists of images and of targets."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        draw = np.random.default_rng(len(y))
        items = []
        for image, label in zip(x[:400] / 16, y, strict=False):
            height, width = draw.integers(12, 20, 2)
            top, left = draw.integers(0, height - 8), draw.integers(0, width - 8)
            scene = torch.zeros(1, height, width)
            scene[0, top : top + 8, left : left + 8] = torch.as_tensor(image)
            box = torch.tensor([left, top, left + 8, top + 8]).float() / 20
            items.append((scene, {"boxes": box[None], "labels": torch.tensor([label])}))
        return Items(items)

    def collate(self, items: Any) -> Any:
        return tuple(zip(*items, strict=True))


@hard("scenes", Scenes, epochs=6)
class Detector(Steps):
    """Where the digit is, and which."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()
        )
        self.box, self.label = nn.Linear(800, 4), nn.Linear(800, 10)

    def forward(self, images: Any) -> tuple[Tensor, Tensor]:
        padded = [F.pad(one, (0, 20 - one.shape[2], 0, 20 - one.shape[1])) for one in images]
        seen = self.body(torch.stack(padded))
        return self.box(seen), self.label(seen)

    def step(self, batch: Any) -> Tensor:
        images, targets = batch
        boxes, labels = self(images)
        wanted = torch.cat([one["boxes"] for one in targets])
        kinds = torch.cat([one["labels"] for one in targets])
        return F.l1_loss(boxes, wanted) + F.cross_entropy(labels, kinds)


# Loaders


class NoTest(data.Wine):
    """Train and val alone."""

    test_dataloader = pl.LightningDataModule.test_dataloader


class TrainAlone(NoTest):
    """Train alone."""

    val_dataloader = pl.LightningDataModule.val_dataloader


@hard("train_and_val", NoTest)
@hard("train_alone", TrainAlone)
class WineNet(Functional):
    """An ordinary network."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(13, 16, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Stream(IterableDataset[Any]):
    """Rows one after the other, in a new order each time."""

    def __init__(self, rows: Dataset[Any], shuffled: bool) -> None:
        self.rows, self.shuffled = rows, shuffled

    def __iter__(self) -> Iterator[Any]:
        count = len(self.rows)  # type: ignore[arg-type]
        order = torch.randperm(count) if self.shuffled else torch.arange(count)
        return (self.rows[int(index)] for index in order)


class Streamed(data.Wine):
    """Data sets that can be iterated alone."""

    def dataset(self, x: np.ndarray, y: np.ndarray, split: str) -> Dataset[Any]:
        return Stream(super().dataset(x, y, split), split == "train")

    def train_dataloader(self) -> DataLoader[Any]:
        return DataLoader(self.splits["train"], self.batch_size)


hard("stream", Streamed)(type("StreamNet", (WineNet,), {}))


class Together(data.Pixels):
    """A loader of labelled and one of unlabelled digits, together."""

    def train_dataloader(self) -> Any:
        images, labels = self.splits["train"].tensors
        few = TensorDataset(images[:400], labels[:400])
        return {
            "labelled": DataLoader(few, 32, shuffle=True),
            "unlabelled": DataLoader(Items(images[400:]), 64, shuffle=True),
        }


@hard("two_loaders", Together, epochs=8)
class SemiSupervised(Functional):
    """Learns from labels, and to be sure where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(64, 64, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        x, y = batch["labelled"]
        unsure = torch.distributions.Categorical(logits=self(batch["unlabelled"])).entropy()
        loss = F.cross_entropy(self(x), y) + 0.05 * unsure.mean()
        self.log("train_loss", loss)
        return loss


# Targets


class Tiny(data.Diabetes):
    """Targets of the size 0.01, such as daily returns."""

    def targets(self, y: np.ndarray) -> Tensor:
        return 0.01 * super().targets(y)


@hard("tiny_targets", Tiny, kind="regression", epochs=200)
class OfTiny(Steps):
    """An ordinary network with torch's own initialization; what it says at first is far larger than
    the targets, and learnt away."""

    lr = 0.01

    def __init__(self) -> None:
        super().__init__()
        self.net = mlp(10, 16, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x).squeeze(1)

    def step(self, batch: Any) -> Tensor:
        x, y = batch
        return F.mse_loss(self(x), y)
