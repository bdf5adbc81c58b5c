"""Class indices that are learnt as if they were amounts."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from art.core.probe import Suspicion
from art.core.stage import StageContext

if TYPE_CHECKING:
    from art.training.probing.listening import LossCall

BATCHES = 16
AMOUNTS = ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")


def class_ids(call: LossCall, batch: Any, context: StageContext) -> Iterator[Suspicion]:
    """Whether a loss of amounts is given the data's class indices.

    Whole numbers may well be amounts, as of stars or years: they are classes where `[task]` says
    so, or where the data does.
    """
    import torch

    from art.training.data_modules.batches import targets_of

    own, targets = targets_of(batch), call.targets.float()
    if call.function not in AMOUNTS or not isinstance(own, torch.Tensor):
        return
    if own.numel() != targets.numel() or targets.ndim > 2 or targets.numel() != len(targets):
        return  # one-hot targets, which a squared error may well be used on
    values = targets.unique()
    whole = bool((values == values.round()).all())
    same = torch.equal(own.float().reshape(-1).sort().values, targets.reshape(-1).sort().values)
    if len(values) < 3 or not whole or not same or own.is_floating_point():
        return
    declared = context.profile.kind
    if declared and declared != "classification":
        return
    said = bool(declared) or _are(context)
    yield Suspicion(
        "class indices are learnt as if they were amounts",
        f"{call.function} against the classes {few(values)}",
        "Use cross_entropy with one output a class. If they are amounts, let the data set give "
        "them as floats.",
        certain=said,
    )


def _are(context: StageContext) -> bool:
    """Whether the data says that its whole numbers are classes."""
    import torch

    from art.registry.probes._order_of_classes import are_classes
    from art.training.data_modules.batches import inputs_of, targets_of

    batches = list(islice(iter(context.loader(context.build_data(), "train")), BATCHES))
    pairs = [(inputs_of(b), targets_of(b)) for b in batches]
    inputs = [x for x, _ in pairs if isinstance(x, torch.Tensor) and x.ndim]
    targets = [y for _, y in pairs if isinstance(y, torch.Tensor) and y.ndim]
    if len(inputs) < len(pairs) or len(targets) < len(pairs):
        return False
    return are_classes(inputs, torch.cat(targets))


def few(values: Any) -> str:
    """The first numbers, for people."""
    shown = [f"{value:.3g}" for value in values[:4].tolist()]
    return ", ".join(shown) + (", ..." if len(values) > 4 else "")
