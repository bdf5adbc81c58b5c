"""Numbers and tensors that a module keeps in plain attributes, beside its weights.

A centre that is computed when training starts, or a running temperature, is no parameter and no
buffer: a state dict lacks it, and a module that is built again could not be tested without it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from torch import Tensor, nn

from art.training.namespaces import is_lightning_module, pl

_OF_LIGHTNING = set(vars(pl.LightningModule()))
_OF_TORCH = set(vars(nn.Module()))


def attributes_of(module: nn.Module) -> dict[str, Any]:
    """The tensors and numbers that a module and its parts keep in attributes, by dotted name."""
    return {
        name: value.detach() if isinstance(value, Tensor) else _number(value)
        for name, value in _attributes(module)
        if isinstance(value, Tensor | int | float)
    }


def _number(value: float) -> float:
    """As a checkpoint may hold it: numpy's float64 and an enum's member are numbers of a kind that
    cannot be read back without running code."""
    if type(value) in (bool, int, float):
        return value
    return int(value) if isinstance(value, int) else float(value)


def set_attributes(module: nn.Module, kept: Mapping[str, Any]) -> None:
    """Set them in a module that is built anew, where it has the attribute as well.

    Args:
        module: built as the other was.
        kept: what `attributes_of` gave, as a checkpoint holds it.
    """
    known = dict(_attributes(module))
    for name, value in kept.items():
        if name not in known or not isinstance(known[name], Tensor | int | float | None):
            continue
        owner, _, attribute = name.rpartition(".")
        part = module.get_submodule(owner)
        device = next((p.device for p in module.parameters()), None)
        setattr(part, attribute, value.to(device) if isinstance(value, Tensor) else value)


def _attributes(module: nn.Module) -> Iterator[tuple[str, Any]]:
    for prefix, part in module.named_modules():
        skipped = _OF_LIGHTNING if is_lightning_module(part) else _OF_TORCH
        for name, value in vars(part).items():
            if name not in skipped and not name.startswith("_"):
                yield (f"{prefix}.{name}" if prefix else name), value
