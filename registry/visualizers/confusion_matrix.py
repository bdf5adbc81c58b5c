"""Draws which classes are taken for which."""

from __future__ import annotations

from typing import TYPE_CHECKING

from art.core.figure import Heatmap
from art.core.visualizer import Drawing, Seen, Visualizer
from art.registries import visualizers

if TYPE_CHECKING:
    import numpy as np


@visualizers("art.ConfusionMatrix.v1")
class ConfusionMatrix(Visualizer):
    """How often each true class (row) was predicted as each class (column).

    Draws `confusion`; nothing where the targets are no classes.

    Args:
        split: `train`, `val`, `test`, or `auto`: test where it was seen, else val.
    """

    def __init__(self, split: str = "auto") -> None:
        self.split = split

    def draw(self, seen: Seen) -> dict[str, Drawing]:
        """A heatmap of counts."""
        wanted = ("test", "val") if self.split == "auto" else (self.split,)
        split = next((name for name in wanted if name in seen.predictions), None)
        if split is None or split not in seen.targets:
            return {}
        pairs = _classes(seen.predictions[split], seen.targets[split])
        if pairs is None:
            return {}
        predicted, true = pairs
        names = seen.data_info.class_names if seen.data_info else ()
        size = max(int(predicted.max()), int(true.max())) + 1
        names = tuple(names) + tuple(str(index) for index in range(len(names), size))
        counts = _count(predicted, true, len(names))
        right = float((predicted == true).mean())
        title = f"Confusion matrix, {split}: {right:.1%} of {len(true):,} right"
        return {
            "confusion": Heatmap(title, counts.tolist(), names, names, "true class", "predicted")
        }


def _classes(predictions: np.ndarray, targets: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Predicted and true class indices, `(n,)` each; None where these are no classes."""
    if targets.dtype.kind not in "iub":
        return None
    if predictions.ndim == targets.ndim + 1:
        predictions = predictions.argmax(axis=1)
    if predictions.shape != targets.shape:
        return None
    predicted, true = predictions.reshape(-1).astype(int), targets.reshape(-1).astype(int)
    kept = true >= 0  # -100 marks what is passed over
    return (predicted[kept], true[kept]) if kept.any() else None


def _count(predicted: np.ndarray, true: np.ndarray, size: int) -> np.ndarray:
    import numpy as np

    return np.bincount(true * size + predicted, minlength=size * size).reshape(size, size)
