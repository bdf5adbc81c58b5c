"""What the stages of a command build: data modules and models, each once where that is enough."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch.nn.parameter import is_lazy

from art.config import RecipeConfig
from art.core.data_info import DataInfo
from art.running.builders import Builder, OfConfig
from art.training.lending.copying import CannotBeCopied
from art.training.lending.kept_data import KeptData, guard
from art.training.lending.kept_model import LARGE, KeptModel, bytes_of
from art.training.lending.setting_up import SetUp, set_up
from art.training.seeding import generator_states, set_generator_states

if TYPE_CHECKING:
    from art.training.namespaces import pl

MOST_SMALL, MOST_LARGE = 8, 2
"""Models that are kept: in memory, each below `kept_model.LARGE`, and on the disk."""


class Parts:
    """Builds what configs describe, and lends copies of what it has built before.

    A data module or a model depends on the config's blocks and on the seed alone. A copy therefore
    holds what a new one would hold, and leaves the random generators where a new one would. `Parts`
    builds anew what it cannot copy, and what changes the rows that copies share.

    Args:
        folder: where large weights may lie as long as the command runs.
        builder: builds what is not there yet; by default from the config's blocks.

    Attributes:
        built: how often anything was built by the program's own code: `data` (set up), `prepared`
            (data modules), `models`; what was lent is not counted.
        parameters: how many weights the last model has, those of lazy layers left out.
    """

    def __init__(self, folder: Path, builder: Builder | None = None) -> None:
        self.built: Counter[str] = Counter()
        self.parameters = 0
        self._builder = builder or OfConfig()
        self._folder = folder
        self._prepared: set[str] = set()
        self._data: tuple[str, KeptData] | None = None
        self._models: dict[str, KeptModel] = {}
        self._infos: dict[Any, tuple[DataInfo, dict[str, Any]]] = {}
        self._unique: set[str] = set()
        self._has_large = False

    @property
    def rebuilds(self) -> bool:
        """Whether the program's own code builds each model that is asked for afresh."""
        return self._builder.rebuilds

    def data(
        self, config: RecipeConfig, seed: int, *, fresh: bool = False, keep: bool = True
    ) -> pl.LightningDataModule:
        """A data module that is set up.

        Args:
            config: has the block.
            seed: what is drawn depends on it.
            fresh: set one up, for a look at how that goes.
            keep: it will be wanted again.
        """
        key = _key_of_data(config, seed)
        if self._data is not None and self._data[1].is_torn_down:
            self._data = None
        known = self._data if self._data is not None and self._data[0] == key else None
        if known is not None and not fresh:
            try:
                return known[1].lend()
            except CannotBeCopied:
                self._unique.add(key)
                self._data = None
        data, done = self._set_up(config, seed, key)
        if fresh or not keep or key in self._unique:
            guard(data, done)
            return data
        self._data = None  # before another one is held
        try:
            kept = KeptData(data, done)
            made: pl.LightningDataModule = kept.lend()
        except CannotBeCopied:
            self._unique.add(key)
            guard(data, done)
            return data
        self._data = (key, kept)
        return made

    def _set_up(self, config: RecipeConfig, seed: int, key: str) -> tuple[Any, SetUp]:
        data = self._builder.data(config, seed)
        done = set_up(data, prepared=key in self._prepared)
        self.built.update(data=1, prepared=int(key not in self._prepared))
        if not done.keeps:
            self._prepared.add(key)
        return data, done

    def info(
        self, config: RecipeConfig, seed: int, about: Any, find: Callable[[], DataInfo]
    ) -> DataInfo:
        """What the data holds, found once.

        Args:
            config: has the block.
            seed: of the data.
            about: what else it depends on.
            find: finds it.
        """
        key = (_key_of_data(config, seed), about)
        if key not in self._infos:
            self._infos[key] = find(), generator_states()
        found, drawn = self._infos[key]
        set_generator_states(drawn)
        return found

    def model(
        self, config: RecipeConfig, info: DataInfo, seed: int, *, fresh: bool = False
    ) -> pl.LightningModule:
        """An untrained model, ready to be trained.

        Args:
            config: has the block, and those of its task and optimizer.
            info: of the data; the same object for the same data.
            seed: of the weights.
            fresh: build one, for a look at how that goes.
        """
        key = _text(config.block("model"), id(info), seed)
        kept = self._models.pop(key, None)
        made = None
        if self._has_large:
            gc.collect()  # a Trainer and its module refer to each other: the last ones may be there
        if kept is not None and not fresh:
            try:
                made = kept.lend()
            except CannotBeCopied:
                self._unique.add(key)
                kept = None
        if made is None:
            made = self._builder.model(config, info, seed)
            self.built.update(models=1)
            self._has_large = self._has_large or bytes_of(made) >= LARGE
            if not fresh and kept is None and key not in self._unique:
                kept, made = self._kept(key, made)
        if kept is not None:
            self._models[key] = kept
            self._drop_models(_text(config.block("model"), id(info), config.project.seed))
        self.parameters = sum(p.numel() for p in made.parameters() if not is_lazy(p))
        return self._builder.trainable(made, config, info)

    def _kept(self, key: str, model: Any) -> tuple[KeptModel | None, Any]:
        """What keeps a model, and a first copy; the model itself where it cannot be kept."""
        try:
            kept = KeptModel(model, self._folder)
            if kept.affordable:
                return kept, kept.lend()
        except CannotBeCopied:
            pass
        self._unique.add(key)
        return None, model

    def _drop_models(self, first: str) -> None:
        """Drop the models that nobody has asked for lately. The project's own seed stays."""
        for large, most in ((False, MOST_SMALL), (True, MOST_LARGE)):
            those = [key for key, kept in self._models.items() if kept.large is large]
            others = [key for key in those if key != first]
            for key in others[: max(0, len(those) - most)]:
                del self._models[key]


def _key_of_data(config: RecipeConfig, seed: int) -> str:
    block = config.block("data")
    return _text(block or {"model": config.block("model")}, seed)


def _text(*parts: Any) -> str:
    return json.dumps(parts, sort_keys=True, default=repr)
