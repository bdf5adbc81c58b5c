"""A data module of what a program has at hand: loaders, data sets or arrays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Sized
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, IterableDataset, TensorDataset

from art.errors import DataError, did_you_mean
from art.training.namespaces import is_combined, is_data_module, pl

SPLITS = ("train", "val", "test")
OTHER_NAMES = {"training": "train", "valid": "val", "validation": "val", "dev": "val"}
TAKEN = (
    "Give a LightningDataModule, a DataLoader, a data set or arrays (X, y); for several splits a "
    "tuple (train, val, test) or a dict with these keys."
)


class GivenData(pl.LightningDataModule):
    """The loaders of each split.

    Args:
        loaders: by split, `train`, `val` and `test`.
    """

    def __init__(self, loaders: Mapping[str, Any]) -> None:
        super().__init__()
        self.loaders = dict(loaders)

    def train_dataloader(self) -> Any:
        """What is trained on."""
        return self.loaders.get("train", [])

    def val_dataloader(self) -> Any:
        """What is validated on; an empty list where there is no such split."""
        return self.loaders.get("val", [])

    def test_dataloader(self) -> Any:
        """What is tested on; an empty list where there is no such split."""
        return self.loaders.get("test", [])


def data_module_of(data: Any, batch_size: int) -> pl.LightningDataModule:
    """A data module of either namespace as it is, of anything else a new one.

    Args:
        data: a data module; a loader, a data set or arrays `(X, y)`, or several of them, for the
            splits, in a tuple of up to three or in a dict.
        batch_size: of the loaders that are made; a loader that was given has its own.

    Raises:
        DataError: it is nothing of these.
    """
    if is_data_module(data) and not isinstance(data, type):
        return data
    if isinstance(data, Mapping):
        return GivenData(_named(data, batch_size))
    if isinstance(data, tuple | list) and not _are_arrays(data):
        if not 1 <= len(data) <= len(SPLITS):
            raise DataError(f"the data are {len(data)} parts, and there are 3 splits. {TAKEN}")
        parts = zip(SPLITS, data, strict=False)
        return GivenData({split: _loader(part, split, batch_size) for split, part in parts})
    return GivenData({"train": _loader(data, "train", batch_size)})


def _named(data: Mapping[Any, Any], batch_size: int) -> dict[str, Any]:
    found = {}
    for name, part in data.items():
        split = OTHER_NAMES.get(str(name), str(name))
        if split not in SPLITS:
            known = did_you_mean(str(name), [*SPLITS, *OTHER_NAMES])
            raise DataError(f"the data have a split '{name}', which is not known.{known}")
        found[split] = _loader(part, split, batch_size)
    if "train" not in found:
        raise DataError("the data have no split 'train': there is nothing to train on.")
    return found


def _loader(part: Any, split: str, batch_size: int) -> Any:
    """The loader of a split."""
    if isinstance(part, DataLoader) or is_combined(part):
        return part
    if isinstance(part, tuple | list) and _are_arrays(part):
        part = TensorDataset(*_tensors(part, split))
    if _is_data_set(part):
        if isinstance(part, Sized) and not len(part):
            raise DataError(f"the {split} data are empty: there are no samples.")
        shuffle = split == "train" and not isinstance(part, IterableDataset)
        return DataLoader(part, batch_size=batch_size, shuffle=shuffle)
    if hasattr(part, "__iter__") and not isinstance(part, str | bytes) and not _is_array(part):
        return part
    raise DataError(f"the {split} data are {type(part).__name__}, which is nothing known. {TAKEN}")


def _is_data_set(part: Any) -> bool:
    if isinstance(part, Dataset):
        return True
    by_index = hasattr(part, "__getitem__") and hasattr(part, "__len__")
    return by_index and not isinstance(part, list | tuple | str | bytes) and not _is_array(part)


def _is_array(part: Any) -> bool:
    return isinstance(part, Tensor | np.ndarray) or hasattr(part, "to_numpy")


def _are_arrays(parts: Sequence[Any]) -> bool:
    """Whether it is X and y, where y may be a list of numbers."""
    if len(parts) != 2:
        if len(parts) > 2 and all(_is_array(part) for part in parts):
            raise DataError(
                f"the data are {len(parts)} arrays, and it cannot be told which are the targets "
                "of which. Give a pair for each split: ((X_train, y_train), (X_val, y_val))."
            )
        return False
    first, second = parts
    numbers = isinstance(second, list) and bool(second) and isinstance(second[0], int | float)
    return _is_array(first) and (_is_array(second) or numbers)


def _tensors(parts: Sequence[Any], split: str) -> tuple[Tensor, ...]:
    """X and y as a program would make tensors of them: doubles become floats."""
    made = tuple(_tensor(part) for part in parts)
    lengths = [len(tensor) if tensor.ndim else 0 for tensor in made]
    if len(set(lengths)) > 1:
        raise DataError(
            f"the {split} data have {lengths[0]} rows of inputs and {lengths[1]} of targets: each "
            "sample needs one of both."
        )
    return made


def _tensor(part: Any) -> Tensor:
    if isinstance(part, Tensor):
        return part
    to_numpy: Callable[[], Any] | None = getattr(part, "to_numpy", None)
    values = np.asarray(part if to_numpy is None else to_numpy())
    if values.dtype.kind not in "biuf":
        raise DataError(
            f"an array holds {values.dtype}, and numbers are needed. Encode texts and categories "
            "as your program does before training."
        )
    made = torch.from_numpy(np.ascontiguousarray(values))
    return made.to(torch.get_default_dtype()) if made.is_floating_point() else made
