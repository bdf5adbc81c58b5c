"""Texts, sound, series, graphs and sets as people bring them: sound ones, and wrong twins."""

from collections import UserDict

import pytorch_lightning as pl
import torch
from sklearn.datasets import load_digits, load_wine
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset, TensorDataset

import art


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


class Rows(Dataset):
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]


class Loaders(pl.LightningDataModule):
    def __init__(self, splits, collate=None, batch_size=16, shuffle=True):
        super().__init__()
        self.splits, self.collate, self.batch_size = splits, collate, batch_size
        self.shuffle = shuffle

    def loader(self, name, shuffle=False):
        return DataLoader(
            self.splits[name], self.batch_size, shuffle=shuffle, collate_fn=self.collate
        )

    def train_dataloader(self):
        return self.loader("train", self.shuffle)

    def val_dataloader(self):
        return self.loader("val") if "val" in self.splits else []

    def test_dataloader(self):
        return self.loader("test") if "test" in self.splits else []


def dealt(items, train=0.6, val=0.2):
    a, b = int(train * len(items)), int((train + val) * len(items))
    return {"train": Rows(items[:a]), "val": Rows(items[a:b]), "test": Rows(items[b:])}


def sentences(count, full=False, seed=0):
    """Words of three topics."""
    g = generator(seed)
    found = []
    for _ in range(count):
        topic = int(torch.randint(0, 3, (), generator=g))
        size = 12 if full else int(torch.randint(4, 13, (), generator=g))
        words = torch.randint(40, 100, (size,), generator=g)
        own = torch.rand(size, generator=g) < 0.4
        words[own] = 1 + 13 * topic + torch.randint(0, 13, (int(own.sum()),), generator=g)
        found.append((words, topic))
    return found


@art.data("texts_with_lengths.v1")
def texts_with_lengths(lengths: str = "long", full: bool = False):
    """(texts, lengths, labels); lengths as integers, as floats or as a list."""

    def collate(samples):
        texts = pad_sequence([words for words, _ in samples], batch_first=True)
        sizes = [len(words) for words, _ in samples]
        made = {"long": torch.tensor, "float": lambda s: torch.tensor(s).float(), "list": list}
        return texts, made[lengths](sizes), torch.tensor([topic for _, topic in samples])

    return Loaders(dealt(sentences(900, full)), collate)


@art.data("packed_texts.v1")
def packed_texts():
    """All words of a batch in one row, and where each text begins, as EmbeddingBag takes them."""

    def collate(samples):
        words = [words for words, _ in samples]
        starts = torch.tensor([0, *(len(each) for each in words[:-1])]).cumsum(0)
        return torch.tensor([topic for _, topic in samples]), torch.cat(words), starts

    return Loaders(dealt(sentences(900)), collate)


@art.data("encodings.v1")
def encodings():
    """A UserDict of a tokenizer, with its mask."""

    def collate(samples):
        texts = pad_sequence([words for words, _ in samples], batch_first=True)
        labels = torch.tensor([topic for _, topic in samples])
        return UserDict(input_ids=texts, attention_mask=(texts > 0).long(), labels=labels)

    return Loaders(dealt(sentences(900)), collate)


@art.data("speech.v1")
def speech():
    """Sounds, transcripts and both lengths, as CTC takes them; the lengths are shares."""
    g = generator(1)
    items = []
    for _ in range(300):
        text = torch.randint(1, 20, (int(torch.randint(2, 6, (), generator=g)),), generator=g)
        sound = torch.randn(8 * len(text), 13, generator=g) + text.repeat_interleave(8)[:, None]
        items.append((sound, text))

    def collate(samples):
        sounds = pad_sequence([sound for sound, _ in samples], batch_first=True)
        texts = pad_sequence([text for _, text in samples], batch_first=True)
        sizes = torch.tensor([len(sound) for sound, _ in samples])
        written = torch.tensor([len(text) for _, text in samples])
        return sounds, sizes, texts, written

    return Loaders(dealt(items), collate)


@art.data("boxes.v1")
def boxes():
    """Detection: a list of pictures and a list of dicts."""
    g = generator(2)
    items = []
    for n in range(60):
        found = {"boxes": torch.rand(1 + n % 4, 4), "labels": torch.ones(1 + n % 4).long()}
        items.append((torch.rand(3, 16, 16 + n % 3, generator=g), found))
    return Loaders(dealt(items), lambda samples: tuple(zip(*samples, strict=True)))


class Graphs:
    """Graphs in one, as graph libraries batch them."""

    def __init__(self, graphs):
        sizes = torch.tensor([len(x) for x, _, _ in graphs])
        starts = sizes.cumsum(0) - sizes
        self.x = torch.cat([x for x, _, _ in graphs])
        self.edge_index = torch.cat([e + s for (_, e, _), s in zip(graphs, starts, strict=True)], 1)
        self.batch = torch.arange(len(graphs)).repeat_interleave(sizes)
        self.y = torch.tensor([y for _, _, y in graphs])

    def to(self, device):
        return self


def graph(n):
    g = generator(n)
    size = 4 + n % 5
    return torch.randn(size, 3, generator=g), torch.randint(0, size, (2, 6), generator=g), n % 2


@art.data("molecules.v1")
def molecules():
    return Loaders(dealt([graph(n) for n in range(90)]), Graphs)


@art.data("one_graph.v1")
def one_graph():
    """One graph for all splits, and masks that say which nodes are whose."""
    g = generator(3)
    nodes = {
        "x": torch.randn(120, 5, generator=g),
        "edge_index": torch.randint(0, 120, (2, 400), generator=g),
        "y": torch.randint(0, 3, (120,), generator=g),
        "train_mask": torch.arange(120) < 80,
    }
    whole = Rows([nodes])
    return Loaders({"train": whole, "val": whole}, lambda samples: samples[0], batch_size=1)


def wandering(length, seed=0):
    """A series that drifts, with a season."""
    steps = torch.randn(length, generator=generator(seed))
    time = torch.arange(length)
    return (0.3 * steps.cumsum(0) + torch.sin(time / 4)).float()


@art.data("forecast.v1")
def forecast(mixed: bool = False):
    """20 steps tell the next; validation is a short time after the end of training."""
    series = wandering(1200)
    windows = torch.stack([series[i : i + 20] for i in range(1170)])
    goal = torch.stack([series[i + 20 : i + 23] for i in range(1170)])
    order = torch.arange(1170)
    if mixed:
        order = order[torch.randperm(1170, generator=generator(4))]
    rows = {"train": order[:900], "val": order[903:1003], "test": order[1006:]}
    return Loaders({k: TensorDataset(windows[r], goal[r]) for k, r in rows.items()})


class RandomWindows(Dataset):
    """Windows of one series, drawn at random places before a time."""

    def __init__(self, series, count, seed):
        places = torch.randint(0, len(series) - 24, (count,), generator=generator(seed))
        self.parts = [(series[i : i + 20], series[i + 20 : i + 24]) for i in places.tolist()]

    def __len__(self):
        return len(self.parts)

    def __getitem__(self, index):
        return self.parts[index]


@art.data("fixed_time.v1")
def fixed_time():
    """Windows from anywhere in train; validation at one fixed time after it."""
    series = 4 * wandering(2000, 5)
    return Loaders(
        {
            "train": RandomWindows(series[:1800], 800, 0),
            "val": RandomWindows(series[1800:1900], 100, 1),
        }
    )


@art.data("whole_series.v1")
def whole_series():
    """Twelve long series: the module trains on the beginning of each and validates on its end."""
    whole = TensorDataset(torch.stack([wandering(300, seed) for seed in range(12)])[..., None])
    return Loaders({"train": whole, "val": whole}, batch_size=12)


@art.data("labelled_series.v1")
def labelled_series():
    """The wrong twin: labelled rows, validated on what was trained on."""
    x, y = load_wine(return_X_y=True)
    whole = TensorDataset(torch.tensor((x - x.mean(0)) / x.std(0)).float(), torch.tensor(y))
    return Loaders({"train": whole, "val": whole})


class Curriculum(torch.utils.data.Sampler):
    """The first epoch goes class by class, the others do not; always so where it never ends."""

    def __init__(self, y, ends):
        self.y, self.ends, self.epoch = y, ends, 0

    def __len__(self):
        return len(self.y)

    def __iter__(self):
        self.epoch += 1
        if self.epoch == 1 or not self.ends:
            return iter(self.y.argsort(stable=True).tolist())
        return iter(torch.randperm(len(self.y), generator=generator(self.epoch)).tolist())


@art.data("curriculum.v1")
class Eased(pl.LightningDataModule):
    def __init__(self, ends: bool = True):
        super().__init__()
        self.ends = ends

    def setup(self, stage=None):
        x, y = load_digits(return_X_y=True)
        order = torch.randperm(len(x), generator=generator(7))
        self.x, self.y = torch.tensor(x)[order].float() / 16, torch.tensor(y)[order]

    def train_dataloader(self):
        part = TensorDataset(self.x[:1200], self.y[:1200])
        return DataLoader(part, 32, sampler=Curriculum(self.y[:1200], self.ends))

    def val_dataloader(self):
        return DataLoader(TensorDataset(self.x[1200:], self.y[1200:]), 100)


@art.data("clouds.v1")
def clouds(misjoined: bool = False):
    """64 points on a ball, a cube or a ring, in any order and turned at random."""
    g = generator(9)
    made, labels = [], []
    for n in range(900):
        points = torch.randn(64, 3, generator=g)
        kind = n % 3
        if kind == 0:
            points = points / points.norm(dim=1, keepdim=True)
        elif kind == 1:
            points = points / points.abs().max(1, keepdim=True).values
        else:
            points[:, 2] *= 0.1
            points = points / points.norm(dim=1, keepdim=True)
        turn = torch.linalg.qr(torch.randn(3, 3, generator=g))[0]
        made.append(points @ turn)
        labels.append(kind)
    order = torch.randperm(900, generator=g)
    y = torch.tensor(labels)[order]
    if misjoined:
        y = y[torch.randperm(900, generator=g)]
    items = list(zip(torch.stack(made)[order], y, strict=True))
    return Loaders(dealt(items))


@art.data("unlabelled.v1")
def unlabelled():
    """Pictures alone, and no validation: self-supervised."""
    x, _ = load_digits(return_X_y=True)
    return Loaders({"train": TensorDataset(torch.tensor(x).float() / 16)})
