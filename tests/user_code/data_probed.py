"""Data modules on real data: sound ones, and ones with a mistake of one line each."""

import numpy as np
import pytorch_lightning as pl
import torch
from sklearn import datasets
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset

import art

LOADERS = {
    name: getattr(datasets, f"load_{name}")
    for name in ("digits", "wine", "iris", "breast_cancer", "diabetes")
}


def splits(name="breast_cancer", seed=0):
    """Inputs and targets of train, val and test, scaled by what train tells."""
    bunch = LOADERS[name]()
    x, y = bunch.data.astype(np.float32), bunch.target
    if name == "diabetes":
        y = ((y - y.mean()) / y.std()).astype(np.float32)
    order = np.random.RandomState(seed).permutation(len(x))
    parts = np.split(order, [int(0.7 * len(x)), int(0.85 * len(x))])
    mean, std = x[parts[0]].mean(0), x[parts[0]].std(0) + 1e-8
    x = x / 16 if name == "digits" else ((x - mean) / std).astype(np.float32)
    return {k: (x[p], y[p]) for k, p in zip(("train", "val", "test"), parts, strict=True)}


class Data(pl.LightningDataModule):
    def __init__(self, parts, shuffle=True, batch_size=32, feature_names=()):
        super().__init__()
        self.parts, self.shuffle, self.batch_size = parts, shuffle, batch_size
        self.feature_names = feature_names

    def loader(self, name):
        part = self.parts[name]
        if isinstance(part, DataLoader):
            return part
        if not isinstance(part, Dataset):
            part = TensorDataset(*(torch.as_tensor(np.array(array)) for array in part))
        shuffle = self.shuffle and name == "train"
        return DataLoader(part, batch_size=self.batch_size, shuffle=shuffle)

    def train_dataloader(self):
        return self.loader("train")

    def val_dataloader(self):
        return self.loader("val")

    def test_dataloader(self):
        return self.loader("test")


class Noisy(Dataset):
    """Draws noise onto its inputs, or other labels, each time it is read."""

    def __init__(self, x, y, noise=0.0, flips=0.0):
        self.x, self.y = torch.as_tensor(x), torch.as_tensor(y)
        self.noise, self.flips = noise, flips

    def __len__(self):
        return len(self.x)

    def __getitem__(self, index):
        y = self.y[index]
        if torch.rand(()) < self.flips:
            y = 1 - y
        return self.x[index] + self.noise * torch.randn_like(self.x[index]), y


class Timed(TensorDataset):
    """Knows when its samples were taken, and of whom."""

    def __init__(self, *tensors):
        super().__init__(*tensors)
        self.when = np.arange(len(tensors[0]))
        self.patient = np.arange(len(tensors[0])) // 2


@art.data("data_probed.v1")
def data(case: str, base: str = "breast_cancer", seed: int = 0) -> pl.LightningDataModule:
    parts = splits(base, seed)
    draws = np.random.RandomState(seed + 7)
    return globals()[case](parts, draws)


def sound(parts, draws):
    return Data(parts)


def missing(parts, draws):
    x = parts["train"][0].copy()
    x[3, 5] = np.nan
    return Data(
        parts | {"train": (x, parts["train"][1])}, feature_names=[f"f{i}" for i in range(30)]
    )


def constant(parts, draws):
    return Data({k: (x * 0 + 1, y) for k, (x, y) in parts.items()})


def blank(parts, draws):
    x = parts["train"][0].copy()
    x[: len(x) // 3] = 0
    return Data(parts | {"train": (x, parts["train"][1])})


def starts_at_1(parts, draws):
    return Data({k: (x, y + 1) for k, (x, y) in parts.items()})


def dropped(parts, draws):
    x, y = parts["train"]
    return Data(parts | {"train": (x[y != 4], y[y != 4])})


def not_in_val(parts, draws):
    x, y = parts["val"]
    return Data(parts | {"val": (x[y != 4], y[y != 4])})


def augmented_val(parts, draws):
    return Data(parts | {"val": Noisy(*parts["val"], noise=0.1)})


def augmented_train(parts, draws):
    return Data(parts | {"train": Noisy(*parts["train"], noise=0.5)})


def relabelled(parts, draws):
    return Data(parts | {"train": Noisy(*parts["train"], flips=0.3)})


def is_sorted(parts, draws):
    x, y = parts["train"]
    order = np.argsort(y, kind="stable")
    return Data(parts | {"train": (x[order], y[order])}, shuffle=False)


def sorted_and_shuffled(parts, draws):
    x, y = parts["train"]
    order = np.argsort(y, kind="stable")
    return Data(parts | {"train": (x[order], y[order])})


def duplicated(parts, draws):
    x, y = parts["train"]
    rows = draws.randint(0, len(x) // 3, len(x))
    return Data(parts | {"train": (x[rows], y[rows])})


def one_row(parts, draws):
    x, y = parts["train"][0].copy(), parts["train"][1]
    x[: len(x) // 3] = x[0]
    return Data(parts | {"train": (x, y)})


def weighted(parts, draws):
    x, y = parts["train"]
    weights = torch.as_tensor(1 / np.bincount(y)[y])
    sampler = torch.utils.data.WeightedRandomSampler(weights, len(y))
    part = TensorDataset(torch.as_tensor(x), torch.as_tensor(y))
    return Data(parts | {"train": DataLoader(part, batch_size=32, sampler=sampler)})


def oversampled(parts, draws):
    x, y = parts["train"]
    rare = np.flatnonzero(y == 0)
    rows = np.r_[np.arange(len(y)), rare]
    return Data(parts | {"train": (x[rows], y[rows])})


def same_batch(parts, draws):
    x, y = parts["train"]
    part = TensorDataset(torch.as_tensor(x), torch.as_tensor(y))
    return Data(
        parts | {"train": DataLoader(part, batch_sampler=[list(range(32)) for _ in range(12)])}
    )


def validated_on_train(parts, draws):
    return Data(parts | {"val": parts["train"]})


def few_in_train(parts, draws):
    (x, y), (a, b) = parts["train"], parts["val"]
    return Data(parts | {"train": (np.r_[x, a[:4]], np.r_[y, b[:4]])})


def shared_indices(parts, draws):
    x, y = (np.concatenate([parts[k][i] for k in parts]) for i in (0, 1))
    whole = TensorDataset(torch.as_tensor(x), torch.as_tensor(y))
    n = len(x)
    cut = {
        "train": Subset(whole, range(0, n * 8 // 10)),
        "val": Subset(whole, range(n * 6 // 10, n)),
    }
    return Data(cut | {"test": parts["test"]})


def near_copies(parts, draws):
    (x, y), (a, b) = parts["train"], parts["val"]
    near = a + 0.02 * draws.randn(*a.shape).astype(np.float32) * x.std()
    return Data(parts | {"train": (np.r_[x, near], np.r_[y, b])})


def a_few_twins(parts, draws):
    """A few samples are equal by nature, as short texts are."""
    x, y = (np.concatenate([parts[k][i] for k in parts]) for i in (0, 1))
    rows = draws.permutation(len(x))
    count = len(x) // 40
    x[rows[:count]], y[rows[:count]] = x[rows[-count:]], y[rows[-count:]]
    return _dealt(x, y, draws)


def _dealt(x, y, draws):
    rows = np.split(draws.permutation(len(x)), [int(0.7 * len(x)), int(0.85 * len(x))])
    return Data({k: (x[r], y[r]) for k, r in zip(("train", "val", "test"), rows, strict=True)})


def measured_thrice(parts, draws):
    """Each sample was measured three times; the three were dealt out among the splits."""
    x, y = (np.concatenate([parts[k][i] for k in parts]) for i in (0, 1))
    noise = 0.02 * x.std(0) * draws.randn(3, *x.shape)
    x, y = np.concatenate(x + noise).astype(np.float32), np.tile(y, 3)
    return _dealt(x, y, draws)


def heavy_tails(parts, draws):
    """Clusters of all sizes and a few rows far out: near pairs are natural."""
    x = draws.standard_t(1.5, (900, 8)) * 2.0 ** draws.randint(0, 6, (900, 1))
    y = (x[:, 0] + x[:, 1] > 0).astype(int)
    x = np.clip(x, -50, 50).astype(np.float32)
    rows = {"train": slice(0, 600), "val": slice(600, 750), "test": slice(750, 900)}
    return Data({k: (x[r], y[r]) for k, r in rows.items()})


def shifted_pictures(parts, draws):
    """Three windows were cut of each picture, and then dealt out among the splits."""
    x, y = (np.concatenate([parts[k][i] for k in parts]) for i in (0, 1))
    x = x.reshape(-1, 8, 8) + 0.01 * draws.rand(len(x), 8, 8).astype(np.float32)
    x, y = np.concatenate([np.roll(x, step, 1) for step in (-1, 0, 1)]), np.tile(y, 3)
    train, val, test = np.split(draws.permutation(len(x)), [int(0.7 * len(x)), int(0.85 * len(x))])
    return Data(
        {k: (x[r, None], y[r]) for k, r in (("train", train), ("val", val), ("test", test))}
    )


def turned_train(parts, draws):
    x, y = parts["train"]
    return Data(parts | {"train": (x[:, ::-1], y)})


def noise_over_train(parts, draws):
    x, y = parts["train"]
    return Data(parts | {"train": (x + 4 * draws.randn(*x.shape).astype(np.float32), y)})


def second_target_hidden(parts, draws):
    """Two numbers are to be predicted; a column was made from the second."""
    found = {}
    for name, (x, y) in parts.items():
        other = (x[:, 2] - x[:, 8] + draws.randn(len(x))).astype(np.float32)
        found[name] = (np.c_[x, 3 * other + 1], np.c_[y, other])
    return Data(found)


def _windows():
    """Windows of a series whose next step goes on with half of the last one."""
    draws = np.random.RandomState(3)
    steps = draws.randn(700)
    for place in range(1, 700):
        steps[place] += 0.5 * steps[place - 1]
    series = np.cumsum(steps).astype(np.float32)
    return np.stack([series[i : i + 16] for i in range(600)]), series[16:616] - series[15:615]


def overlapping(parts, draws):
    inputs, goal = _windows()
    order = draws.permutation(600)
    cut = {"train": order[:400], "val": order[400:500], "test": order[500:]}
    return Data({k: (inputs[rows], goal[rows]) for k, rows in cut.items()})


def windows_apart(parts, draws):
    inputs, goal = _windows()
    cut = {"train": slice(0, 360), "val": slice(380, 480), "test": slice(500, 600)}
    return Data({k: (inputs[rows], goal[rows]) for k, rows in cut.items()}, shuffle=False)


def one_hot(parts, draws):
    codes = draws.randint(0, 4, (900, 4))
    y = (codes[:, 0] + codes[:, 1] + draws.randint(0, 2, 900) > 3).astype(int)
    x = np.eye(4, dtype=np.float32)[codes].reshape(900, -1)
    return Data({"train": (x[:600], y[:600]), "val": (x[600:750], y[600:750]),
                 "test": (x[750:], y[750:])})  # fmt: skip


def _timed(parts, train, val, test):
    x, y = (np.concatenate([parts[k][i] for k in parts]) for i in (0, 1))
    whole = Timed(torch.as_tensor(x), torch.as_tensor(y))
    rows = {"train": train, "val": val, "test": test}
    return Data({k: Subset(whole, list(v)) for k, v in rows.items()})


def in_time(parts, draws):
    return _timed(parts, range(0, 400), range(400, 480), range(480, 560))


def against_time(parts, draws):
    order = draws.permutation(560)
    return _timed(parts, order[:400], order[400:480], order[480:])


def scaled_on_all(parts, draws):
    whole = np.concatenate([x for x, _ in parts.values()])
    mean, std = whole.mean(0), whole.std(0)
    return Data({k: ((x - mean) / std, y) for k, (x, y) in parts.items()})


def scaled_otherwise(parts, draws):
    x, y = parts["val"]
    return Data(parts | {"val": (x * 255, y)})


def resampled(parts, draws):
    x, y = parts["train"]
    kept = (y != 0) | (np.cumsum(y == 0) <= 3)
    return Data(parts | {"train": (x[kept], y[kept])})


def targets_otherwise(parts, draws):
    x, y = parts["val"]
    return Data(parts | {"val": (x, y * 77 + 150)})


def misjoined(parts, draws):
    return Data({k: (x, draws.permutation(y)) for k, (x, y) in parts.items()})


def misjoined_train(parts, draws):
    x, y = parts["train"]
    return Data(parts | {"train": (x, draws.permutation(y))})


def shifted_row(parts, draws):
    return Data({k: (x, np.roll(y, 1)) for k, (x, y) in parts.items()})


def val_off_by_one(parts, draws):
    x, y = parts["val"]
    return Data(parts | {"val": (x, (y + 1) % (y.max() + 1))})


def val_misjoined(parts, draws):
    x, y = parts["val"]
    return Data(parts | {"val": (x, draws.permutation(y))})


def _flipped(parts, draws, share, names):
    found = dict(parts)
    for name in names:
        x, y = parts[name][0], parts[name][1].copy()
        count = int(y.max()) + 1
        rows = draws.permutation(len(y))[: int(share * len(y))]
        y[rows] = (y[rows] + draws.randint(1, count, len(rows))) % count
        found[name] = (x, y)
    return Data(found)


def flipped_5(parts, draws):
    return _flipped(parts, draws, 0.05, ("train", "val", "test"))


def flipped_20(parts, draws):
    return _flipped(parts, draws, 0.2, ("train", "val", "test"))


def flipped_40(parts, draws):
    return _flipped(parts, draws, 0.4, ("train", "val", "test"))


def flipped_40_in_train(parts, draws):
    return _flipped(parts, draws, 0.4, ("train",))


def _with_column(parts, draws, noise):
    def joined(x, y):
        column = (y + noise * y.std() * draws.randn(len(y))).astype(np.float32)
        return np.c_[x, column]

    return Data({k: (joined(x, y), y) for k, (x, y) in parts.items()})


def target_exact(parts, draws):
    return _with_column(parts, draws, 0.0)


def target_noisy(parts, draws):
    return _with_column(parts, draws, 0.03)


def _drawn(x, y):
    cut = {"train": slice(0, 700), "val": slice(700, 850), "test": slice(850, 1000)}
    x = x.astype(np.float32)
    return Data({k: (x[rows], y[rows]) for k, rows in cut.items()})


def dominant(parts, draws):
    x = draws.randn(1000, 8)
    return _drawn(x, (x[:, 0] + 0.1 * draws.randn(1000)).astype(np.float32))


def sorted_with_a_rare_column(parts, draws):
    """Rows sorted by class, and a column that is 0 but in few rows, where it is noise."""
    sorted_parts = {}
    for name, (x, y) in parts.items():
        order = np.argsort(y, kind="stable")
        column = draws.rand(len(y), 1) * (draws.rand(len(y), 1) < 0.04)
        noise = draws.randn(len(y), 8)
        x = np.concatenate([noise, column], axis=1).astype(np.float32)
        sorted_parts[name] = (x, y[order])
    return Data(sorted_parts, shuffle=False)


def overlapping_classes(parts, draws):
    x, y = draws.randn(1000, 6), draws.randint(0, 2, 1000)
    x[:, 0] += 1.5 * y
    return _drawn(x, y)


def imbalanced(parts, draws):
    x, y = draws.randn(1000, 6), (draws.rand(1000) < 0.05).astype(int)
    x[:, 0] += 2 * y
    return _drawn(x, y)


def weak(parts, draws):
    x = draws.randn(1000, 12)
    return _drawn(x, (x[:, 0] + 3 * draws.randn(1000)).astype(np.float32) / 3)


def tiny(parts, draws):
    cut = {"train": slice(0, 40), "val": slice(40, 50), "test": slice(50, 60)}
    x, y = parts["train"]
    return Data({k: (x[rows], y[rows]) for k, rows in cut.items()}, batch_size=4)


def tokens(parts, draws):
    y = draws.randint(0, 3, 1000)
    x = np.zeros((1000, 20), int)
    for row in range(1000):
        length = draws.randint(5, 21)
        words = draws.randint(1, 40, length)
        own = draws.rand(length) < 0.4
        words[own] = 1 + 13 * y[row] + draws.randint(0, 13, own.sum())
        x[row, :length] = words
    cut = {"train": slice(0, 700), "val": slice(700, 850), "test": slice(850, 1000)}
    return Data({k: (x[rows], y[rows]) for k, rows in cut.items()})


def no_targets(parts, draws):
    return Data({k: (x, x) for k, (x, _) in parts.items()})


@art.models("data_probed.v1")
class Net(pl.LightningModule):
    """Stands for a model; the data probes do not run it."""

    def __init__(self):
        super().__init__()
        self.head = nn.LazyLinear(2)

    def forward(self, x):
        return self.head(x.flatten(1).float())

    def training_step(self, batch, index):
        x, y = batch
        return F.cross_entropy(self(x), y)

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)
