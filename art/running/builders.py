"""What makes the data module and the model that stages work with."""

from __future__ import annotations

from typing import Protocol

from torch import nn

from art.config import RecipeConfig
from art.core.data_info import DataInfo
from art.running.building import new_data, new_model, trainable
from art.training.namespaces import pl


class Builder(Protocol):
    """Makes what the stages of a command work with.

    Attributes:
        rebuilds: whether the program's own code builds each model anew.
    """

    rebuilds: bool

    def data(self, config: RecipeConfig, seed: int) -> pl.LightningDataModule:
        """A data module that is not set up yet."""
        ...

    def model(self, config: RecipeConfig, info: DataInfo, seed: int) -> nn.Module:
        """An untrained model."""
        ...

    def trainable(
        self, model: nn.Module, config: RecipeConfig, info: DataInfo
    ) -> pl.LightningModule:
        """That model, ready to be trained."""
        ...


class OfConfig:
    """Builds what a config's blocks describe."""

    rebuilds = True

    def data(self, config: RecipeConfig, seed: int) -> pl.LightningDataModule:
        """See `new_data`."""
        return new_data(config, seed)

    def model(self, config: RecipeConfig, info: DataInfo, seed: int) -> nn.Module:
        """See `new_model`."""
        return new_model(config, info, seed)

    def trainable(
        self, model: nn.Module, config: RecipeConfig, info: DataInfo
    ) -> pl.LightningModule:
        """See `trainable`."""
        return trainable(model, config, info)
