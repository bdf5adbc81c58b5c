"""Where the inputs and targets are in a batch, whatever its make.

Names are asked first. Where they say nothing, positions, shapes and types do; what they cannot
tell is taken for a batch without targets, never refused: its module knows what to do with it.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from art.errors import DataError

INPUT_KEYS = ("input", "x", "image", "input_ids", "inputs", "images", "features", "text")
TARGET_KEYS = ("target", "y", "label", "labels", "targets", "mask")
BESIDES = (
    "id", "ids", "idx", "index", "indices", "length", "lengths", "weight", "weights",
    "sample_weight", "group", "groups",
)  # fmt: skip
"""Names of what stands beside the inputs with one number a sample, and is no target."""
ENOUGH = 0.9
"""The share of sequences whose last step must differ from the padding behind it."""

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
        leading: of a tuple, what stands before and beside the targets; else the inputs alone.
    """

    inputs: Any
    targets: Any | None = None
    others: Mapping[str, Tensor] = field(default_factory=dict)
    plain: bool = True
    leading: tuple[Any, ...] = ()


def inputs_of(batch: Any) -> Any:
    """The inputs: a tuple's or list's first element, a dict's `input`, `x`, `image`, ...; where a
    dict has no known key, its tensors that are no targets; else the batch itself.

    Raises:
        DataError: the batch is an empty tuple or dict.
    """
    return parts_of(batch).inputs


def targets_of(batch: Any) -> Any | None:
    """The targets: a tuple's or list's second element, unless that holds the lengths or the mask
    of padded inputs; a dict's `target`, `y`, `label`, ...; where a dict has no known key, the one
    tensor with one number a sample. None where the batch has none, or where it cannot be told.
    """
    return parts_of(batch).targets


def batch_size_of(batch: Any) -> int:
    """Samples in a batch: the rows of its inputs; 1 where that cannot be told.

    Raises:
        DataError: the batch is an empty tuple or dict.
    """
    parts = parts_of(batch)
    rows = rows_of(parts)
    if rows is not None:
        return rows
    for part in (parts.inputs, parts.targets):
        if isinstance(part, list | tuple):
            return len(part)
    return 1


def parts_of(batch: Any) -> Parts:
    """Inputs, targets and the rest of a batch.

    Raises:
        DataError: the batch is an empty tuple or dict.
    """
    named = _named(batch)
    if named is not None:
        return _of_names(named, batch)
    if isinstance(batch, list | tuple):
        return _of_places(batch)
    return Parts(batch, leading=(batch,))


def tensors_of(inputs: Any) -> tuple[Tensor, ...]:
    """The tensors in inputs of any make, in order; a padding mask and lengths are left out where
    others are there. Empty where the inputs are a list of samples, or hold no tensor with rows."""
    found = _leaves(inputs)
    if not found or any(not leaf.ndim or len(leaf) != len(found[0]) for leaf in found):
        return ()
    if len(found) > 1:
        first = next((leaf for leaf in found if leaf.ndim > 1), found[0])
        found = [leaf for leaf in found if leaf is first or not _is_padding(first, leaf)]
    return tuple(found)


def rows_of(parts: Parts) -> int | None:
    """Samples by the inputs' tensors; None where they have none, or are a list of samples."""
    tensors = tensors_of(parts.inputs)
    if not tensors:
        return None
    rows = len(tensors[0])
    several = isinstance(parts.inputs, list | tuple)
    samples = isinstance(parts.targets, list | tuple | Tensor) and len(_sized(parts.targets))
    if several and samples and samples != rows and samples == len(parts.inputs):
        return None
    return rows


def _sized(targets: Any) -> Sequence[Any]:
    """Targets that have a length; a single number has none."""
    return targets if not isinstance(targets, Tensor) or targets.ndim else ()


def _leaves(inputs: Any) -> list[Tensor]:
    if isinstance(inputs, Tensor):
        return [inputs]
    named = _named(inputs)
    within = named.values() if named is not None else inputs
    if not isinstance(inputs, list | tuple) and named is None:
        return []
    return [leaf for part in within for leaf in _leaves(part)]


# By name


def _named(batch: Any) -> Mapping[str, Any] | None:
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


def _of_names(named: Mapping[str, Any], batch: Any) -> Parts:
    if not named:
        raise DataError("a batch is an empty dict; it needs inputs, and targets beside them.")
    known = next((key for key in INPUT_KEYS if key in named), None)
    goal = next((key for key in TARGET_KEYS if key in named), None)
    if known is None and goal is None:
        pair = next((value for value in named.values() if _is_pair(value)), None)
        if pair is not None:  # several loaders at once: the first with targets stands for them
            return parts_of(pair)
    rows, agreed = _rows_among(named.values() if known is None else [named[known]])
    if known is None and goal is None and not agreed:  # sets of points in one, graphs
        return Parts(batch, plain=False, leading=(batch,))
    tensors = {str(key): value for key, value in named.items() if _has_rows(value, rows)}
    plain = True
    if goal == "mask" and _is_mask(tensors, named, known):
        goal = None
    if goal is None:
        goal, plain = _guessed(tensors, known), False
    rest = {key: value for key, value in tensors.items() if key != goal}
    inputs = named[known] if known is not None else _named_inputs(rest, named, goal, batch)
    others = {key: value for key, value in rest.items() if key not in INPUT_KEYS}
    targets = None if goal is None else named[goal]
    return Parts(inputs, targets, others, plain, (inputs,))


def _named_inputs(
    rest: Mapping[str, Tensor], named: Mapping[str, Any], goal: str | None, batch: Any
) -> Any:
    """The inputs of a dict without a known key: what is left of its tensors, alone or several."""
    chosen: dict[str, Any] = {
        key: value for key, value in rest.items() if key not in BESIDES or value.ndim > 1
    }
    chosen = chosen or dict(rest)
    if not chosen and isinstance(batch, Mapping):  # texts, pictures of different sizes
        chosen = {k: v for k, v in named.items() if isinstance(v, list | tuple) and k != goal}
    if not chosen:
        return batch
    return next(iter(chosen.values())) if len(chosen) == 1 else chosen


def _guessed(tensors: Mapping[str, Tensor], known: str | None) -> str | None:
    """The one tensor with one number a sample, where others have more or are known as inputs."""
    flat = [
        key
        for key, value in tensors.items()
        if value.numel() == len(value) and key not in (*INPUT_KEYS, *BESIDES)
    ]
    wide = known is not None or any(value.numel() > len(value) for value in tensors.values())
    return flat[0] if len(flat) == 1 and wide else None


def _is_mask(tensors: Mapping[str, Tensor], named: Mapping[str, Any], known: str | None) -> bool:
    """Whether `mask` says which steps of sequences are padding: it has their shape."""
    mask = named["mask"]
    if known is not None:
        steps = [named[known]]
    else:
        steps = [value for key, value in tensors.items() if key != "mask"]
    return isinstance(mask, Tensor) and any(
        isinstance(each, Tensor) and mask.ndim == 2 and mask.shape == each.shape[:2]
        for each in steps
    )


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, list | tuple)
        and len(value) > 1
        and all(isinstance(part, Tensor) and part.ndim for part in value)
        and len({len(part) for part in value}) == 1
    )


def _rows_among(values: Iterable[Any]) -> tuple[int | None, bool]:
    """The number of rows that most of the tensors have, and whether all have it."""
    counts = Counter(len(leaf) for value in values for leaf in _leaves(value) if leaf.ndim)
    return (counts.most_common(1)[0][0] if counts else None), len(counts) <= 1


def _has_rows(value: Any, rows: int | None) -> bool:
    return isinstance(value, Tensor) and value.ndim > 0 and len(value) == rows


# By position


def _of_places(batch: Sequence[Any]) -> Parts:
    if not batch:
        raise DataError("a batch is an empty tuple; it needs inputs, and targets beside them.")
    first = batch[0]
    if len(batch) == 1:
        return Parts(first, leading=(first,))
    tensors = tensors_of(first)
    padded = tensors[0] if tensors else None
    if len(batch) == 2:
        lengths = padded is not None and _is_lengths(padded, batch[1])
        return Parts(first, None if lengths else batch[1], leading=(first,))
    if all(isinstance(part, Tensor) and part.numel() > len(_sized(part)) for part in batch):
        kinds = {(part.dtype, part.ndim) for part in batch}
        shapes = {part.shape for part in batch}
        uneven = len({len(part) for part in batch}) > 1
        if len(kinds) == 1 and first.is_floating_point() and (len(shapes) == 1 or uneven):
            return Parts(first, plain=False, leading=tuple(batch))  # triplets, views, samples
    if padded is None:
        return Parts(first, batch[1], plain=False, leading=(first,))
    found = {
        str(place): value
        for place, value in enumerate(batch)
        if place and _has_rows(value, len(padded))
    }
    goals = {place: value for place, value in found.items() if not _is_padding(padded, value)}
    flat = [place for place, value in goals.items() if value.numel() == len(padded)]
    second = "1" in goals and ("1" in flat or len(flat) != 1)
    place = "1" if second else next(iter(flat or goals), None)
    if place is None:
        others = dict(found)
        targets = None if found or isinstance(batch[1], Tensor) else batch[1]
        return Parts(first, targets, others, False, tuple(batch))
    others = {key: value for key, value in found.items() if key != place}
    leading = tuple(part for at, part in enumerate(batch) if str(at) != place)
    return Parts(first, goals[place], others, len(flat) == 1, leading)


# Padding


def _is_padding(padded: Tensor, value: Tensor) -> bool:
    """Whether a tensor holds the lengths of padded sequences, or says which steps are padding."""
    return _is_lengths(padded, value) or _is_step_mask(padded, value)


def _is_step_mask(padded: Tensor, value: Tensor) -> bool:
    """0 and 1 for each step, which change once at most along a sequence."""
    if value.ndim != 2 or padded.ndim < 2 or value.shape != padded.shape[:2]:
        return False
    if not bool(((value == 0) | (value == 1)).all()):
        return False
    return bool((value[:, 1:] != value[:, :-1]).sum(1).le(1).all())


def _is_lengths(padded: Tensor, value: Any) -> bool:
    """Whether whole numbers say where each sequence `(n, length, ...)` ends: all is alike behind
    it, and the step before it is another."""
    if not isinstance(value, Tensor) or value.ndim != 1 or value.is_floating_point():
        return False
    if padded.ndim < 2 or len(padded) != len(value) or value.dtype == torch.bool:
        return False
    longest = padded.shape[1]
    if longest < 2 or int(value.min()) < 1 or int(value.max()) > longest:
        return False
    steps = padded.reshape(len(padded), longest, -1)
    value = value.to(padded.device)
    short = value < longest
    if not bool(short.any()):
        return False
    behind = torch.arange(longest, device=padded.device) >= value.unsqueeze(1)
    tails = steps[behind]
    if not bool((tails == tails[0, 0]).all()):
        return False
    last = steps[torch.arange(len(steps), device=padded.device), value - 1][short]
    return float((last != tails[0, 0]).any(1).float().mean()) >= ENOUGH
