"""Lets a classifier of rows classify the pixels of images."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from art.errors import DataError
from art.registry.stages._measures import IGNORED

if TYPE_CHECKING:
    import numpy as np

FITTED = 50_000
"""Pixels that a model is fitted on at most: neighbours say nearly the same."""


def fit_pixels(
    model: Any, images: np.ndarray, masks: np.ndarray, seed: int
) -> Callable[[np.ndarray], np.ndarray]:
    """Fit a scikit-learn classifier on pixels, each described by itself and its eight neighbours.

    Args:
        model: the classifier, unfitted.
        images: `(n, channels, height, width)`.
        masks: `(n, height, width)` class indices; -100 is passed over.
        seed: which pixels are drawn, where there are many.

    Returns:
        From images to class indices `(n, height, width)`.

    Raises:
        DataError: images and masks differ in height and width.
    """
    import numpy as np

    if images.ndim != 4 or images.shape[2:] != masks.shape[1:]:
        raise DataError(
            f"inputs of shape {images.shape[1:]} and masks of shape {masks.shape[1:]}: a pixel's "
            f"class can only be told from images (channels, height, width) of the masks' size. "
            f'Set [stages.baseline] models = ["majority"] to go without.'
        )
    pixels = np.flatnonzero(masks.reshape(-1) != IGNORED)
    if len(pixels) > FITTED:
        pixels = np.random.RandomState(seed % 2**32).choice(pixels, FITTED, replace=False)
    model.fit(_described(images, pixels), masks.reshape(-1)[pixels])

    def predict(given: np.ndarray) -> np.ndarray:
        shape = given.shape[2:]
        every = np.arange(shape[0] * shape[1])
        return np.stack(
            [
                model.predict(_described(given[i : i + 1], every)).reshape(shape)
                for i in range(len(given))
            ]
        )

    return predict


def _described(images: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """`(m, 9 * channels)`: the values around each pixel, the border's own beyond the border."""
    import numpy as np

    height, width = images.shape[2:]
    image, place = np.divmod(pixels, height * width)
    rows, columns = np.divmod(place, width)
    around = [
        images[
            image, :, np.clip(rows + down, 0, height - 1), np.clip(columns + right, 0, width - 1)
        ]
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    ]
    return np.concatenate(around, axis=1).astype(np.float64)
