"""Weights of classes in a loss, scaled so that the average training sample weighs 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from art.core.data_info import DataInfo
from art.errors import DataError


def scaled_weights(
    given: Literal["balanced"] | Sequence[float], data_info: DataInfo
) -> tuple[float, ...]:
    """One weight a class, with a mean of 1 over the training samples.

    Args:
        given: one a class, or `"balanced"`: each class then weighs the same, however many samples
            it has. A class without a training sample weighs 1.

    Raises:
        DataError: the numbers fit no classes, or weigh nothing.
    """
    counts = data_info.class_counts
    if given == "balanced":
        present = sum(count > 0 for count in counts)
        return tuple(sum(counts) / (present * count) if count else 1.0 for count in counts)
    weights = [float(weight) for weight in given]
    if len(weights) != data_info.output_size:
        names = ", ".join(data_info.class_names[:5]) + (", ..." * (len(data_info.class_names) > 5))
        raise DataError(
            f"[task] class_weights has {len(weights)} numbers, but the data has "
            f"{data_info.output_size} classes: {names}. Give one number a class in that order, or "
            f'"balanced".'
        )
    total = sum(weight * count for weight, count in zip(weights, counts, strict=True))
    if total <= 0:
        raise DataError(
            "[task] class_weights: every class with a training sample weighs 0, so that nothing "
            'would be learnt. Give at least one of them a weight, or "balanced".'
        )
    return tuple(weight * sum(counts) / total for weight in weights)
