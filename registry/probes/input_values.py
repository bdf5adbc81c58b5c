"""Are the inputs values that can be learnt from?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from art.training.probing.observing import Observed, Split

CONSTANT = 0.95
BLANK = 0.2

TABLE = 50
"""Columns below which one that says nothing is worth a word; pictures have dark corners."""


@probes("art.InputValues.v1")
class InputValues(Probe):
    """Inputs must be finite, and must differ from sample to sample.

    Every split is looked at: missing and infinite values by column, columns with one value, and
    samples whose values are all the same, as a picture that was not read is black.
    """

    cost: ClassVar[str] = "the data, read"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Look at each split's values."""
        from art.training.probing.observing import observe

        observed = context.once(observe)
        found: list[Suspicion] = []
        for split in observed.splits.values():
            found += _missing(observed, split)
            found += _constant(observed, split)
            found += _blank(split)
        return sorted(found, key=lambda suspicion: not suspicion.certain)


def _missing(observed: Observed, split: Split) -> Iterator[Suspicion]:
    import numpy as np

    inputs = split.first.inputs
    if inputs.dtype.kind != "f":
        return
    rows = inputs.reshape(len(inputs), -1)
    bad = ~np.isfinite(rows)
    if not bad.any():
        return
    counts = bad.sum(0)
    worst = int(counts.argmax())
    what = "NaN" if np.isnan(rows[:, worst]).any() else "infinite"
    yield Suspicion(
        f"the {split.name} inputs hold values that are NaN or infinite",
        f"{int(counts.sum())} values in {int((counts > 0).sum())} of {len(counts)} columns; "
        f"{what} in {int(counts[worst])} of {len(rows)} samples of the worst",
        "Fill them from the training split, drop those rows, or look for a division by zero or a "
        "logarithm of zero in the preprocessing.",
        f"{split.name} {observed.column(worst, len(counts))}",
        certain=False,  # a model may fill them itself: InputScale sees what its first layer gets
    )


def _constant(observed: Observed, split: Split) -> Iterator[Suspicion]:
    import numpy as np

    rows = split.first.inputs.reshape(len(split.first.inputs), -1)
    if split.name != "train" or len(rows) < 16:
        return
    constant = np.flatnonzero((rows == rows[:1]).all(axis=0))
    share = len(constant) / max(rows.shape[1], 1)
    names = ", ".join(observed.column(int(index), rows.shape[1]) for index in constant[:3])
    if share > CONSTANT:
        yield Suspicion(
            "nearly every input is the same for all samples",
            f"{len(constant)} of {rows.shape[1]} columns have one value in {len(rows)} samples",
            "Look for one sample that is read again and again, for a scaling to zero, and for a "
            "file or channel that was read wrong.",
            split.name,
        )
    elif len(constant) and rows.shape[1] < TABLE and split.first.inputs.ndim == 2 and share < 0.5:
        yield Suspicion(
            "columns that are the same for all samples tell a model nothing",
            f"{len(constant)} of {rows.shape[1]} columns ({names}) have one value",
            "Leave them out, or look at how they are read.",
            split.name,
            certain=False,
        )


def _blank(split: Split) -> Iterator[Suspicion]:
    rows = split.first.inputs.reshape(len(split.first.inputs), -1)
    if rows.shape[1] < 4 or len(rows) < 16:
        return
    share = float((rows == rows[:, :1]).all(axis=1).mean())
    if share == 0:
        return
    # One-hot and sparse rows may all be 0 for good reason; a picture or a table seldom is.
    yield Suspicion(
        f"{split.name} samples are blank: all their values are the same",
        f"{share:.1%} of {len(rows)} samples",
        "Look for files that could not be read, for clipping, and for padding in place of data.",
        split.name,
        certain=share > BLANK and float((rows == 0).mean()) < 0.9 + 0.1 * (share > 0.9),
    )
