"""The visualizer: makes a figure, table or text from what a stage saw; it never shows it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from art.core.data_info import DataInfo
from art.core.figure import Figure, Table

if TYPE_CHECKING:
    import numpy as np

Drawing = Figure | Table | str


@dataclass
class Seen:
    """What a stage lets visualizers see; each part is None or empty where it saw none.

    Attributes:
        data_info: what the data holds.
        samples: `(n, *input_shape)` inputs of the training split.
        sample_targets: `(n,)` their targets.
        inputs: by split, what was predicted from, `(m, *input_shape)`: of the first `m`
            predictions.
        predictions: by split, `(N, C)` scores of classes or `(N,)` / `(N, D)` numbers.
        targets: by split, `(N,)` or `(N, D)`.
        history: every logged value: name -> list of (step, epoch, value).
        scores: the stage's scores, of its best weights over whole splits.
        simple: the scores of the best simple model of an earlier stage, by the same names.
    """

    data_info: DataInfo | None = None
    samples: np.ndarray | None = None
    sample_targets: np.ndarray | None = None
    inputs: dict[str, np.ndarray] = field(default_factory=dict)
    predictions: dict[str, np.ndarray] = field(default_factory=dict)
    targets: dict[str, np.ndarray] = field(default_factory=dict)
    history: Mapping[str, Sequence[tuple[int, float, float]]] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    simple: Mapping[str, float] = field(default_factory=dict)


class Visualizer(ABC):
    """Draws what it can from what a stage saw."""

    @abstractmethod
    def draw(self, seen: Seen) -> dict[str, Any]:
        """Drawings by a short name: each a figure or table of `art.core.figure`, or a text.

        Returns nothing for what the stage did not see: a visualizer that needs predictions
        draws nothing after Explore. A user's own may also return matplotlib figures.
        """
