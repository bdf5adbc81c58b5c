"""Tables, ids and pictures as people bring them: sound data modules, and wrong twins."""

from dataclasses import dataclass
from itertools import pairwise

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, Dataset, TensorDataset

import art


class Splits(pl.LightningDataModule):
    """Data sets by split, one loader each."""

    def __init__(self, train, val=None, test=None, collate=None, batch_size=32, shuffle=True):
        super().__init__()
        self.sets, self.collate = {"train": train, "val": val, "test": test}, collate
        self.batch_size, self.shuffle = batch_size, shuffle

    def loader(self, name, shuffle=False):
        if self.sets[name] is None:
            return []
        return DataLoader(
            self.sets[name], self.batch_size, shuffle=shuffle, collate_fn=self.collate
        )

    def train_dataloader(self):
        return self.loader("train", self.shuffle)

    def val_dataloader(self):
        return self.loader("val")

    def test_dataloader(self):
        return self.loader("test")


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def cut(*tensors, sizes=(600, 200, 200)):
    """Train, val and test of tensors, in their order."""
    bounds = [0, sizes[0], sizes[0] + sizes[1], sum(sizes)]
    return [TensorDataset(*(tensor[a:b] for tensor in tensors)) for a, b in pairwise(bounds)]


def digits():
    x, y = load_digits(return_X_y=True)
    order = torch.randperm(len(x), generator=generator(1))
    return torch.tensor(x).float()[order] / 16, torch.tensor(y)[order]


@art.data("ratings.v1")
def ratings(floats: bool = False):
    """(user, item, rating): one number each, no pair twice, and tastes of rank 3."""
    g = generator(3)
    taste, kind = torch.randn(50, 3, generator=g), torch.randn(80, 3, generator=g)
    pairs = torch.randperm(50 * 80, generator=g)[:2400]
    user, item = pairs // 80, pairs % 80
    rating = (taste[user] * kind[item]).sum(1) + 0.1 * torch.randn(2400, generator=g)
    if floats:  # a table whose ids were read as floats, and a like
        table = torch.stack([user, item], 1).float()
        return Splits(*cut(table, (rating > 0).long(), sizes=(1600, 400, 400)))
    return Splits(*cut(user, item, rating, sizes=(1600, 400, 400)))


@art.data("codes.v1")
def codes(misjoined: bool = False):
    """Four categories of five values each; a sum of effects of their combinations tells."""
    g = generator(4)
    x = torch.randint(0, 5, (2000, 4), generator=g)
    effect = torch.randn(5, 5, 2, generator=g)
    y = (effect[x[:, 0], x[:, 1], 0] + effect[x[:, 2], x[:, 3], 1] > 0).long()
    if misjoined:
        y = y[torch.randperm(2000, generator=g)]
    return Splits(*cut(x, y, sizes=(1200, 400, 400)))


@art.data("normal_only.v1")
def normal_only():
    """Machines that run well in training; validation and test have broken ones as well."""
    x, y = digits()
    odd = (y >= 5).long()
    normal, broken = x[odd == 0], x[odd == 1]
    held = torch.cat([normal[600:], broken[:300]])
    truth = torch.cat([torch.zeros(len(normal) - 600), torch.ones(300)]).long()
    order = torch.randperm(len(held), generator=generator(2))
    held, truth = held[order], truth[order]
    return Splits(
        TensorDataset(normal[:600], torch.zeros(600).long()),
        TensorDataset(held[:300], truth[:300]),
        TensorDataset(held[300:], truth[300:]),
    )


class Episodes(Dataset):
    """Batches of 3 classes, 8 samples each; what classes there are differs from split to split."""

    def __init__(self, y, count, seed):
        self.y, self.count, self.g = y, count, generator(seed)

    def __len__(self):
        return self.count

    def __iter__(self):
        classes = self.y.unique()
        for _ in range(self.count):
            chosen = classes[torch.randperm(len(classes), generator=self.g)[:3]]
            rows = [(self.y == c).nonzero()[:, 0] for c in chosen]
            yield torch.cat(
                [r[torch.randperm(len(r), generator=self.g)[:8]] for r in rows]
            ).tolist()


@art.data("episodes.v1")
class FewShot(pl.LightningDataModule):
    """Three ways, in validation of classes that training has not seen; labels count anew."""

    def __init__(self, relabelled: bool = True):
        super().__init__()
        self.relabelled = relabelled

    def setup(self, stage=None):
        self.x, self.y = digits()

    def collate(self, samples):
        x, y = torch.stack([s[0] for s in samples]), torch.stack([s[1] for s in samples])
        return (x, y.unique(return_inverse=True)[1]) if self.relabelled else (x, y)

    def loader(self, chosen, count, seed):
        x, y = self.x[chosen], self.y[chosen]
        return DataLoader(
            TensorDataset(x, y), batch_sampler=Episodes(y, count, seed), collate_fn=self.collate
        )

    def train_dataloader(self):
        return self.loader(self.y < 7, 30, 0)

    def val_dataloader(self):
        return self.loader(self.y >= 7, 8, 1)


@art.data("pairs.v1")
def pairs(nested: bool = False, shifted: bool = False):
    """Two pictures and whether they show the same digit: (a, b, y), or ((a, b), y). Each split has
    pictures of its own."""
    x, y = digits()
    g, parts = generator(5), []
    for first, last, count in ((0, 1200, 1200), (1200, 1500, 400), (1500, 1797, 400)):
        one = first + torch.randperm(last - first, generator=g).repeat(2)[:count]
        other = first + torch.randint(0, last - first, (count,), generator=g)
        for row in range(0, count, 2):  # half of them the same digit
            same = first + (y[first:last] == y[one[row]]).nonzero()[:, 0]
            other[row] = same[torch.randint(0, len(same), (1,), generator=g)]
        order = torch.randperm(count, generator=g)
        one, other = one[order], other[order]
        alike = (y[one] == y[other]).long()
        parts.append(TensorDataset(x[one], x[other], alike.roll(int(shifted))))

    def together(samples):
        a, b, same = (torch.stack(part) for part in zip(*samples, strict=True))
        return (a, b), same

    return Splits(*parts, collate=together if nested else None)


@art.data("triplets.v1")
def triplets():
    """Anchor, positive and negative."""
    x, _ = digits()
    return Splits(*cut(x[:1000], x[:1000].roll(1, 0), x[:1000].roll(2, 0)))


@art.data("cosine.v1")
def cosine():
    """Two views of a thing and +1 or -1, as cosine_embedding_loss takes them."""
    x, _ = digits()
    g = generator(6)
    same = torch.randint(0, 2, (1000,), generator=g)
    other = torch.where(same[:, None] == 1, x[:1000] + 0.05, x[:1000].roll(5, 0))
    return Splits(*cut(torch.cat([x[:1000], other], 1), 2 * same - 1))


@art.data("named_by_number.v1")
def named_by_number():
    """The second part of a batch is the number of the sample in a data base."""
    x, _ = digits()
    return Splits(*cut(x[:1000], torch.arange(1000) * 7_919 + 10**12))


@art.data("masks.v1")
def masks(on_train: bool = False):
    """One float mask a picture, (1, 24, 24), as BCEWithLogitsLoss takes it."""
    g = generator(8)
    grid = torch.stack(torch.meshgrid(torch.arange(24.0), torch.arange(24.0), indexing="ij"))
    centre = 5 + 14 * torch.rand(120, 2, 1, 1, generator=g)
    mask = (((grid - centre) ** 2).sum(1).sqrt() < 4).float()[:, None]
    image = (0.4 * mask + 0.3 * torch.rand(120, 1, 24, 24, generator=g)).repeat(1, 3, 1, 1)
    train, val, test = cut(image, mask, sizes=(80, 20, 20))
    return Splits(train, train if on_train else val, test)


@dataclass
class Shot:
    image: torch.Tensor
    label: torch.Tensor


@art.data("dataclasses.v1")
def dataclasses(shifted: bool = False):
    """Batches are a dataclass of their own."""
    x, y = digits()
    if shifted:
        y = y.roll(1)

    def collate(samples):
        return Shot(*(torch.stack(part) for part in zip(*samples, strict=True)))

    return Splits(*cut(x[:1000], y[:1000]), collate=collate)


@art.models("any.v1")
class Any(pl.LightningModule):
    """Stands for a model; `explore` does not run it."""

    def __init__(self):
        super().__init__()
        self.head = torch.nn.LazyLinear(2)

    def forward(self, x):
        return self.head(x)

    def training_step(self, batch, index):
        return self(batch[0].float().flatten(1)).square().mean()

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)
