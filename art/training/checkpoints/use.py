"""What a checkpoint holds so that its weights can be used where the training data is not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from art.core.data_info import DataInfo
from art.core.fields import read_fields
from art.core.secrets import redact
from art.errors import DataError, PathError
from art.training.checkpoints.plain_values import plain
from art.training.namespaces import namespace_of, overrides, pl
from art.training.scoring.meaning import Meaning
from art.training.scoring.predictions import PredictionReader
from art.training.scoring.ways import Way

USE = "art_use"
"""The key, and below it JSON: a text is kept and copied at no cost, whatever it holds."""


@dataclass(frozen=True)
class Use:
    """What using a model takes beside its weights.

    Attributes:
        data_info: what the training data holds, and how such data is read from files.
        meaning: what the predictions of a user's own module mean; None where that is not known, and
            of a module that ART wraps.
        way: how to get at them.
    """

    data_info: DataInfo
    meaning: Meaning | None = None
    way: Way | None = None

    def to_json(self) -> dict[str, Any]:
        """Values that JSON holds."""
        return {
            "data": self.data_info.to_json(),
            "meaning": asdict(self.meaning) if self.meaning else None,
            "way": asdict(self.way) if self.way else None,
        }


@dataclass(frozen=True)
class _Stored:
    """What `Use.to_json` gives, before its parts are read."""

    data: Mapping[str, Any]
    meaning: Mapping[str, Any] | None = None
    way: Mapping[str, Any] | None = None


def use_of(data_info: DataInfo | None, reader: PredictionReader | None) -> dict[str, str]:
    """The entry of a checkpoint; nothing where it is not known what the data holds."""
    if data_info is None:
        return {}
    meaning, way = (reader.meaning, reader.way) if reader else (None, None)
    return {USE: json.dumps(Use(data_info, meaning, way).to_json())}


def read_use(values: Any, source: str) -> Use:
    """What `Use.to_json` gave.

    Raises:
        PathError: the values are not of this form.
    """
    try:
        stored = read_fields(_Stored, values, "the description")
        return Use(
            DataInfo.from_json(stored.data),
            read_fields(Meaning, stored.meaning, "meaning") if stored.meaning else None,
            read_fields(Way, stored.way, "way") if stored.way else None,
        )
    except DataError as error:
        raise PathError(
            f"{source}: what is kept of its training data cannot be read: {error}"
        ) from error


def for_lightning(module: pl.LightningModule) -> dict[str, Any]:
    """What `load_from_checkpoint` of the module's own class needs beside the weights: what its
    constructor was given, and what it adds itself (`on_save_checkpoint`) to read it again.

    Arguments that are not plain values are left out; the class then asks for them. Secrets are
    replaced by `***`, because people pass checkpoints on.
    """
    lost: list[str] = []
    hparams = {
        str(name): plain(value, lost, str(name))
        for name, value in dict(getattr(module, "hparams", None) or {}).items()
    }
    kept = {name: value for name, value in hparams.items() if not _is_lost(name, lost)}
    made: dict[str, Any] = {
        "pytorch-lightning_version": namespace_of(module).__version__,
        module.CHECKPOINT_HYPER_PARAMS_KEY: redact(kept),
    }
    if getattr(module, "_hparams_name", None):
        made[module.CHECKPOINT_HYPER_PARAMS_NAME] = str(module._hparams_name)
    if overrides(module, "on_save_checkpoint") and overrides(module, "on_load_checkpoint"):
        made |= _added(module)
    return made


def _added(module: pl.LightningModule) -> dict[str, Any]:
    """What a module writes into Lightning's checkpoints itself."""
    state = {"state_dict": module.state_dict(), "epoch": module.current_epoch, "callbacks": {}}
    whole = {
        **state,
        "global_step": module.global_step,
        "optimizer_states": [],
        "lr_schedulers": [],
    }
    before = set(whole)
    module.on_save_checkpoint(whole)
    return {key: plain(value) for key, value in whole.items() if key not in before}


def _is_lost(name: str, lost: list[str]) -> bool:
    return any(one == name or one.startswith((f"{name}.", f"{name}[")) for one in lost)
