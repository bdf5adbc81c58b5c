"""Rows and labels of what was observed, as the data probes compare them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from art.training.data_modules.batch_reading import Pass
    from art.training.probing.observing import Observed

CLASSES, NUMBERS = "classes", "numbers"
MOST_OUTPUTS = 16


@dataclass(frozen=True)
class Labels:
    """Targets with a meaning of their own.

    Attributes:
        kind: `classes` or `numbers`.
        values: `(n,)` class indices, or `(n, k)` numbers.
        plain: false where they were guessed from floats or from a batch of many parts, so that
            a finding about the ids themselves is no proof.
    """

    kind: str
    values: np.ndarray
    plain: bool = True


def labels_of(observed: Observed, read: Pass) -> Labels | None:
    """Classes or numbers of a reading; None where its targets are masks, views or missing."""
    import numpy as np

    targets = read.targets
    if targets is None or not observed.labelled or len(targets) != len(read.inputs):
        return None
    if targets.ndim > 1 and (targets.shape == read.inputs.shape or targets.ndim > 2):
        return None  # a reconstruction, a second view, or a mask
    values = targets.reshape(len(targets), -1)
    if values.shape[1] > 1:
        return _several(values, read.plain)
    flat = values[:, 0]
    whole = flat.dtype.kind in "iub" or (
        bool(np.isfinite(flat).all()) and bool((flat == np.round(flat)).all())
    )
    kinds = ("classification", "segmentation")
    if flat.dtype.kind in "iub" and observed.kind != "regression":
        return Labels(CLASSES, flat.astype(np.int64), read.plain)
    if whole and (observed.kind in kinds or len(np.unique(flat)) <= 2):
        return Labels(CLASSES, flat.astype(np.int64), False)
    return Labels(NUMBERS, values.astype(np.float64), read.plain)


def _several(values: np.ndarray, plain: bool) -> Labels | None:
    """One-hot rows are classes; several numbers stay numbers; several yes and no are not judged."""
    import numpy as np

    if bool(np.isin(values, (0, 1)).all()):
        one_hot = bool((values.sum(1) == 1).all())
        return Labels(CLASSES, values.argmax(1).astype(np.int64), False) if one_hot else None
    if values.dtype.kind != "f" or values.shape[1] > MOST_OUTPUTS:
        return None
    return Labels(NUMBERS, values.astype(np.float64), plain)


def flat(inputs: np.ndarray) -> np.ndarray:
    """`(n, columns)` as float64; what is not finite becomes NaN."""
    import numpy as np

    rows = inputs.reshape(len(inputs), -1).astype(np.float64)
    return np.where(np.isfinite(rows), rows, np.nan)


def fewer_columns(*parts: np.ndarray, most: int = 4096) -> list[np.ndarray]:
    """`(n, columns)` of each part: of very many columns the same few of all, drawn once. Statistics
    of large pictures need no more."""
    import numpy as np

    tables = [part.reshape(len(part), -1) for part in parts]
    if tables[0].shape[1] <= most:
        return tables
    draws = np.random.RandomState(0).permutation(tables[0].shape[1])
    chosen = np.sort(draws[:most])
    return [table[:, chosen] for table in tables]


def cropped(inputs: np.ndarray, most: int = 4096, side: int = 64) -> np.ndarray:
    """Samples of more numbers than that cut down to their first 64 along each dimension: what is
    moved by a few steps shows there as well."""
    if inputs.ndim < 2 or inputs[0].size <= most:
        return inputs
    corner = (slice(None), *(slice(side) for _ in inputs.shape[1:]))
    return inputs[corner]


def digests(inputs: np.ndarray) -> list[bytes]:
    """The values of each row as bytes: equal rows, and only those, have equal ones.

    What fills whole numbers up at the end is left out: sequences are padded batch by batch.
    """
    import numpy as np

    rows = inputs.reshape(len(inputs), -1)
    if inputs.ndim == 2 and rows.dtype.kind in "iu" and rows.shape[1]:
        kept = rows.astype(np.int64)
        filler = kept[:, -1].min()
        ends = kept.shape[1] - (kept[:, ::-1] != filler).argmax(1)
        return [row[:end].tobytes() for row, end in zip(kept, ends, strict=True)]
    rows = rows.astype(np.float64) + 0.0 if rows.dtype.kind == "f" else rows.astype(np.int64)
    return [row.tobytes() for row in np.ascontiguousarray(rows)]


def is_coarse(inputs: np.ndarray) -> bool:
    """Whether rows may well be equal by chance: each drawn with its columns shuffled apart.

    Columns are made independent, which keeps how many values each has; where the rows then still
    repeat, or the columns have few combinations in all, copies prove nothing.
    """
    import numpy as np

    rows = inputs.reshape(len(inputs), -1)[:4000]
    if len(rows) < 2:
        return True
    entropy = 0.0
    for column in rows.T[:2000]:
        shares = np.unique(column, return_counts=True)[1] / len(rows)
        entropy += float(-(shares * np.log(shares)).sum())
    # Dependent columns hold far less than the sum says: half of it is a cautious account.
    return entropy / 2 < 2 * np.log(len(rows))


def is_tokens(inputs: np.ndarray) -> bool:
    """Indices of a vocabulary: integers `(n, length)`, but no bytes of an image."""
    import numpy as np

    return inputs.dtype.kind in "iu" and inputs.ndim == 2 and inputs.dtype != np.uint8
