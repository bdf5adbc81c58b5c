"""A LightningModule of any network, its loss and its optimizer, as a plain loop would train it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from art.errors import ModelError
from art.training.data_modules.batches import inputs_of, targets_of
from art.training.namespaces import pl
from art.training.scoring.calling import feed


class PlainModule(pl.LightningModule):
    """A network with the loss and the optimizer that a loop of its author's gives it.

    Args:
        network: maps inputs `(N, ...)` to outputs.
        loss: takes outputs and targets, and gives a scalar.
        optimizer: one that holds the network's parameters, or what makes one of a list of them.
    """

    def __init__(
        self,
        network: nn.Module,
        loss: Callable[..., Tensor],
        optimizer: torch.optim.Optimizer | Callable[[list[nn.Parameter]], torch.optim.Optimizer],
    ) -> None:
        super().__init__()
        self.network = network
        self.loss = loss
        self.optimizer = optimizer

    def forward(self, inputs: Any) -> Any:
        """The network's raw outputs."""
        return feed(self.network, inputs)

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        """The loss of a batch."""
        return self._loss_of(batch)

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        """Log the loss of a batch, as `val_loss`."""
        self.log("val_loss", self._loss_of(batch))

    def _loss_of(self, batch: Any) -> Tensor:
        targets = targets_of(batch)
        if targets is None:
            raise ModelError(
                "the batches hold no targets for `loss`. A batch must be (inputs, targets) or a "
                "dict with 'target', 'label' or 'y'; a module with another loss is given as a "
                "LightningModule with its training_step."
            )
        found = self.loss(self(inputs_of(batch)), targets)
        if not isinstance(found, Tensor) or found.numel() != 1:
            shape = tuple(found.shape) if isinstance(found, Tensor) else type(found).__name__
            raise ModelError(
                f"`loss` gives {shape} for a batch, and training needs one number. Take the mean "
                'over the batch (reduction="mean").'
            )
        return found

    def configure_optimizers(self) -> torch.optim.Optimizer:
        """The optimizer that was given, or a new one over what wants a gradient."""
        return optimizer_of(self.optimizer, self.network)


def optimizer_of(given: Any, module: nn.Module) -> torch.optim.Optimizer:
    """An optimizer that was given as it is, or made of the module's trainable parameters.

    Raises:
        ModelError: what was given makes no optimizer.
    """
    if isinstance(given, torch.optim.Optimizer):
        return given
    made = given([p for p in module.parameters() if p.requires_grad])
    if not isinstance(made, torch.optim.Optimizer):
        raise ModelError(
            f"`optimizer` returned {type(made).__name__}; it must be a torch.optim.Optimizer, or "
            "make one of a list of parameters."
        )
    return made
