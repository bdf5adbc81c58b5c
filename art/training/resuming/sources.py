"""Where batches come from, in an order that is a function of the seed and the epoch.

A source can begin an epoch at any batch. Of a user's `DataLoader` the sampler is asked for the
epoch's whole order under generators that were seeded for that epoch, and the loader is given what
is left of it. What is drawn for its items depends on the seed, the epoch and the batch, whichever
process loads them.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol

from torch.utils.data import DataLoader, IterableDataset

from art.training.data_modules.description import Together as Combined
from art.training.data_modules.limiting import Limited
from art.training.namespaces import CombinedLoader, is_combined
from art.training.resuming.gathering import gathered, rows_of
from art.training.resuming.item_draws import (
    Seeded,
    Worker,
    generators_in,
    is_fixed,
    numbered,
    seed_generator,
)
from art.training.seeding import derive_seed, seed_all, undisturbed


class Source(Protocol):
    """Gives the batches of an epoch.

    Attributes:
        exact: whether an epoch can begin at any batch.
        elsewhere: whether other processes load, so that waiting for a batch changes nothing here.
        length: batches of an epoch; None where that is not known.
    """

    exact: bool
    elsewhere: bool
    length: int | None

    def batches(self, epoch: int, start: int, lap: int = 0) -> Iterator[Any]:
        """The batches of an epoch, from one on; `lap` counts how often it began anew in it."""
        ...

    def close(self) -> None:
        """No more batches are wanted."""
        ...


def source_of(loader: Any, seed: int) -> Source:
    """The source that a training loader is, or several loaders that are read together."""
    if isinstance(loader, Limited):
        return Shortened(source_of(loader.loader, seed), loader.count)
    if is_combined(loader):
        return _together(loader.iterables, loader._mode, seed)
    if isinstance(loader, Combined):
        return _together(loader.loaders, loader.mode, seed)
    if isinstance(loader, dict | list | tuple):
        return _together(loader, "max_size_cycle", seed)
    if callable(getattr(loader, "skip_to", None)) and callable(getattr(loader, "set_epoch", None)):
        return Positioned(loader)
    indexed = isinstance(loader, DataLoader) and not isinstance(loader.dataset, IterableDataset)
    if indexed and _length(loader) is not None:
        return Reordered(loader, seed)
    return Begun(loader, seed)


@contextmanager
def lent_loader(data: Any, hold: Callable[[Any], Any]) -> Iterator[None]:
    """Let a data module give what `hold` makes of its training loader, inside.

    A module that brings its own loaders is lent in the same way.
    """
    original = data.train_dataloader

    @functools.wraps(original)
    def train_dataloader(*args: Any, **kwargs: Any) -> Any:
        return hold(original(*args, **kwargs))

    object.__setattr__(data, "train_dataloader", train_dataloader)
    try:
        yield
    finally:
        object.__delattr__(data, "train_dataloader")


class Positioned:
    """A loader that can be told the epoch and the batch to begin at, as ART's own can."""

    exact = True
    elsewhere = False

    def __init__(self, loader: Any) -> None:
        self.loader = loader
        self.length = _length(loader)

    def batches(self, epoch: int, start: int, lap: int = 0) -> Iterator[Any]:
        """From that batch on; another lap is in the same order."""
        self.loader.set_epoch(epoch)
        self.loader.skip_to(start)
        return iter(self.loader)

    def close(self) -> None:
        """Nothing is left open."""


class Begun:
    """Any other loader: its epochs can only be begun.

    The generators are seeded for the epoch first, and its sampler is told the epoch where it wants
    to know.
    """

    exact = False
    elsewhere = False

    def __init__(self, loader: Any, seed: int) -> None:
        self.loader = loader
        self.length = _length(loader)
        self._seed = seed

    def batches(self, epoch: int, start: int, lap: int = 0) -> Iterator[Any]:
        """The epoch from its first batch on."""
        for part in (self.loader, *_samplers(self.loader)):
            _tell_epoch(part, epoch)
        key = derive_seed(self._seed, "order", epoch, lap)
        for generator in generators_in(self.loader):
            seed_generator(generator, key)
        seed_all(key)
        return iter(self.loader)

    def close(self) -> None:
        """Nothing is left open."""


class Reordered:
    """A user's own `DataLoader` over a data set with an index.

    Args:
        loader: it is left as it is; a copy of it loads.
        seed: the order and what is drawn in workers are functions of it.

    Attributes:
        gathers: whether batches are gathered at once from a data set of tensors.
    """

    exact = True

    def __init__(self, loader: DataLoader[Any], seed: int) -> None:
        self.length = _length(loader)
        self.elsewhere = loader.num_workers > 0
        self.loader = loader
        self._seed = seed
        self._draws = self.elsewhere or not is_fixed(loader.dataset)
        self._rows = None if self._draws else rows_of(loader)
        self._ordered = 0  # laps that the sampler has been asked for
        self.gathers = self._rows is not None
        self._order = _Order()
        self._copy = self._copied()

    def batches(self, epoch: int, start: int, lap: int = 0) -> Iterator[Any]:
        """From that batch on, whatever was loaded before."""
        with undisturbed():
            if _is_users(self._sampler):  # it may count its epochs by itself
                for earlier in range(self._ordered, epoch):
                    self._indices(earlier, 0)
            self._ordered = epoch + 1
            whole = self._indices(epoch, lap)
            left = enumerate(whole[start:], start)
            if self._draws:
                key = derive_seed(self._seed, "items", epoch, lap)
                self._order.left = [numbered(indices, key + n) for n, indices in left]
            else:
                self._order.left = [indices for _, indices in left]
            if self._rows is not None:
                return gathered(self._rows, self._order.left)
            seed_all(derive_seed(self._seed, "workers", epoch, lap))
            return iter(self._copy)

    def close(self) -> None:
        """End the workers that stay: left to the collector they take seconds to be waited for."""
        iterator = self._copy.__dict__.get("_iterator")
        self._copy.__dict__["_iterator"] = None
        if iterator is not None:
            iterator._shutdown_workers()

    @property
    def _sampler(self) -> Any:
        loader = self.loader
        return loader.sampler if loader.batch_sampler is None else loader.batch_sampler

    def _indices(self, epoch: int, lap: int) -> list[Any]:
        key = derive_seed(self._seed, "order", epoch, lap)
        for part in _samplers(self.loader):
            _tell_epoch(part, epoch)
            _seed_own(part, key)
        _seed_own(self.loader, key)
        seed_all(key)
        return list(islice(iter(self._sampler), self.length))

    def _copied(self) -> DataLoader[Any]:
        made = copy.copy(self.loader)
        kind = "sampler" if made.batch_sampler is None else "batch_sampler"
        made.__dict__[kind] = self._order  # DataLoader refuses a plain assignment
        made.__dict__["_iterator"] = None
        if self._draws:
            made.__dict__["dataset"] = Seeded(made.dataset)
        if self.elsewhere:
            made.worker_init_fn = Worker(made.worker_init_fn)
        return made


class Shortened:
    """The first batches of each epoch of another source."""

    def __init__(self, source: Source, count: int) -> None:
        self.source = source
        self.exact = source.exact
        self.elsewhere = source.elsewhere
        self.loader = getattr(source, "loader", None)
        self.length = None if source.length is None else min(source.length, count)
        self._count = count

    def batches(self, epoch: int, start: int, lap: int = 0) -> Iterator[Any]:
        """From that batch on."""
        return islice(self.source.batches(epoch, start, lap), max(self._count - start, 0))

    def close(self) -> None:
        """Close it."""
        self.source.close()


class Together:
    """Several sources that are read side by side, one batch of each a step.

    Args:
        sources: in the form, a dict or list, that the batches are to have.
        cycle: begin the shorter ones again until the longest ends; else end with the shortest.
    """

    exact = True

    def __init__(self, sources: dict[Any, Source] | list[Source], cycle: bool) -> None:
        self._keys = list(sources) if isinstance(sources, dict) else None
        self._sources = list(sources.values() if isinstance(sources, dict) else sources)
        lengths = [source.length or 0 for source in self._sources]
        self.length: int | None = max(lengths) if cycle else min(lengths)
        self.elsewhere = all(source.elsewhere for source in self._sources)

    def batches(self, epoch: int, start: int, lap: int = 0) -> Iterator[Any]:
        """From that batch on, each source in the lap that it is in there."""
        streams = [_laps(source, epoch, start) for source in self._sources]
        for _ in range(start, self.length or 0):
            batch = [next(stream) for stream in streams]
            yield batch if self._keys is None else dict(zip(self._keys, batch, strict=True))

    def close(self) -> None:
        """Close them all."""
        for source in self._sources:
            source.close()


def _together(loaders: Any, mode: str, seed: int) -> Source:
    several = list(loaders.values() if isinstance(loaders, dict) else loaders)
    sources = [
        source_of(loader, derive_seed(seed, "loader", n)) for n, loader in enumerate(several)
    ]
    sized = all(source.exact and source.length for source in sources)
    if not sized or mode not in ("max_size_cycle", "min_size"):
        return Begun(Combined(CombinedLoader(loaders, mode)), seed)  # type: ignore[arg-type]
    made = dict(zip(loaders, sources, strict=True)) if isinstance(loaders, dict) else sources
    return Together(made, mode == "max_size_cycle")


def _laps(source: Source, epoch: int, start: int) -> Iterator[Any]:
    assert source.length
    lap, first = divmod(start, source.length)
    while True:
        yield from source.batches(epoch, first, lap)
        lap, first = lap + 1, 0


class _Order:
    """What is left of an epoch, in the place of a sampler."""

    def __init__(self) -> None:
        self.left: Sequence[Any] = ()

    def __iter__(self) -> Iterator[Any]:
        return iter(self.left)

    def __len__(self) -> int:
        return len(self.left)


def _samplers(loader: Any) -> list[Any]:
    batches = getattr(loader, "batch_sampler", None)
    parts = (getattr(loader, "sampler", None), batches, getattr(batches, "sampler", None))
    return [part for part in dict.fromkeys(map(id, parts)) for part in _by_id(parts, part)]


def _by_id(parts: Iterable[Any], wanted: int) -> list[Any]:
    return [part for part in parts if part is not None and id(part) == wanted][:1]


def _tell_epoch(part: Any, epoch: int) -> None:
    set_epoch = getattr(part, "set_epoch", None)
    if callable(set_epoch):
        set_epoch(epoch)


def _seed_own(part: Any, key: int) -> None:
    """Seed the generators that a sampler or loader keeps for itself."""
    for generator in generators_in(part, depth=1):
        seed_generator(generator, key)


def _is_users(sampler: Any) -> bool:
    inner = getattr(sampler, "sampler", None)
    return any(
        not type(part).__module__.startswith("torch.")
        for part in (sampler, inner)
        if part is not None
    )


def _length(loader: Any) -> int | None:
    try:
        return len(loader)
    except (TypeError, NotImplementedError):
        return None
