"""Checks a program without a config: takes objects and returns findings."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from art.api.populating import populate

if TYPE_CHECKING:
    from torch import nn

    from art.reporting.soundness import Soundness


def check(
    module: nn.Module | Callable[[], nn.Module],
    data: Any = None,
    *,
    loss: Callable[..., Any] | None = None,
    optimizer: Any = None,
    max_epochs: int | None = None,
    batch_size: int = 32,
    overrides: Mapping[str, Any] | None = None,
) -> Soundness:
    """Look for faults of a training program: its data, its model, its loss and its optimizer.

    The measurements and probes of `art debug data` and `art debug model` are run on copies. No
    file is left, and the module, the data, the optimizer and every random generator are as before.

    Args:
        module: a LightningModule of either namespace, or an `nn.Module` with `loss` and
            `optimizer`. A function that builds it will do too; then how it is built is judged as
            well, and what cannot be copied can be checked.
        data: a LightningDataModule; a loader, a data set or arrays `(X, y)`, or several of them in
            a tuple `(train, val, test)` or a dict; None where the module has loaders of its own.
        loss: of an `nn.Module`, a function of (outputs, targets) such as `nn.CrossEntropyLoss()`.
        optimizer: one that holds the module's parameters, its class, or a function that makes one
            of a list of parameters.
        max_epochs: how long training will be; where it is not known, what depends on it is only
            suspected.
        batch_size: where loaders are made of data sets or arrays.
        overrides: settings of `[training]`, `[contract]` and `[system]` by dotted name,
            `{"contract.coupled": True, "training.gradient_clip_val": 1.0}`.

    Returns:
        The findings; print them, or let a notebook show them.

    Raises:
        UserError: the module or the data cannot be used; the message says why and what to do.
    """
    began = time.perf_counter()
    populate()
    from art.config.without_file import config_of
    from art.reporting.soundness import Soundness
    from art.running.checking import STAGES, examine_given
    from art.running.given import Given

    settings = dict(overrides or {})
    if max_epochs is not None:
        settings["training.max_epochs"] = max_epochs
    given = Given(module, data, loss, optimizer, batch_size)
    config = config_of(STAGES, settings, "art.check")
    stages = examine_given(given, config, length_known="training.max_epochs" in settings)
    return Soundness(given.name, stages, time.perf_counter() - began)
