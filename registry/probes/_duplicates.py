"""Samples that repeat within the training split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from art.core.probe import Suspicion

if TYPE_CHECKING:
    import numpy as np

    from art.training.probing.observing import Observed, Split

COPIES = 0.3
ONE_ROW = 0.2


def copies_within(observed: Observed, train: Split) -> Iterator[Suspicion]:
    """Rows that are there again and again, unless they even out rare classes."""
    from art.registry.probes._rows import digests, is_coarse, labels_of

    rows = digests(train.rows.inputs)
    counts = Counter(rows)
    total = len(rows)
    if total < 40 or (train.stored is None and with_replacement(train.loader)):
        return
    row, most = counts.most_common(1)[0]
    share = 1 - len(counts) / total
    if most / total > ONE_ROW and len(counts) > 1:
        flat = train.rows.inputs.reshape(total, -1)[rows.index(row)]
        yield Suspicion(
            "one sample fills a large part of the training split",
            f"{most} of {total} training samples are equal (train row {rows.index(row)})",
            "Look for a file that could not be read and was filled, and for a join that repeats.",
            "train",
            certain=not is_coarse(train.rows.inputs) and flat.size > 3,
        )
        return
    if share < 0.02 or is_coarse(train.rows.inputs):
        return
    labels = labels_of(observed, train.rows)
    evened = labels is not None and labels.kind == "classes" and _evens(rows, labels.values)
    yield Suspicion(
        "training samples are duplicated",
        f"{share:.0%} of {total} training samples are exact copies of others; one occurs {most} "
        f"times",
        "Look for files that were read twice and for a join that repeats rows; drop duplicates. "
        "Where a sample stands there in several views, declare it: [contract] views.",
        "train",
        certain=share >= COPIES and not evened,
    )


def _evens(rows: list[bytes], labels: np.ndarray) -> bool:
    """Whether copies make classes more alike in size, as oversampling does."""
    import numpy as np

    first = {row: index for index, row in enumerate(rows)}
    single = labels[list(first.values())]
    size = int(labels.max()) + 1
    before, after = (np.bincount(v, minlength=size) for v in (single, labels))
    there = before > 0
    spread = [float(c[there].max() / c[there].min()) for c in (before, after)]
    times = after[there] / before[there]
    return spread[1] < 0.9 * spread[0] and float(times.max() / times.min()) > 1.4


def with_replacement(loader: Any) -> bool:
    """Whether a sampler may draw a sample several times in one epoch."""
    sampler: Any = getattr(loader, "sampler", None)
    return bool(getattr(sampler, "replacement", False))
