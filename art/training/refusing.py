"""Refuses modules whose own training no Trainer of today would run, with the reason."""

from __future__ import annotations

import inspect
from typing import TypeGuard

from torch import nn

from art.errors import ModelError
from art.training.namespaces import is_lightning_module, overrides, pl

_REMOVED = {
    "training_epoch_end": "on_train_epoch_end",
    "validation_epoch_end": "on_validation_epoch_end",
    "test_epoch_end": "on_test_epoch_end",
}
"""Hooks of Lightning 1.x that Lightning 2 does not call, and what took their place."""


def trains_itself(module: nn.Module) -> TypeGuard[pl.LightningModule]:
    """Whether a module is a LightningModule with a `training_step`, of either namespace."""
    return is_lightning_module(module) and overrides(module, "training_step")


def refuse_what_would_be_passed_over(module: nn.Module, name: str, *, tested: bool = True) -> None:
    """Look for code of a module's author that would silently never run.

    Args:
        module: what the registered function returned.
        name: the function's.
        tested: whether there is a test split; else hooks of a test are never asked for, by no
            Trainer.

    Raises:
        ModelError: there is such code.
    """
    kind = type(module).__name__
    if not is_lightning_module(module):
        if callable(getattr(module, "training_step", None)):
            raise ModelError(
                f"@models '{name}' returned a {kind}, which has a training_step but is not a "
                f"LightningModule, so that nothing would call it. Derive {kind} from "
                f"pl.LightningModule (of pytorch_lightning or of lightning.pytorch), or rename "
                f"its training_step and let [task] and [optimizer] train it."
            )
        return
    if not trains_itself(module):
        if overrides(module, "configure_optimizers"):
            raise ModelError(
                f"@models '{name}' returned a {kind} with configure_optimizers and no "
                f"training_step, so that its optimizer would never be used. Write its "
                f"training_step, or remove configure_optimizers and let [task] and [optimizer] "
                f"train it."
            )
        return
    refuse_what_lightning_1_called(module, f"@models '{name}'", tested=tested)


def refuse_what_lightning_1_called(module: nn.Module, who: str, *, tested: bool = True) -> None:
    """Look for hooks of Lightning 1 in a module that trains itself.

    Args:
        module: the module.
        who: what it is called in messages.
        tested: see `refuse_what_would_be_passed_over`.

    Raises:
        ModelError: there is one.
    """
    kind = type(module).__name__
    step = getattr(module, "training_step")  # noqa: B009 - an nn.Module has none, for mypy
    if "optimizer_idx" in inspect.signature(step).parameters:
        raise ModelError(
            f"{who}: {kind}.training_step takes optimizer_idx, which Lightning 2 does "
            f"not give. Set self.automatic_optimization = False in __init__, take the optimizers "
            f"from self.optimizers() in one training_step, and step each of them with "
            f"self.manual_backward(loss), optimizer.step() and optimizer.zero_grad()."
        )
    for old, new in _REMOVED.items():
        if callable(getattr(module, old, None)) and (tested or not old.startswith("test")):
            raise ModelError(
                f"{who}: {kind}.{old} is a hook of Lightning 1, and Lightning 2 does "
                f"not call it. Rename it {new}(self), and keep the outputs of the steps in a "
                f"list of the module, which it empties."
            )
