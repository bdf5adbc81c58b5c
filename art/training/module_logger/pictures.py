"""Makes PNG files of what programs send to a tracker as a picture."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

LARGEST = 1 << 24
"""Pixels of a picture that is still drawn; more would cost the run too much."""


def png_of(value: Any, axes: str = "") -> bytes | None:
    """A picture as a PNG file; None where it is nothing that can be drawn.

    Args:
        value: a tensor or array of one picture or of several, a PIL image, a figure of
            matplotlib's, a list of them, or a tracker's object that holds such an image.
        axes: the order of an array's axes, `CHW`, `HWC`, `HW`, `NCHW`, `NHWC`; guessed where empty.
    """
    if _is_figure(value):
        return _of_figure(value)
    if not _is_array(value) and _is_pillow(getattr(value, "image", None)):
        value = value.image
    if _is_pillow(value):
        buffer = io.BytesIO()
        value.convert("RGBA" if value.mode in ("RGBA", "LA", "P") else "RGB").save(buffer, "PNG")
        return buffer.getvalue()
    if isinstance(value, list | tuple):
        return _of_several(value, axes)
    return _of_array(_pixels(value), axes, of_torch=isinstance(value, Tensor))


def is_shown(value: Any) -> bool:
    """Whether it is a picture or a list of them."""
    several = value if isinstance(value, list | tuple) else [value]
    return bool(several) and all(_is_picture(each) for each in several)


def _is_picture(value: Any) -> bool:
    """Whether a value says of itself that it is one; an array of numbers does not."""
    if _is_array(value):
        return False
    holds = getattr(value, "image", None)
    return _is_figure(value) or _is_pillow(value) or _is_pillow(holds)


def close_figure(figure: Any) -> None:
    """Let matplotlib forget a figure: it keeps each one that pyplot made."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close(figure)


def _is_array(value: Any) -> bool:
    return isinstance(value, Tensor | np.ndarray)


def _is_pillow(value: Any) -> bool:
    return hasattr(value, "convert") and hasattr(value, "mode") and hasattr(value, "save")


def _is_figure(value: Any) -> bool:
    return callable(getattr(value, "savefig", None)) and hasattr(value, "axes")


def _of_figure(figure: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()


def _pixels(value: Any) -> np.ndarray | None:
    if isinstance(value, Tensor):
        value = value.detach().float().cpu().numpy() if value.is_floating_point() else value.cpu()
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        return None
    return array if array.dtype.kind in "buif" and 2 <= array.ndim <= 4 and array.size else None


def _of_several(values: Sequence[Any], axes: str) -> bytes | None:
    """Several pictures of one size, side by side."""
    arrays = [_pixels(value) for value in values]
    found = [array for array in arrays if array is not None]
    if not found or len({array.shape for array in found}) > 1:
        return png_of(values[0], axes) if values else None
    stacked = np.stack(found)
    named = f"N{axes}" if axes and "N" not in axes else axes
    return _of_array(stacked, named, of_torch=isinstance(values[0], Tensor))


def _of_array(array: np.ndarray | None, axes: str, *, of_torch: bool) -> bytes | None:
    if array is None:
        return None
    axes = (axes or _guess(array.shape, of_torch)).upper()
    if len(axes) != array.ndim or not set("HW") <= set(axes) <= set("NHWC"):
        return None
    order = [axes.index(axis) for axis in "NHWC" if axis in axes]
    array = array.transpose(order)
    if "N" in axes:  # side by side: (H, N*W, ...)
        array = np.concatenate(list(array), axis=1)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[:, :, 0]
    if array.ndim == 3 and array.shape[2] not in (3, 4):
        return None
    if array.shape[0] * array.shape[1] > LARGEST:
        return None
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(_bytes(array)).save(buffer, "PNG")
    return buffer.getvalue()


def _guess(shape: tuple[int, ...], of_torch: bool) -> str:
    """torch puts the channels first, as everybody else puts them last."""
    many = "N" if len(shape) == 4 else ""
    if len(shape) == 2:
        return "HW"
    first, last = shape[len(many)] in (1, 3, 4), shape[-1] in (1, 3, 4)
    return many + ("CHW" if first and (of_torch or not last) else "HWC")


def _bytes(array: np.ndarray) -> np.ndarray:
    """Floats count from 0 to 1, as TensorBoard takes them; whole numbers from 0 to 255."""
    if array.dtype.kind == "f":
        array = np.nan_to_num(array) * 255
    elif array.dtype.kind == "b":
        array = array.astype(np.uint8) * 255
    return np.clip(array, 0, 255).astype(np.uint8)
