"""A model that is built once and lent as often as one is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from art.training.lending.copying import CannotBeCopied, Copier
from art.training.lending.spilling import SpilledTensors
from art.training.seeding import generator_states, set_generator_states

LARGE = 2**26
"""Bytes of weights from which on a model is kept on the disk and not in memory."""


class KeptModel:
    """Lends copies of an untrained model.

    A copy is as the model was when it had been built. The generators of the process are put where
    building it had left them.

    Args:
        model: as its function returned it, and not used yet. Where it is large its own weights are
            taken away.
        folder: where large weights are kept, in a file that has no name.

    Attributes:
        large: whether its weights are.
        affordable: whether they need no memory, or little.

    Raises:
        CannotBeCopied: it cannot be lent.
    """

    def __init__(self, model: nn.Module, folder: Path) -> None:
        self._drawn = generator_states()
        self._copier = Copier(model, share=False)
        self._tensors = _tensors_of(model)
        if _share_memory(self._tensors):
            raise CannotBeCopied("some of its parameters lie in the same memory")
        self.large = bytes_of(model) >= LARGE
        self._spilled: SpilledTensors | None = None
        if self.large and _are_alone(self._tensors):
            self._spilled = SpilledTensors.of(self._tensors, folder)
        self.affordable = not self.large or self._spilled is not None

    def lend(self) -> Any:
        """An untrained model.

        Raises:
            CannotBeCopied: a part of it is unique, as an open file.
        """
        if self._spilled is None:
            made = self._copier.copy()
        else:
            self._fill(self._spilled)
            made = self._copier.copy()
            self._empty()
        set_generator_states(self._drawn)
        return made

    def _fill(self, spilled: SpilledTensors) -> None:
        for tensor, values in zip(self._tensors, spilled.tensors(), strict=True):
            tensor.data = values

    def _empty(self) -> None:
        for tensor in self._tensors:
            tensor.data = torch.empty(0, dtype=tensor.dtype)


def _tensors_of(model: nn.Module) -> list[Tensor]:
    """Its parameters and buffers, each once; lazy ones have no values before the first batch."""
    found = (*model.parameters(), *model.buffers())
    return list({id(t): t for t in found if not is_lazy(t)}.values())


def bytes_of(model: nn.Module) -> int:
    """Of its parameters and buffers."""
    return sum(tensor.numel() * tensor.element_size() for tensor in _tensors_of(model))


def _share_memory(tensors: list[Tensor]) -> bool:
    """Whether a change of one changes another, which is lost where each is copied."""
    places = [t.untyped_storage().data_ptr() for t in tensors if t.layout == torch.strided]
    places = [place for place in places if place]
    return len(places) != len(set(places))


def _are_alone(tensors: list[Tensor]) -> bool:
    """Whether they are all on the CPU, without a gradient or a history."""
    return all(t.device.type == "cpu" and t.is_leaf and t.grad is None for t in tensors)
