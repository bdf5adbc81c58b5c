"""A model that is built once and lent as often as one is needed."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

from torch import nn

from art.training.lending.copying import Copier
from art.training.lending.spilling import Spilled
from art.training.seeding import generator_states, set_generator_states

LARGE = 2**26
"""Bytes of weights from which on a model is kept on the disk and not in memory."""


class KeptModel:
    """Lends copies of an untrained model.

    A copy is as the model was when it had been built. The generators of the process are put where
    building it had left them.

    Args:
        model: as its function returned it, and not used yet.
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
        self.large = bytes_of(model) >= LARGE
        self._spilled = Spilled.of(model, folder) if self.large else None
        self.affordable = not self.large or self._spilled is not None

    def lend(self) -> Any:
        """An untrained model.

        Raises:
            CannotBeCopied: a part of it is unique, as an open file.
        """
        if self._spilled is not None:
            gc.collect()  # a Trainer and its module refer to each other: the last one may be there
        try:
            made = self._copier.copy()
        finally:
            if self._spilled is not None:
                self._spilled.let_go()
        set_generator_states(self._drawn)
        return made


def bytes_of(model: nn.Module) -> int:
    """Of its parameters and buffers."""
    tensors = [*model.parameters(), *model.buffers()]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
