"""The data of a LightningModule that brings its own loaders, for a config without `[data]`."""

from __future__ import annotations

from typing import Any

from art.errors import DataError
from art.training.namespaces import namespace_of, overrides

SPLITS = ("train", "val", "test", "predict")


class OfModule:
    """The loaders of a module, as a data module gives them.

    It holds a module of its own, so that its data can be read without the one that is trained.
    That one is trained on its own loaders: they may give what it collects as it trains.
    """

    def __init__(self, module: Any) -> None:
        super().__init__()
        self.module = module

    def prepare_data(self) -> None:
        """The module's."""
        self.module.prepare_data()

    def setup(self, stage: str) -> None:
        """The module's."""
        self.module.setup(stage)


def data_of(module: Any, name: str) -> Any:
    """A data module of the splits that a module has loaders for.

    Args:
        module: not the one that is trained.
        name: the registered name of the function that made it, for messages.

    Raises:
        DataError: it has no train_dataloader.
    """
    own = [split for split in SPLITS if overrides(module, f"{split}_dataloader")]
    if "train" not in own:
        raise DataError(
            f"the config has no [data] section, and @models '{name}' has no train_dataloader of "
            f'its own. Add a section [data] with an @data = "...".'
        )

    def giving(split: str) -> Any:
        def give(self: Any) -> Any:
            return getattr(self.module, f"{split}_dataloader")()

        return give

    base = namespace_of(module).LightningDataModule
    methods = {f"{split}_dataloader": giving(split) for split in own}
    return type(type(module).__name__, (OfModule, base), methods)(module)
