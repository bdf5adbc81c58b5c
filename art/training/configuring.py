"""Layers that a LightningModule makes in `configure_model`, where no Trainer asks for them."""

from __future__ import annotations

from art.training.namespaces import overrides, pl


def configured(module: pl.LightningModule) -> pl.LightningModule:
    """The module with the layers of its `configure_model`, as a Trainer would make them.

    A Trainer that is given the module later makes them no second time, which would draw their
    weights anew. A module that asks for its Trainer there is left to one.
    """
    if not overrides(module, "configure_model"):
        return module
    try:
        module.configure_model()
    except RuntimeError as error:
        if "not attached to a `Trainer`" not in str(error):
            raise
        return module
    module.configure_model = _made  # type: ignore[method-assign]
    return module


def _made() -> None:
    """The layers are there."""
