"""Are whole numbers classes, or amounts?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

CLASSES = 5
"""Fewer can be ordered by chance: of 4 there are 24 orders."""
DRAWS, RARE = 400, 0.05
IDS = 4096
"""Different ids, at most, that are counted."""
SURE = 5.0
"""Standard errors above chance."""


def are_classes(inputs: Sequence[Tensor], targets: Tensor) -> bool:
    """Whether neighbours tell the targets, and those they confuse are not next to each other.

    Amounts that are confused are close: of two neighbours with different targets one has the next
    number. Of classes, any other numbering would do as well (a permutation test). Where that
    cannot be told, as of pairs of ids, False.

    Args:
        inputs: `(n, ...)` of each batch; whole numbers are ids, of which it counts which are there.
        targets: `(n,)` whole numbers of all batches.
    """
    import numpy as np

    values, numbers = np.unique(targets.reshape(-1).numpy(), return_inverse=True)
    rows = _features(inputs)
    if rows is None or len(rows) != len(numbers) or len(values) < CLASSES:
        return False
    nearest = _nearest(rows)
    alike = float((numbers[nearest] == numbers).mean())
    shares = np.bincount(numbers) / len(numbers)
    chance = float((shares**2).sum())
    error = (chance * (1 - chance) / len(numbers)) ** 0.5
    if alike < chance + SURE * error:
        return False
    draws = np.random.RandomState(0)

    def apart(names: np.ndarray) -> float:
        gaps = np.abs(names[numbers] - names[numbers[nearest]])
        return float(gaps[gaps > 0].mean()) if (gaps > 0).any() else 0.0

    own = apart(np.arange(len(values)))
    others = [apart(draws.permutation(len(values))) for _ in range(DRAWS)]
    return float(np.mean([other <= own for other in others])) > RARE


def _features(inputs: Sequence[Tensor]) -> np.ndarray | None:
    """`(n, features)` of all batches; None where they are too many or do not fit together."""
    import torch

    if any(part.is_floating_point() != inputs[0].is_floating_point() for part in inputs):
        return None
    if inputs[0].is_floating_point():
        flat = [part.reshape(len(part), -1).double() for part in inputs]
        if len({part.shape[1] for part in flat}) > 1:
            return None
        return torch.cat(flat).cpu().numpy()
    largest = max(int(part.max()) for part in inputs)
    if min(int(part.min()) for part in inputs) < 0 or largest >= IDS:
        return None
    counts = [
        torch.bincount(row.reshape(-1).long(), minlength=largest + 1).double()
        for part in inputs
        for row in part
    ]
    return torch.stack(counts).cpu().numpy()


def _nearest(rows: np.ndarray) -> np.ndarray:
    """The nearest other row of each."""
    import numpy as np

    deviation = rows.std(0)
    scaled = (rows - rows.mean(0)) / np.where(deviation > 0, deviation, 1)
    squares = (scaled**2).sum(1)
    distances = squares[:, None] + squares[None] - 2 * scaled @ scaled.T
    np.fill_diagonal(distances, np.inf)
    return np.asarray(distances.argmin(1))
