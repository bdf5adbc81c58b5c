"""Finds out whether a model needs an `[optimizer]` section."""

from __future__ import annotations

import typing
from typing import Any

from art.config import build, parameters
from art.core.data_info import DataInfo
from art.errors import ModelError
from art.registries import models


def brings_optimizer(model: str, data: str = "") -> bool:
    """Whether a registered model is a LightningModule with its own optimizer.

    Its class or return type says so; where neither does, one is built and looked at. One that needs
    a setting cannot be built: completing the config says which.

    Raises:
        ModelError: its function fails.
    """
    function = models.get(model)
    if getattr(function, "__module__", "").startswith("art.registry."):
        return False  # ours are plain modules, and torch need not be imported to know
    from art.training.namespaces import is_lightning_module, kinds
    from art.training.wrapping import is_own_optimizer

    kind = function if isinstance(function, type) else _return_type(function)
    if not isinstance(kind, type) or kind in kinds("LightningModule"):
        if any(parameter.required for parameter in parameters("models", model)):
            return False
        kind = type(_built(model, data))
    return is_lightning_module(kind) and is_own_optimizer(kind)


def _return_type(function: Any) -> Any:
    try:
        return typing.get_type_hints(function).get("return")
    except (NameError, TypeError, AttributeError):  # a name that is only there for type checkers
        return None


def _built(model: str, data: str) -> Any:
    """A model as its function makes it by default, on what the data holds."""
    from art.running.building import accepts

    try:
        given = {"data_info": _described(data)} if accepts(models.get(model), "data_info") else {}
        return build({"@models": model}, **given)
    except Exception as error:  # the user's own code may raise anything
        raise ModelError(
            f"@models '{model}' cannot be built to see whether it brings an optimizer: "
            f"{type(error).__name__}: {error}. Say what it returns: `-> pl.LightningModule` or "
            f"`-> nn.Module`."
        ) from error


def _described(data: str) -> DataInfo:
    from art.training.data_modules.description import describe

    module = build({"@data": data})
    module.prepare_data()
    module.setup("fit")
    return describe(module)
