"""The loaders of a data module's splits, as the Trainer delivers them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from art.errors import DataError
from art.training.namespaces import CombinedLoader, is_combined, overrides, pl


class Together:
    """Several loaders at once, as the Trainer delivers them: one batch of each a step.

    Args:
        loaders: a list or dict of them; each batch is a list or dict of their batches.
    """

    def __init__(self, loaders: Any) -> None:
        combined = is_combined(loaders)
        self.loaders = loaders.iterables if combined else loaders
        self.mode: Any = loaders._mode if combined else "max_size_cycle"

    def __iter__(self) -> Iterator[Any]:
        return (batch for batch, _, _ in self._combined())

    def __len__(self) -> int:
        return len(self._combined())

    def _combined(self) -> CombinedLoader:
        """A fresh one each time: it is its own iterator, and has a length once it is one."""
        return iter(CombinedLoader(self.loaders, self.mode))


def loader_of(data: pl.LightningDataModule, split: str) -> Iterable[Any] | None:
    """The loader of a split of a data module that is set up for fit; None where it has none.

    Several loaders (a list or dict) for training are read together, and so is a CombinedLoader
    that gives a batch of each. Of several that are validated or tested one after the other the
    first stands for the split.

    Raises:
        DataError: the split is empty.
    """
    loader = loaders_of(data, split)
    several = isinstance(loader, dict | list | tuple) and len(loader) > 0
    combined = is_combined(loader)
    if (split == "train" and several) or (combined and loader._mode != "sequential"):
        return Together(loader)
    if combined:
        loader = next(iter(loader.flattened), None)
    elif isinstance(loader, dict):
        loader = next(iter(loader.values()), None)
    elif isinstance(loader, list | tuple):
        loader = loader[0] if loader else None
    if loader is not None and length(loader) == 0:
        raise DataError(empty(split))
    found: Iterable[Any] | None = loader
    return found


def loaders_of(data: pl.LightningDataModule, split: str) -> Any:
    """What a data module gives for a split, as a module's own steps are to get it.

    Raises:
        DataError: the split is empty.
    """
    method = f"{split}_dataloader"
    if not overrides(data, method):
        return None
    if split == "test":
        data.setup("test")
    try:
        return getattr(data, method)()
    except ValueError as error:
        if "num_samples" not in str(error):  # what torch's DataLoader says of shuffling nothing
            raise
        raise DataError(empty(split)) from error


def empty(split: str) -> str:
    """What is said of a split without a sample."""
    name = {"train": "training", "val": "validation"}.get(split, split)
    return f"the {name} split is empty. Look at the path of the data and at how it is split."


def length(loader: Iterable[Any]) -> int | None:
    """Samples where the loader has a data set, else its batches; None where neither is known."""
    dataset = getattr(loader, "dataset", None)
    try:
        return len(dataset) if dataset is not None else len(loader)  # type: ignore[arg-type]
    except TypeError:  # an iterable data set does not know
        return None
