"""Real data that scikit-learn brings, in two parts: what programs see, and what is kept apart.

The part that is kept apart measures the true quality of a program. No data module reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from sklearn import datasets
from sklearn.model_selection import train_test_split


@dataclass(frozen=True)
class Raw:
    """Raw data.

    Attributes:
        inputs: `(n, ...)` as scikit-learn has them.
        targets: `(n,)` class ids, or numbers.
    """

    inputs: np.ndarray
    targets: np.ndarray


@cache
def _parts(name: str, apart: int, classes: bool) -> tuple[Raw, Raw]:
    bunch = getattr(datasets, f"load_{name}")()
    inputs = bunch.images if name == "digits" else bunch.data
    seen_x, apart_x, seen_y, apart_y = train_test_split(
        inputs,
        bunch.target,
        test_size=apart,
        random_state=1234,
        stratify=bunch.target if classes else None,
    )
    return Raw(seen_x, seen_y), Raw(apart_x, apart_y)


def digits() -> Raw:
    """1,397 images of handwritten digits, `(n, 8, 8)` in 0..16, and their classes."""
    return _parts("digits", 400, True)[0]


def digits_apart() -> Raw:
    """400 more."""
    return _parts("digits", 400, True)[1]


def breast_cancer() -> Raw:
    """400 tumours, `(n, 30)` measurements, and whether they are benign."""
    return _parts("breast_cancer", 169, True)[0]


def breast_cancer_apart() -> Raw:
    """169 more."""
    return _parts("breast_cancer", 169, True)[1]


def diabetes() -> Raw:
    """330 patients, `(n, 10)`, and how far their diabetes went on in a year (25..346)."""
    return _parts("diabetes", 112, False)[0]


def diabetes_apart() -> Raw:
    """112 more."""
    return _parts("diabetes", 112, False)[1]
