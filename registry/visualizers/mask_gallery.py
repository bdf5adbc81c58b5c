"""Shows predicted masks beside the true ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge

from art.core.figure import ImageGrid
from art.core.visualizer import Drawing, Seen, Visualizer
from art.registries import visualizers

if TYPE_CHECKING:
    import numpy as np

IGNORED = -100
SIDES = ("image", "true", "predicted", "wrong")


@visualizers("art.MaskGallery.v1")
class MaskGallery(Visualizer):
    """Images with their true mask, the predicted one and where the two differ, the worst first.

    Draws `predicted_masks`, one row an image; nothing where the targets are no masks.

    Args:
        count: images shown at most.
        split: `train`, `val`, `test`, or `auto`: test where it was seen, else val.
    """

    def __init__(self, count: Annotated[int, Ge(1)] = 8, split: str = "auto") -> None:
        self.count = count
        self.split = split

    def draw(self, seen: Seen) -> dict[str, Drawing]:
        """A grid of four images a row; see the class."""
        wanted = ("test", "val") if self.split == "auto" else (self.split,)
        split = next((name for name in wanted if name in seen.predictions), None)
        if split is None or split not in seen.inputs:
            return {}
        images, true = seen.inputs[split], seen.targets[split]
        masks = _masks(seen.predictions[split], true)
        if masks is None or images.ndim != 4 or images.shape[1] not in (1, 3):
            return {}
        true, masks = true[: len(images)], masks[: len(images)]
        wrong = (true != masks) & (true != IGNORED)
        share = wrong.reshape(len(wrong), -1).mean(1)
        grid: list[Any] = []
        captions: list[str] = []
        for index in (-share).argsort(kind="stable")[: self.count]:
            image = images[index]
            shown = image[0] if len(image) == 1 else image.transpose(1, 2, 0)
            known = true[index] * (true[index] != IGNORED)
            grid += [shown, known, masks[index], wrong[index]]
            captions += [*SIDES[:3], f"{share[index]:.1%} wrong"]
        title = f"Masks, {split}: the {len(grid) // 4} worst of {len(images):,} images"
        return {"predicted_masks": ImageGrid(title, grid, captions, columns=len(SIDES))}


def _masks(predictions: np.ndarray, targets: np.ndarray) -> np.ndarray | None:
    """Predicted class indices `(n, H, W)`; None where the targets are no masks."""
    if targets.dtype.kind not in "iub" or targets.ndim != 3:
        return None
    if predictions.ndim == 4:
        predictions = predictions.argmax(axis=1)
    return predictions if predictions.shape == targets.shape else None
