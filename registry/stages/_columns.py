"""What a data part made of its columns, and what the column to predict is like."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from art.core.data_info import DataInfo

if TYPE_CHECKING:
    import numpy as np

HEADINGS = ("column", "type", "missing", "what becomes of it")
CAPPED = 0.01
"""The share of amounts that are the largest of all, or the smallest, from which on they may have
been cut off there."""
DIFFERENT = 50
"""Different amounts from which on so many equal ones are no coincidence of a coarse scale."""
HEAVY = 9.0
"""The kurtosis of an exponential distribution: more of it is a heavy tail."""


def columns_table(
    info: DataInfo, targets: np.ndarray | None
) -> tuple[list[str], list[list[Any]]] | None:
    """A row a column; None where the data part does not say what it made of them.

    Args:
        info: of the data.
        targets: of the training split, `(n,)` or `(n, D)`; None where they were not read.
    """
    if not info.prepared:
        return None
    rows = [list(row) for row in info.prepared]
    name = str(info.reader.get("target", "")) or "target"
    if info.class_counts:
        rows.append([name, "classes", 0, f"{info.output_size} classes, to predict"])
    elif targets is not None and targets.dtype.kind == "f":
        rows.append([name, "numbers", 0, f"to predict: {_of_amounts(targets)}"])
    return list(HEADINGS), rows


def _of_amounts(targets: np.ndarray) -> str:
    """`from 0.15 to 5; 4.6% are 5, the largest: capped?`."""
    import numpy as np

    values = targets[np.isfinite(targets)].astype(np.float64)
    if not values.size:
        return "no numbers"
    said = [f"from {values.min():.4g} to {values.max():.4g}"]
    for end, word in ((values.max(), "largest"), (values.min(), "smallest")):
        share = float((values == end).mean())
        if share >= CAPPED and len(np.unique(values)) >= DIFFERENT:
            said.append(f"{share:.1%} are {end:.4g}, the {word}: capped?")
    away = (values - values.mean()) / (values.std() or 1.0)
    if float((away**4).mean()) > HEAVY:
        said.append(f"heavy-tailed: one lies {np.abs(away).max():.0f} deviations off the mean")
    return "; ".join(said)
