"""Gives some of a split's batches alone, where a setting says how many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from art.errors import UserError


class Limited:
    """The first batches of a loader; everything else of it is as it is.

    Args:
        loader: a split's.
        count: batches that it gives at most.
    """

    def __init__(self, loader: Any, count: int) -> None:
        self.loader = loader
        self.count = count

    def __iter__(self) -> Iterator[Any]:
        return islice(iter(self.loader), self.count)

    def __len__(self) -> int:
        """A TypeError where the loader does not know."""
        return min(len(self.loader), self.count)

    def __getattr__(self, name: str) -> Any:
        if name in ("loader", "count") or name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.loader, name)


def limited(loader: Iterable[Any] | None, limit: int | float | None, split: str) -> Any:
    """A loader that gives no more batches than a setting allows; None where that is none.

    Args:
        loader: a split's; None where there is none.
        limit: a number of batches, or a share of them from 0 to 1; None for all.
        split: for messages.

    Raises:
        UserError: a share of a loader whose length is not known.
    """
    if loader is None or limit is None:
        return loader
    count = batches_of(loader, limit, split)
    return Limited(loader, count) if count else None


def batches_of(loader: Any, limit: int | float, split: str) -> int:
    """The number of batches that a limit stands for; a share is rounded down, as by Lightning.

    Raises:
        UserError: a share of a loader whose length is not known.
    """
    if isinstance(limit, int):
        return limit
    try:
        return int(len(loader) * limit)
    except TypeError as error:
        raise UserError(
            f"[training] limit_{split}_batches = {limit} is a share of the batches, but the loader "
            f"does not know its length. Give a number of batches."
        ) from error
