"""Trains programs with a plain Lightning Trainer, as their authors would without ART."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytorch_lightning as pl


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings and no chatter of Lightning's inside."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("pytorch_lightning", "lightning.pytorch", "lightning_fabric"):
            logging.getLogger(name).setLevel(logging.ERROR)
        yield


def trainer(max_epochs: int, **settings: Any) -> pl.Trainer:
    """A Trainer that prints nothing.

    Args:
        max_epochs: how long it trains.
        settings: further arguments of the Trainer.
    """
    with quiet():
        return pl.Trainer(
            max_epochs=max_epochs,
            accelerator="cpu",
            logger=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            **{"enable_checkpointing": False, **settings},
        )
