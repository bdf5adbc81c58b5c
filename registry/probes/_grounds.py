"""Whether cheap models can be expected to find what a network learns.

They see one table of numbers. Where a sample tells its label by something else, that they learn
nothing is no proof that there is nothing to learn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from art.core.contract import Contract
    from art.training.data_modules.batch_reading import Pass
    from art.training.probing.observing import Observed

NARROW = 16
"""Columns of whole numbers up to which they are ids and codes, and beyond which steps of a
sequence."""
FEW = 8
DENSE, DIFFERENT = 0.5, 20
"""Whole floats are ids where each column holds that share of 0, 1, 2, ... up to its largest, and
that many of them."""
ROWS = 2000
RELATIVE, AGAIN = 0.2, 20
DEPENDENT = 8.0


def doubt(observed: Observed, contract: Contract) -> str:
    """Why cheap models that find nothing prove nothing; empty where they do."""
    train = observed.splits["train"]
    inputs = train.rows.inputs
    if contract.ids or are_ids(inputs):
        return "the inputs are ids, which tell by their combinations"
    if train.rows.several > 1 or contract.views:
        return "each sample is of several inputs, which may tell only together"
    if train.rows.partial:
        return "the batches hold more inputs than those that were read"
    if are_relative(train.first):
        return "the same sample carries several labels, as in episodes"
    if are_tokens_apart(inputs):
        return "the tokens of a sample know nothing of each other, as in made-up sequences"
    if is_set(inputs):
        return "the rows of a sample come in no order"
    return ""


def wanders(observed: Observed, contract: Contract) -> bool:
    """Whether what holds in train need not hold in another split: of another time, of ids that
    train has not seen, of labels that count within an episode."""
    from art.registry.probes._series import is_series

    train = observed.splits["train"]
    return (
        contract.drifts
        or bool(contract.ids)
        or are_ids(train.rows.inputs)
        or are_relative(train.first)
        or is_series(observed)
    )


def are_ids(inputs: np.ndarray) -> bool:
    """Whether inputs `(n, columns)` are numbers of things: few columns of whole numbers that are
    no bytes, or of whole floats that are counted without gaps."""
    import numpy as np

    from art.registry.probes._rows import is_tokens

    if inputs.ndim == 1:
        inputs = inputs[:, None]
    if is_tokens(inputs):
        return inputs.shape[1] <= NARROW
    if inputs.dtype.kind != "f" or inputs.ndim != 2 or not 0 < inputs.shape[1] <= FEW:
        return False
    if not bool((np.isfinite(inputs) & (inputs == np.round(inputs)) & (inputs >= 0)).all()):
        return False
    counts = [(len(np.unique(column)), float(column.max())) for column in inputs.T]
    return all(n >= DIFFERENT and n >= DENSE * (most + 1) for n, most in counts)


def are_tokens_apart(inputs: np.ndarray) -> bool:
    """Whether tokens stand in sequences independently of each other. Words, pixels and events go
    together; what is drawn at random may tell a label by any rule, as parity does."""
    import numpy as np

    from art.registry.probes._rows import is_tokens

    if not is_tokens(inputs) or inputs.shape[1] <= NARROW or len(inputs) < 50:
        return False
    rows = inputs[:ROWS]
    tokens, counts = np.unique(rows, return_counts=True)
    kept = tokens[np.argsort(-counts)[:40]]
    table = np.stack([(rows == token).sum(1) for token in kept], 1).astype(np.float64)
    filler = np.median(rows[:, -1])
    length = (rows != filler).sum(1).astype(np.float64)
    length = np.stack([np.ones(len(rows)), length, length**2], 1)
    table = table - length @ np.linalg.lstsq(length, table, rcond=None)[0]
    table = table[:, table.std(0) > 1e-9]
    if table.shape[1] < 3:
        return False
    draws = np.random.RandomState(0)
    own = _together(table)
    chance = [_together(np.stack([draws.permutation(c) for c in table.T], 1)) for _ in range(20)]
    # A fixed length makes counts go against each other a little.
    floor = 2 / rows.shape[1] ** 2 + float(np.mean(chance))
    return own < floor + DEPENDENT * float(np.std(chance))


def _together(table: np.ndarray) -> float:
    """The mean squared correlation of different columns."""
    import numpy as np

    squares = np.corrcoef(table, rowvar=False) ** 2
    size = len(squares)
    return float((squares.sum() - size) / (size * (size - 1)))


def is_set(inputs: np.ndarray) -> bool:
    """Whether neighbouring rows of samples `(n, rows, width)` are no more alike than any two, as
    points in a cloud."""
    import numpy as np

    if inputs.ndim != 3 or inputs.dtype.kind != "f" or min(inputs.shape[1:]) < 2:
        return False
    if inputs.shape[1] < 4:
        return False
    rows = np.nan_to_num(inputs[:500].astype(np.float64))
    rows = rows - rows.mean((0, 1))
    order = np.random.RandomState(0).permutation(rows.shape[1])
    mixed = rows[:, order]
    beside = float(((rows[:, 1:] - rows[:, :-1]) ** 2).mean())
    chance = float(((mixed[:, 1:] - mixed[:, :-1]) ** 2).mean())
    return beside > 0.95 * chance


def are_relative(read: Pass) -> bool:
    """Whether a sample that is delivered again comes with another label: labels count within an
    episode alone."""
    from art.registry.probes._rows import digests

    if read.targets is None or len(read.targets) != len(read.inputs):
        return False
    first: dict[bytes, bytes] = {}
    again = other = 0
    for row, label in zip(digests(read.inputs), read.targets, strict=True):
        said = label.tobytes()
        if row not in first:
            first[row] = said
            continue
        again += 1
        other += first[row] != said
    return again >= AGAIN and other > RELATIVE * again
