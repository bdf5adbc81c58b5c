"""What a batch holds, and the tensors in it."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor

from art.training.data_modules.padding import is_padding

INPUT_KEYS = ("input", "x", "image", "input_ids", "inputs", "images", "features", "text")
TARGET_KEYS = ("target", "y", "label", "labels", "targets", "mask")
BESIDES = (
    "id", "ids", "idx", "index", "indices", "length", "lengths", "weight", "weights",
    "sample_weight", "group", "groups", "lens", "seq_len", "seq_lens", "seq_length", "seq_lengths",
)  # fmt: skip
"""Names of what stands beside the inputs with one number a sample, and is no target."""
GRAPH_KEYS = ("edge_index", "edge_attr", "edge_weight", "adj", "adj_t", "adjacency")
"""Names that a graph alone has: its rows are nodes, which are no samples."""

# A batch of tensors whose numbers of rows differ is neither read nor guessed at: of points, nodes
# and steps in one tensor, "one row a sample" would be wrong.


@dataclass(frozen=True)
class Parts:
    """What a batch holds.

    Attributes:
        inputs: what a model's `forward` takes: a tensor, or several in a tuple, list or dict.
        targets: None where the batch has none, or where they cannot be told from the rest.
        others: the tensors besides with one row a sample: by key, or by position.
        plain: whether it is plain which part are the targets.
        leading: of a tuple, what comes before and beside the targets; else the inputs alone.
        before: of a tuple, all that comes before the targets where that is several inputs.
        unread: why no part can be read as samples; empty where that is for its tensors to say.
    """

    inputs: Any
    targets: Any | None = None
    others: Mapping[str, Tensor] = field(default_factory=dict)
    plain: bool = True
    leading: tuple[Any, ...] = ()
    before: tuple[Any, ...] = ()
    unread: str = ""


def tensors_of(inputs: Any) -> tuple[Tensor, ...]:
    """The tensors in inputs of any make, in order; a padding mask and lengths are left out where
    others are there. Empty where the inputs are a list of samples, or hold no tensor with rows."""
    found = leaves(inputs)
    if not found or any(not leaf.ndim or len(leaf) != len(found[0]) for leaf in found):
        return ()
    if len(found) > 1:
        first = next((leaf for leaf in found if leaf.ndim > 1), found[0])
        found = [leaf for leaf in found if leaf is first or not is_padding(first, leaf)]
    return tuple(found)


def rows_of(parts: Parts) -> int | None:
    """Samples by the inputs' tensors; None where they have none, or are a list of samples."""
    tensors = tensors_of(parts.inputs)
    if not tensors:
        return None
    rows = len(tensors[0])
    several = isinstance(parts.inputs, list | tuple)
    samples = isinstance(parts.targets, list | tuple | Tensor) and len(sized(parts.targets))
    if several and samples and samples != rows and samples == len(parts.inputs):
        return None
    return rows


def sized(targets: Any) -> Sequence[Any]:
    """Targets that have a length; a single number has none."""
    return targets if not isinstance(targets, Tensor) or targets.ndim else ()


def leaves(inputs: Any) -> list[Tensor]:
    """The tensors within inputs of any make, in order."""
    if isinstance(inputs, Tensor):
        return [inputs]
    names = named(inputs)
    within = names.values() if names is not None else inputs
    if not isinstance(inputs, list | tuple) and names is None:
        return []
    return [leaf for part in within for leaf in leaves(part)]


def named(batch: Any) -> Mapping[str, Any] | None:
    """The parts of a batch that has names for them; None of a tuple, a tensor, or a thing."""
    if isinstance(batch, Mapping):
        return batch
    if isinstance(batch, Tensor | list) or batch is None:
        return None
    if isinstance(batch, tuple):
        fields = getattr(batch, "_fields", ())
        known = any(name in (*INPUT_KEYS, *TARGET_KEYS) for name in fields)
        return dict(zip(fields, batch, strict=True)) if known else None
    if dataclasses.is_dataclass(batch):
        return {each.name: getattr(batch, each.name) for each in dataclasses.fields(batch)}
    held = getattr(batch, "__dict__", {})
    found = {name: value for name, value in held.items() if isinstance(value, Tensor)}
    return found or None


def rows_among(values: Iterable[Any]) -> tuple[int | None, bool]:
    """The number of rows that most of the tensors have, and whether all have it."""
    counts = Counter(len(leaf) for value in values for leaf in leaves(value) if leaf.ndim)
    return (counts.most_common(1)[0][0] if counts else None), len(counts) <= 1


def has_rows(value: Any, rows: int | None) -> bool:
    """Whether a part of a batch is a tensor with so many rows."""
    return isinstance(value, Tensor) and value.ndim > 0 and len(value) == rows
