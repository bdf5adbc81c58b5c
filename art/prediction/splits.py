"""Predictions of the splits of a run's own data: no file is needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from art.config import RecipeConfig
from art.errors import DataError
from art.prediction.answers import Predictions, joined
from art.prediction.finding import Found, config_of
from art.prediction.trained import TrainedModel
from art.running.building import build_data
from art.training.data_modules.batches import targets_of
from art.training.data_modules.description import loader_of
from art.training.namespaces import overrides

SPLITS = ("predict", "test", "val", "train")


def as_split(text: str) -> str | None:
    """The split that a word stands for; None where it is a file's name."""
    return text if text in SPLITS and not Path(text).exists() else None


def predict_split(
    model: TrainedModel, found: Found, split: str, settings: Mapping[str, Any]
) -> Predictions:
    """What a model says of a split of its run's data, in the order of the split's loader.

    Args:
        model: the run's.
        found: the run.
        split: `predict`, `test`, `val` or `train`.
        settings: changes of the config's `[data]`, by dotted name, such as another file.

    Raises:
        UserError: the data has no such split, or cannot be read.
    """
    config = config_of(found).with_settings(dict(settings), "the command line")
    parts = []
    count = 0
    for index, batch in enumerate(_loader(config, split)):
        said = model.of_batch(_moved(batch, model.device), index, ())
        names = tuple(str(count + number + 1) for number in range(len(said)))
        count += len(said)
        parts.append(
            Predictions(**{**vars(said), "names": names, "targets": _targets(batch, said)})
        )
    if not parts:
        raise DataError(f"the split '{split}' gives no batch.")
    return joined(parts)


def _loader(config: RecipeConfig, split: str) -> Iterable[Any]:
    data = build_data(config, config.project.seed)
    there = [one for one in SPLITS if overrides(data, f"{one}_dataloader")]
    if split == "predict" and split in there:
        data.setup("predict")
        loaders = data.predict_dataloader()
        loader = loaders[0] if isinstance(loaders, list | tuple) and loaders else loaders
    else:
        loader = loader_of(data, split) if split in there else None
    if loader is None:
        name = (config.block("data") or {}).get("@data", "the module's own data")
        raise DataError(
            f"{name} has no {split}_dataloader. It has: {', '.join(there)}. Name one of them, or a "
            f"file, as INPUT."
        )
    return _in_order(loader)


def _in_order(loader: Any) -> Iterable[Any]:
    """A training loader of ART's draws an order by the epoch, which is set."""
    set_epoch = getattr(loader, "set_epoch", None)
    if callable(set_epoch):
        set_epoch(0)
    found: Iterable[Any] = loader
    return found


def _targets(batch: Any, said: Predictions) -> np.ndarray | None:
    """The true values, where the batch has a tensor of them, a row a prediction."""
    try:
        found = targets_of(batch)
    except DataError:
        return None
    if not isinstance(found, Tensor) or not found.ndim or len(found) != len(said):
        return None
    return found.detach().cpu().numpy()


def _moved(batch: Any, device: torch.device) -> Any:
    if device.type == "cpu":
        return batch
    from lightning_fabric.utilities import move_data_to_device

    return move_data_to_device(batch, device)
