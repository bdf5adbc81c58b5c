"""How a module is built, as a line of Python for people."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from torch import nn

from art.registries import models

KNOWN = (
    "Linear", "Conv1d", "Conv2d", "Conv3d", "BatchNorm1d", "BatchNorm2d", "BatchNorm3d",
    "LayerNorm", "GroupNorm", "Embedding", "ReLU", "LeakyReLU", "ELU", "GELU", "SiLU", "Tanh",
    "Sigmoid", "Softmax", "LogSoftmax", "Hardswish", "Identity", "Flatten", "Dropout",
    "Dropout1d", "Dropout2d", "Dropout3d", "MaxPool1d", "MaxPool2d", "MaxPool3d", "AvgPool1d",
    "AvgPool2d", "AvgPool3d", "AdaptiveAvgPool1d", "AdaptiveAvgPool2d", "AdaptiveMaxPool1d",
    "AdaptiveMaxPool2d",
)  # fmt: skip
"""Layers of torch that print themselves as they are constructed."""


def as_python(module: nn.Module, block: Mapping[str, Any]) -> tuple[list[str], str]:
    """Imports, and an expression that builds the module: of layers of torch in a row without
    anything of ART's, else by the function that made it.

    Args:
        module: the module.
        block: its block in the config.
    """
    layers = _layers(module)
    if layers is not None:
        inner = "".join(f"    {layer},\n" for layer in layers)
        return ["from torch import nn"], f"nn.Sequential(\n{inner})"
    function = inspect.unwrap(models.get(str(block["@models"])))
    settings = [f"{key}={_value(value)}" for key, value in block.items() if key[:1] != "@"]
    imports = [f"from {function.__module__} import {function.__qualname__.split('.')[0]}"]
    if "data_info" in inspect.signature(function).parameters:
        settings.insert(0, 'data_info=DataInfo.from_json(facts["data"])')
        imports.append("from art import DataInfo")
    return imports, f"{function.__qualname__}({', '.join(settings)})"


def _layers(module: nn.Module) -> list[str] | None:
    """The constructors of layers in a row; None where one of them is no plain layer of torch."""
    if type(module) is not nn.Sequential:
        return None
    plain = [
        type(layer).__name__ in KNOWN and getattr(nn, type(layer).__name__) is type(layer)
        for layer in module
    ]
    numbered = [name for name, _ in module.named_children()] == [str(i) for i in range(len(module))]
    return [f"nn.{layer!r}" for layer in module] if all(plain) and numbered and plain else None


def _value(value: Any) -> str:
    return repr(tuple(value) if isinstance(value, list) else value)
