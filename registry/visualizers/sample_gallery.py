"""Shows samples of the training split."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge

from art.core.figure import ImageGrid, Table
from art.core.visualizer import Drawing, Seen, Visualizer
from art.registries import visualizers
from art.registry.visualizers._texts import is_ids, text_of

if TYPE_CHECKING:
    import numpy as np


@visualizers("art.SampleGallery.v1")
class SampleGallery(Visualizer):
    """Samples with their targets: pictures of images, rows of a table, texts, masks beside images.

    Draws `samples` (and `masks` where the targets are images); nothing where the inputs are
    neither `(1|3, H, W)` images nor rows of a table nor token ids with known words.

    Args:
        count: samples shown at most.
    """

    def __init__(self, count: Annotated[int, Ge(1)] = 32) -> None:
        self.count = count

    def draw(self, seen: Seen) -> dict[str, Drawing]:
        """A grid of images or a table; see the class."""
        if seen.samples is None or not len(seen.samples):
            return {}
        samples = seen.samples[: self.count]
        targets = None if seen.sample_targets is None else seen.sample_targets[: self.count]
        if is_ids(samples) and seen.data_info and seen.data_info.tokens:
            return _texts(samples, targets, seen)
        if samples.ndim == 2:
            return {"samples": _table(samples, targets, seen)}
        if samples.ndim != 4 or samples.shape[1] not in (1, 3):
            return {}
        images = [_channels_last(sample) for sample in samples]
        title = f"{len(images)} training samples"
        if targets is not None and targets.ndim == 3:
            captions = [str(index) for index in range(len(images))]
            return {
                "samples": ImageGrid(title, images, captions),
                "masks": ImageGrid(f"Masks of {title}", list(targets), captions),
            }
        captions = [""] * len(images) if targets is None else [_name(t, seen) for t in targets]
        return {"samples": ImageGrid(title, images, captions)}


def _channels_last(sample: np.ndarray) -> np.ndarray:
    return sample[0] if len(sample) == 1 else sample.transpose(1, 2, 0)


def _texts(samples: np.ndarray, targets: np.ndarray | None, seen: Seen) -> dict[str, Drawing]:
    words = seen.data_info.vocabulary if seen.data_info else ()
    if not words:
        return {}
    rows: list[list[Any]] = [[text_of(ids, words)] for ids in samples]
    headings = ["text"]
    if targets is not None and targets.ndim == 1:
        headings.append("target")
        rows = [[*row, _name(target, seen)] for row, target in zip(rows, targets, strict=True)]
    return {"samples": Table(f"{len(samples)} training samples", headings, rows)}


def _table(samples: np.ndarray, targets: np.ndarray | None, seen: Seen) -> Table:
    width = samples.shape[1]
    names = seen.data_info.feature_names if seen.data_info else ()
    headings = list(names) if len(names) == width else [f"x{column}" for column in range(width)]
    rows: list[list[Any]] = [[_short(value) for value in sample] for sample in samples.tolist()]
    if targets is not None and targets.ndim == 1:
        headings.append("target")
        rows = [[*row, _name(target, seen)] for row, target in zip(rows, targets, strict=True)]
    elif targets is not None and targets.ndim == 2:
        headings += [f"target {column}" for column in range(targets.shape[1])]
        pairs = zip(rows, targets.tolist(), strict=True)
        rows = [[*row, *(_short(value) for value in values)] for row, values in pairs]
    return Table(f"{len(samples)} training samples", headings, rows)


def _name(target: np.ndarray, seen: Seen) -> str:
    """A class by its name, a number in short."""
    if target.ndim:
        return ", ".join(f"{value:.4g}" for value in target.flat)
    names = seen.data_info.class_names if seen.data_info else ()
    if target.dtype.kind in "iu" and 0 <= int(target) < len(names):
        return names[int(target)]
    return f"{target.item():.6g}"


def _short(value: float) -> float:
    """Six significant digits: more says nothing to a reader."""
    return float(f"{value:.6g}") if math.isfinite(value) else value
