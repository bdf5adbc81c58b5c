"""A curve in a line of text."""

from __future__ import annotations

import math
from collections.abc import Sequence

_HEIGHTS = "▁▂▃▄▅▆▇█"
_PLAIN_HEIGHTS = "_.-=+*#"


def sparkline(values: Sequence[float], width: int, unicode: bool = True) -> str:
    """The values as blocks of different heights, the lowest value lowest.

    Args:
        values: at equal distances; of more than `width`, the means of equal stretches are shown.
        width: columns at most.
        unicode: whether block elements can be shown.

    >>> sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8)
    '▁▂▃▄▅▆▇█'
    """
    if not values or width < 1:
        return ""
    size = math.ceil(len(values) / width)
    parts = [values[start : start + size] for start in range(0, len(values), size)]
    means = [sum(part) / len(part) for part in parts]
    finite = [mean for mean in means if math.isfinite(mean)]
    low, high = min(finite, default=0.0), max(finite, default=0.0)
    heights = _HEIGHTS if unicode else _PLAIN_HEIGHTS
    scale = (len(heights) - 1) / (high - low) if high > low else 0.0
    return "".join(
        heights[round((mean - low) * scale)] if math.isfinite(mean) else "?" for mean in means
    )
