"""Lends copies of a module and of data that a program gives as objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from torch import nn

from art.config import RecipeConfig
from art.core.data_info import DataInfo
from art.errors import DataError, ModelError
from art.training.data_modules.given import TAKEN, data_module_of
from art.training.data_modules.of_module import data_of
from art.training.lending.copying import CannotBeCopied, Copier
from art.training.namespaces import is_lightning_module, overrides, pl
from art.training.plain_module import PlainModule, optimizer_of
from art.training.refusing import refuse_what_lightning_1_called, trains_itself
from art.training.seeding import derive_seed, seed_all
from art.training.wrapping import is_own_optimizer


@dataclass(frozen=True)
class Given:
    """What a program gives to be examined; nothing of it is used itself, but copies are.

    Attributes:
        module: a LightningModule or any `nn.Module`, or a function that builds one.
        data: as `data_module_of` takes it; None where the module brings its own loaders.
        loss: of an `nn.Module`; None for a LightningModule with its `training_step`.
        optimizer: one that holds the module's parameters, or what makes one of a list of them.
        batch_size: where loaders are made of data sets or arrays.
    """

    module: nn.Module | Callable[[], nn.Module]
    data: Any = None
    loss: Callable[..., Any] | None = None
    optimizer: Any = None
    batch_size: int = 32

    @property
    def rebuilds(self) -> bool:
        """Whether the module comes from a function, which can be called again."""
        return not isinstance(self.module, nn.Module)

    @property
    def name(self) -> str:
        """What people know the module by."""
        named: Any = self.module if self.rebuilds else type(self.module)
        return str(getattr(named, "__name__", type(named).__name__))


class GivenParts:
    """Makes copies of what a program gives, each as the first one was; a `Builder`.

    Args:
        given: the program.

    Attributes:
        rebuilds: whether the module comes from a function, which can be called again.

    Raises:
        ModelError, DataError: something of it cannot be copied.
    """

    def __init__(self, given: Given) -> None:
        self._given = given
        self.rebuilds = given.rebuilds
        with _unbound(given.module):
            self._module = None if given.rebuilds else _copier(given)
        self._data: Copier | None = None
        if given.data is not None:
            data = data_module_of(given.data, given.batch_size)
            with _unbound(data):
                self._data = _data_copier(data)

    def data(self, config: RecipeConfig, seed: int) -> Any:
        """A data module that is not set up yet.

        Raises:
            DataError: nothing was given, and the module has no loaders of its own.
        """
        seed_all(derive_seed(seed, "data"))
        if self._data is not None:
            with _unbound(self._given.data):
                return self._data.copy()
        module = self._built(seed)
        if not is_lightning_module(module) or not overrides(module, "train_dataloader"):
            kind = type(getattr(module, "network", module)).__name__
            raise DataError(
                f"there are no data, and {kind} has no train_dataloader of its own. {TAKEN}"
            )
        return data_of(module, self._given.name)

    def model(self, config: RecipeConfig, info: DataInfo, seed: int) -> nn.Module:
        """An untrained model: the module as it was given, or as its function builds it.

        Raises:
            ModelError: it cannot be trained.
        """
        module = self._built(seed)
        if is_lightning_module(module) and overrides(module, "configure_model"):
            module.configure_model()  # Lightning calls it again, and it must bear that
        refuse_what_lightning_1_called(module, "the module", tested="test" in info.sizes)
        return module

    def trainable(self, model: nn.Module, config: RecipeConfig, info: DataInfo) -> Any:
        """The model; it trains itself."""
        return model

    def _built(self, seed: int) -> pl.LightningModule:
        seed_all(derive_seed(seed, "model"))
        if self._module is None:
            return _joined(self._given, self._called(), self._given.optimizer)
        try:
            with _unbound(self._given.module):
                module, optimizer = self._module.copy()
        except CannotBeCopied as why:
            raise _not_copied(self._given, why) from why
        return _joined(self._given, module, optimizer)

    def _called(self) -> nn.Module:
        module = self._given.module()
        if not isinstance(module, nn.Module):
            raise ModelError(
                f"{self._given.name} returned {type(module).__name__}; the function that stands "
                "for a module must return an nn.Module."
            )
        return module


def _joined(given: Given, module: nn.Module, optimizer: Any) -> pl.LightningModule:
    """A module that trains itself, of a copy of what was given."""
    kind = type(module).__name__
    if not trains_itself(module):
        missing = [name for name in ("loss", "optimizer") if getattr(given, name) is None]
        if missing:
            raise ModelError(
                f"{kind} has no training_step, so its {' and its '.join(missing)} must be given: "
                "art.check(module, data, loss=nn.CrossEntropyLoss(), optimizer=torch.optim.Adam)."
            )
        return PlainModule(module.train(), given.loss, optimizer)  # type: ignore[arg-type]
    if given.loss is not None:
        raise ModelError(f"{kind} has a training_step, which gives its loss: leave `loss` out.")
    if is_own_optimizer(module) == (optimizer is not None):
        what = "brings its optimizer (configure_optimizers): leave `optimizer` out"
        raise ModelError(
            f"{kind} {what}."
            if optimizer is not None
            else f"{kind} has no configure_optimizers: give its `optimizer`."
        )
    if optimizer is not None:
        module.configure_optimizers = lambda: optimizer_of(optimizer, module)  # type: ignore
    return module


def _copier(given: Given) -> Copier:
    """What copies the module and its optimizer, which refers to the module's parameters."""
    try:
        copier = Copier((given.module, given.optimizer), share=False, rebind=True)
        copier.copy()  # to know that it can be done
    except CannotBeCopied as why:
        raise _not_copied(given, why) from why
    return copier


def _not_copied(given: Given, why: CannotBeCopied) -> ModelError:
    return ModelError(
        f"{given.name} cannot be copied, and the probes train copies, never the module itself "
        f"({why}). Give a function that builds it: art.check(lambda: {given.name}(...), data)."
    )


def _data_copier(data: Any) -> Copier:
    """What copies a data module; rows are shared where they are many.

    Raises:
        DataError: it cannot be copied.
    """
    try:
        copier = Copier(data, share=False, rebind=True)
        if copier.is_much:
            copier = Copier(data, share=True, rebind=True)
        copier.copy()
    except CannotBeCopied as why:
        raise DataError(
            f"the data cannot be copied, and the probes use copies, never the data themselves "
            f"({why}). Give the data sets in place of loaders, or a data module that opens its "
            "files in setup()."
        ) from why
    return copier


@contextmanager
def _unbound(thing: Any) -> Iterator[None]:
    """Take a module out of the run that it is bound to inside, so that its run is not copied."""
    parts = list(thing.modules()) if isinstance(thing, nn.Module) else [thing]
    names = ("_trainer", "_fabric") if isinstance(thing, nn.Module) else ("trainer",)
    own = [getattr(part, "__dict__", {}) for part in parts]
    bound = [(each, n, each[n]) for each in own for n in names if each.get(n) is not None]
    for attributes, name, _ in bound:
        attributes[name] = None
    try:
        yield
    finally:
        for attributes, name, value in bound:
            attributes[name] = value
