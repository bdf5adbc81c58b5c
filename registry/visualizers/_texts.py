"""Token ids as the text that they stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from art.core.visualizer import Seen

PADDING = 0


def is_ids(inputs: np.ndarray) -> bool:
    """Whether inputs are token ids: whole numbers `(n, length)` that are no bytes of a picture."""
    return inputs.dtype.kind in "iu" and inputs.ndim == 2 and inputs.dtype.itemsize > 1


def text_of(ids: np.ndarray, words: Sequence[str]) -> str:
    """The words of a row of token ids, without what fills it up."""
    return " ".join(
        words[index] if 0 <= index < len(words) else f"#{index}"
        for index in ids.tolist()
        if index != PADDING
    )


def class_name(index: int, seen: Seen) -> str:
    """A class by its name, or by its number where it has none."""
    names = seen.data_info.class_names if seen.data_info else ()
    return names[index] if 0 <= index < len(names) else str(index)
