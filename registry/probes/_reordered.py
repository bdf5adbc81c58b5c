"""What a loss makes of a batch whose samples are doubled, moved, or given the targets of others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from art.core.probe import NotJudged, Suspicion
from art.core.stage import StageContext

if TYPE_CHECKING:
    from torch import Tensor

    from art.training.probing.auditing import Audit

ENOUGH = 4
"""Samples of a batch from which on a sum is told from a mean."""
ORDER = 1e-4
"""The loss's relative change that rounding does not make: half precision makes a tenth of it."""


def summed(context: StageContext, batch: Any, once: Audit) -> Suspicion | None:
    """Whether a batch with every sample twice has twice the loss.

    A step of Adam and its like is as long for a sum as for a mean, so that a sum may be meant.
    """
    import torch

    from art.training.data_modules.batches import batch_size_of

    size = batch_size_of(batch)
    twice = _changed(batch, size, lambda rows: torch.cat([rows, rows]))
    if twice is None or size < ENOUGH or not once.losses or not once.losses[0]:
        return None
    loss = _loss(context, twice)
    if loss is None or not 1.95 < loss / once.losses[0] < 2.05:
        return None
    harmless = all(once.adaptive)
    return Suspicion(
        "the loss is summed over the batch, not averaged",
        f"a batch of {size} has the loss {once.losses[0]:.4g}, the same samples twice "
        f"{loss / once.losses[0]:.3g} times as much: "
        + ("clipping and decay mean less" if harmless else "the step grows with the batch"),
        'Use reduction="mean" (the default). Where a sum is meant, declare it: [contract] '
        'reduction = "sum".',
        certain=not harmless,
    )


def depends_on_order(context: StageContext, batch: Any, once: Audit) -> Suspicion | None:
    """Whether the loss is another one when the samples stand in reverse order.

    That alone may be meant: a step may take a part of the batch by its place. It is a fault where
    the input of one sample and the target of another act together.
    """
    from art.training.data_modules.batches import batch_size_of

    size = batch_size_of(batch)
    reverse = _changed(batch, size, lambda rows: rows.flip(0))
    if reverse is None or size < ENOUGH or once.draws or not once.losses:
        return None
    one, other = once.losses[0], _loss(context, reverse)
    if other is None or abs(one - other) <= ORDER * max(abs(one), abs(other)):
        return None
    crossed = _is_crossed(context, batch, size, one)
    return Suspicion(
        "the loss depends on the order of the samples"
        + (": outputs meet the targets of others" if crossed else ""),
        f"a batch of {size} has the loss {one:.4g}, and {other:.4g} with its samples in reverse "
        "order",
        "Look for a view or reshape of the outputs where permute or transpose is meant. Where "
        "samples belong together by their place, declare it: [contract] coupled = true.",
        certain=crossed,
    )


def _is_crossed(context: StageContext, batch: Any, size: int, loss: float) -> bool:
    """Whether inputs of the batch's first half act together with targets of its second half.

    Of a sum over samples, the change that other inputs make is the same whatever the targets of
    other samples are. Inputs and targets change places within their half, so that what is computed
    over the whole batch, as by a batch norm, stays what it was.
    """
    import torch

    from art.training.data_modules.batches import targets_of

    targets = targets_of(batch)
    if not isinstance(targets, torch.Tensor) or len(targets) != size:
        return False
    half = size // 2

    def first(rows: Tensor) -> Tensor:
        return rows if rows is targets else torch.cat([rows[:half].roll(1, 0), rows[half:]])

    def second(rows: Tensor) -> Tensor:
        return torch.cat([rows[:half], rows[half:].roll(1, 0)]) if rows is targets else rows

    def both(rows: Tensor) -> Tensor:
        return second(rows) if rows is targets else first(rows)

    found = [_loss(context, _changed(batch, size, change)) for change in (first, second, both)]
    if any(each is None for each in found):
        return False
    a, b, c = (float(each) for each in found if each is not None)
    return abs(c - a - b + loss) > ORDER * max(abs(each) for each in (a, b, c, loss))


def _loss(context: StageContext, batch: Any) -> float | None:
    """The first loss on a batch, without dropout; None where none is said.

    Raises:
        NotJudged: the program does not take the changed batch, as a graph cannot be doubled.
    """
    from art.training.diverging import Enough
    from art.training.probing.auditing import Audit

    audit = Audit(without_dropout=True, first=True)
    try:
        with suppress(Enough):
            context.fit(batches=[batch], max_steps=1, callbacks=[audit], logged=False)
    except (RuntimeError, ValueError, TypeError, IndexError, KeyError, AssertionError) as error:
        raise NotJudged("its training step takes no batch whose samples are moved") from error
    return audit.losses[0] if audit.losses else None


def _changed(batch: Any, size: int, change: Callable[[Tensor], Tensor]) -> Any:
    """The batch with its samples doubled or moved; None where it holds what cannot be changed."""
    import torch

    if isinstance(batch, torch.Tensor):
        return change(batch) if batch.ndim and len(batch) == size else batch
    if isinstance(batch, Mapping):
        parts = {key: _changed(value, size, change) for key, value in batch.items()}
        return None if any(part is None for part in parts.values()) else parts
    if isinstance(batch, tuple | list) and not hasattr(batch, "_fields"):
        found = [_changed(value, size, change) for value in batch]
        return None if any(part is None for part in found) else type(batch)(found)
    return None
