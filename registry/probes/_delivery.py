"""How samples are delivered, held to what `[contract]` declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from art.core.probe import Suspicion

if TYPE_CHECKING:
    from art.training.probing.observing import Split


def not_fixed(train: Split) -> Iterator[Suspicion]:
    """A fault where a fixed order is declared, and two epochs bring the same samples in two."""
    from art.registry.probes._rows import digests

    one, two = train.first, train.second
    if two is None or train.drawn or one.inputs.shape != two.inputs.shape:
        return
    first, second = digests(one.inputs), digests(two.inputs)
    if first == second or sorted(first) != sorted(second):
        return
    moved = sum(a != b for a, b in zip(first, second, strict=True))
    yield Suspicion(
        "[contract] fixed_order is declared, and the training loader shuffles",
        f"{moved} of {len(first)} samples come at another place in the second epoch",
        "Give the training loader shuffle=False, or correct the contract: [contract] fixed_order = "
        "false.",
        "train_dataloader",
    )


def viewed(train: Split, views: int) -> Iterator[Suspicion]:
    """A fault where several views of a sample are declared, and a batch has no place for them."""
    from art.training.data_modules.parts import leaves

    batch = next(iter(train.loader), None)
    tensors = [leaf for leaf in leaves(batch) if leaf.ndim > 1]
    if not tensors or _holds(tensors, views):
        return
    shapes = ", ".join(str(tuple(leaf.shape)) for leaf in tensors[:4])
    yield Suspicion(
        f"[contract] views = {views} is declared, and a batch does not hold {views} views",
        f"the tensors of a batch are {shapes}",
        "Correct the number, or leave [contract] views out.",
        "train_dataloader",
    )


def _holds(tensors: list[Any], views: int) -> bool:
    """Whether so many tensors have one shape, or one has the views along a dimension: its rows, or
    the one after them."""
    shapes = [tuple(leaf.shape) for leaf in tensors]
    alike = max(shapes.count(shape) for shape in shapes)
    along = any(leaf.shape[1] == views or len(leaf) % views == 0 for leaf in tensors)
    return alike >= views or along
