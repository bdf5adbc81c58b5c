"""Finds out what a model brings: its own optimizer, its own loaders."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from art.config import build, parameters
from art.core.data_info import DataInfo
from art.errors import ConfigError, ModelError
from art.registries import models

Block = Mapping[str, Any]


@dataclass(frozen=True)
class Brought:
    """What a registered model brings, so that its config has no section for it.

    Attributes:
        optimizer: whether it is a LightningModule with its own `configure_optimizers`.
        loaders: whether it is one with its own `train_dataloader`.
    """

    optimizer: bool = False
    loaders: bool = False


def brought_by(model: Block, data: Block) -> Brought:
    """What a registered model brings.

    Its class or return type says so; where neither does, one is built and looked at. One that needs
    a setting that is not given cannot be built: completing the config says which.

    Args:
        model: its block, `@models` and the settings that are given.
        data: the block of the data that it is built for.

    Raises:
        ModelError: its function fails.
    """
    function = models.get(model["@models"])
    if getattr(function, "__module__", "").startswith("art.registry."):
        return Brought()  # ours are plain modules, and torch need not be imported to know
    from art.training.namespaces import is_lightning_module, overrides
    from art.training.wrapping import is_own_optimizer

    kind = _kind_of(model, data)
    if kind is None or not is_lightning_module(kind):
        return Brought()
    return Brought(is_own_optimizer(kind), overrides(kind, "train_dataloader"))


def _kind_of(model: Block, data: Block) -> Any:
    """The class of a model, or one that was built; None where only its user can tell."""
    from torch import nn

    from art.training.namespaces import kinds

    name = model["@models"]
    function = models.get(name)
    kind = function if isinstance(function, type) else _return_type(function)
    if _tells(kind, *kinds("LightningModule")):
        return kind
    if any(one.required and one.name not in model for one in parameters("models", name)):
        return None
    try:
        return _built(model, data)  # an object may be given its hooks after it is made
    except ConfigError:  # settings that do not fit; completing the config says so
        return None
    except ModelError:
        if kind is not nn.Module:
            raise
    return None


def _tells(kind: Any, *bases: type) -> bool:
    """Whether a class is more than a base that both kinds of models have."""
    from torch import nn

    bare = (nn.Module, *bases)
    return isinstance(kind, type) and issubclass(kind, nn.Module) and kind not in bare


def _return_type(function: Any) -> Any:
    try:
        return typing.get_type_hints(function).get("return")
    except (NameError, TypeError, AttributeError):  # a name that is only there for type checkers
        return None


def _built(model: Block, data: Block) -> Any:
    """A model as its function makes it of the settings that are given, on what the data holds."""
    from art.running.building import accepts

    name = model["@models"]
    try:
        given = {"data_info": _described(data)} if accepts(models.get(name), "data_info") else {}
        return build(model, **given)
    except ConfigError:
        raise
    except Exception as error:  # the user's own code may raise anything
        raise ModelError(
            f"@models '{name}' cannot be built to see whether it brings an optimizer: "
            f"{type(error).__name__}: {error}. Say what it returns: `-> pl.LightningModule` or "
            f"`-> nn.Module`."
        ) from error


def _described(data: Block) -> DataInfo:
    from art.training.data_modules.description import describe

    module = build(data)
    module.prepare_data()
    module.setup("fit")
    return describe(module)
