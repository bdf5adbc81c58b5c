"""Finds out whether a model needs an `[optimizer]` section."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

from art.config import build, parameters
from art.core.data_info import DataInfo
from art.errors import ConfigError, ModelError
from art.registries import models

Block = Mapping[str, Any]


def brings_optimizer(model: Block, data: Block) -> bool:
    """Whether a registered model is a LightningModule with its own optimizer.

    Its class or return type says so; where neither does, one is built and looked at. One that needs
    a setting that is not given cannot be built: completing the config says which.

    Args:
        model: its block, `@models` and the settings that are given.
        data: the block of the data that it is built for.

    Raises:
        ModelError: its function fails.
    """
    name = model["@models"]
    function = models.get(name)
    if getattr(function, "__module__", "").startswith("art.registry."):
        return False  # ours are plain modules, and torch need not be imported to know
    import pytorch_lightning as pl
    from torch import nn

    from art.training.wrapping import is_own_optimizer

    kind = function if isinstance(function, type) else _return_type(function)
    if not _tells(kind, pl.LightningModule):
        if any(one.required and one.name not in model for one in parameters("models", name)):
            return False
        try:
            kind = type(_built(model, data))
        except ConfigError:  # settings that do not fit; completing the config says so
            return False
        except ModelError:
            if kind is not nn.Module:
                raise
    return issubclass(kind, pl.LightningModule) and is_own_optimizer(kind)


def _tells(kind: Any, *bases: type) -> bool:
    """Whether a class is more than a base that both kinds of models have."""
    from torch import nn

    return (
        isinstance(kind, type) and issubclass(kind, nn.Module) and kind not in (nn.Module, *bases)
    )


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
