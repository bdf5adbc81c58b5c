"""What is known of the data: shapes, classes, sizes. Models and tasks are built from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from art.core.fields import read_fields
from art.errors import DataError, printable


@dataclass(frozen=True)
class DataInfo:
    """What a data module holds.

    Attributes:
        input_shape: the shape of ONE input without the batch dimension, `(1, 8, 8)` (channels
            first) or `(30,)`; of several inputs, of all side by side; `()` where they are unread.
        output_size: classes of a classification, targets of a regression (1 for one column).
        kind: `classification`, `segmentation` (a class for each pixel), `regression`, or `""` where
            the targets do not say.
        class_names: one a class, in the order of the class indices; empty for a regression.
        sizes: samples by split, `{"train": 1257, "val": 270, "test": 270}`.
        class_counts: training samples of each class, pixels of a segmentation; empty for a
            regression.
        target_mean: of the training targets, by output; empty for a classification.
        target_std: of the training targets, by output; empty for a classification.
        feature_names: names of the input's columns, where the inputs are a table.
        vocabulary: the words of token ids, in their order; empty where they are not known.
        tokens: how many token ids there are; 0 where the inputs are none.
        unread: why the batches cannot be read as arrays with one row a sample; empty where they
            can. What stands in them is then their module's affair alone.
        has_targets: whether the batches have targets that can be told from the inputs, and that
            are classes or numbers.
        unscored: why predictions are not scored against the targets: there are none, they cannot
            be told, or they are neither classes nor numbers; empty where they are scored.
        prepared: what the data part made of each column, as it says itself: its name, its type,
            the values that are missing in the training split, and what became of it.
        reader: the block of `@readers` that reads inputs from a file as the data part reads its
            own, with what it learnt from the training split; empty where the data part has none.
    """

    input_shape: tuple[int, ...]
    output_size: int
    kind: str = ""
    class_names: tuple[str, ...] = ()
    sizes: dict[str, int] = field(default_factory=dict)
    class_counts: tuple[int, ...] = ()
    target_mean: tuple[float, ...] = ()
    target_std: tuple[float, ...] = ()
    feature_names: tuple[str, ...] = ()
    vocabulary: tuple[str, ...] = ()
    tokens: int = 0
    unread: str = ""
    has_targets: bool = True
    unscored: str = ""
    prepared: tuple[Sequence[Any], ...] = ()
    reader: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Values that JSON holds."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> DataInfo:
        """What `to_json` gave, read back; keys that a later version added are passed over.

        Raises:
            DataError: it is none; the message names the key and what is expected.
        """
        info = read_fields(cls, values, "data")
        counts = (*info.input_shape, info.output_size, info.tokens, *info.class_counts)
        if min((*counts, *info.sizes.values())) < 0:
            raise DataError("'data' has a shape or a count below 0.")
        return info

    def class_of(self, index: int) -> str:
        """A class as people know it: `class "alien"`; `class 3` where it has no name of its own."""
        return class_words(index, self.class_names)

    @property
    def input_size(self) -> int:
        """Numbers in one input."""
        return math.prod(self.input_shape)

    @property
    def prior_entropy(self) -> float:
        """Entropy of the class prior in nats: the loss of a model that knows the prior alone."""
        total = sum(self.class_counts)
        if not total:
            raise DataError("the prior entropy needs the counts of the classes")
        shares = [count / total for count in self.class_counts if count]
        return -sum(share * math.log(share) for share in shares)


def class_words(index: int, names: Sequence[str]) -> str:
    """A class by its name, `class "alien"`; by its number where that is all the name it has.

    Args:
        index: the class's index.
        names: one a class, or fewer.
    """
    name = names[index] if 0 <= index < len(names) else str(index)
    return f"class {name}" if name == str(index) else f'class "{printable(name)}"'


def classes_words(indices: Sequence[int], names: Sequence[str], most: int = 5) -> str:
    """Several classes, `classes "alien", "ghost"`; of more than `most` the first, and dots."""
    if len(indices) == 1:
        return class_words(indices[0], names)
    shown = [class_words(index, names).removeprefix("class ") for index in indices[:most]]
    return f"classes {', '.join(shown)}{', ...' * (len(indices) > most)}"
