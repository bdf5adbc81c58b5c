"""Draws where a regression errs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge

from art.core.figure import Points, Series
from art.core.visualizer import Drawing, Seen, Visualizer
from art.registries import visualizers

if TYPE_CHECKING:
    import numpy as np

MOST_OUTPUTS = 6


@visualizers("art.Residuals.v1")
class Residuals(Visualizer):
    """Predictions against true values, and what is left over (true minus predicted) against them.

    A good fit lies along the diagonal, and its residuals around zero without a shape. Draws
    `predicted` and `residuals`; nothing where the targets are no numbers.

    Args:
        split: `train`, `val`, `test`, or `auto`: test where it was seen, else val.
        max_points: drawn of each output at most, evenly chosen.
    """

    def __init__(self, split: str = "auto", max_points: Annotated[int, Ge(1)] = 2000) -> None:
        self.split = split
        self.max_points = max_points

    def draw(self, seen: Seen) -> dict[str, Drawing]:
        """Two figures of points, one series an output."""
        wanted = ("test", "val") if self.split == "auto" else (self.split,)
        split = next((name for name in wanted if name in seen.predictions), None)
        if split is None or split not in seen.targets:
            return {}
        true = seen.targets[split]
        if true.dtype.kind != "f" or true.size != seen.predictions[split].size or not true.size:
            return {}
        true = self._thin(true)
        predicted = self._thin(seen.predictions[split])
        outputs = range(min(true.shape[1], MOST_OUTPUTS))
        names = [split] if true.shape[1] == 1 else [f"output {index}" for index in outputs]
        of_true, left = [], []
        for index, name in zip(outputs, names, strict=True):
            x, y = predicted[:, index], true[:, index]
            of_true.append(Series(name, x.tolist(), y.tolist()))
            left.append(Series(name, x.tolist(), (y - x).tolist()))
        title = f"{{}}, {split} ({len(seen.targets[split]):,} samples)"
        return {
            "predicted": Points(
                title.format("Predicted against true"), of_true, "predicted", "true", diagonal=True
            ),
            "residuals": Points(
                title.format("Residuals"), left, "predicted", "true - predicted", zero_line=True
            ),
        }

    def _thin(self, values: np.ndarray) -> np.ndarray:
        """`(n, D)` in double precision, at most `max_points` evenly chosen rows."""
        import numpy as np

        table = values.reshape(len(values), -1).astype(float)
        if len(table) <= self.max_points:
            return table
        return table[np.linspace(0, len(table) - 1, self.max_points).round().astype(int)]
