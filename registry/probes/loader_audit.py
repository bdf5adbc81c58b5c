"""Do the loaders deliver what they should?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._delivery import not_fixed, viewed
from art.registry.probes._duplicates import copies_within, with_replacement
from art.registry.probes._series import is_series

if TYPE_CHECKING:
    import numpy as np

    from art.core.contract import Contract
    from art.training.data_modules.batch_reading import Pass
    from art.training.probing.observing import Observed, Split

SORTED = 0.99


@probes("art.LoaderAudit.v1")
class LoaderAudit(Probe):
    """Validation is the same at each pass, training comes mixed, and each sample comes once.

    Every split is read twice as it is delivered. What the user declares in `[contract]
    augmentations` may differ between the passes; an order by time is no order by target.
    """

    cost: ClassVar[str] = "the data, read twice"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Read the loaders twice, and compare."""
        from art.training.probing.observing import observe

        observed, contract = context.once(observe), context.contract
        found: list[Suspicion] = []
        for split in observed.held_out:
            found += _anew(observed, split, contract)
        train = observed.splits.get("train")
        if train is not None:
            found += _relabelled(observed, train)
            if contract.fixed_order:
                found += not_fixed(train)
            else:
                found += _sorted(observed, train, timed=contract.drifts or is_series(observed))
            found += _batches(train)
            found += _coverage(train)
            found += (
                viewed(train, contract.views) if contract.views else copies_within(observed, train)
            )
            found += _same_draws(train)
        return sorted(found, key=lambda suspicion: not suspicion.certain)


def _anew(observed: Observed, split: Split, contract: Contract) -> Iterator[Suspicion]:
    """Both passes as multisets: shuffling is no fault here, a dropped last batch neither."""
    from art.registry.probes._rows import digests, labels_of

    one, two = split.first, split.second
    if split.name in contract.augmentations or two is None or not one.whole or not two.whole:
        return
    if one.inputs.shape[1:] != two.inputs.shape[1:]:
        return
    first, second = Counter(digests(one.inputs)), Counter(digests(two.inputs))
    new = sum((second - first).values())
    dataset: Any = getattr(split.loader, "dataset", None)
    held = len(dataset) if hasattr(dataset, "__len__") else len(one.inputs)
    left_out = max(held - len(one.inputs), 0)
    if new <= left_out:
        return
    share = new / len(two.inputs)
    same_rows = len(set(first) | set(second)) <= held
    yield Suspicion(
        f"the {split.name} loader draws other samples at each pass"
        if same_rows
        else f"{'validation' if split.name == 'val' else 'test'} inputs are drawn anew at each "
        f"pass: augmentation on {split.name}",
        f"{share:.0%} of {len(two.inputs)} {split.name} inputs differ between two passes",
        f"Give the {split.name} data set the transforms without random draws and a plain loader, "
        f'or declare it: [contract] augmentations = ["train", "{split.name}"].',
        f"{split.name}_dataloader",
        certain=labels_of(observed, one) is not None and not _are_views(split.loader),
    )


def _are_views(loader: Any) -> bool:
    """Whether a sample comes in several views of one shape, which are drawn to be told alike."""
    import torch

    from art.training.data_modules.batches import parts_of

    batch = next(iter(loader), None)
    inputs = None if batch is None else parts_of(batch).inputs
    if not isinstance(inputs, list | tuple) or len(inputs) < 2:
        return False
    views = [each for each in inputs if isinstance(each, torch.Tensor) and each.ndim > 2]
    return len(views) == len(inputs) and len({each.shape for each in views}) == 1


def _relabelled(observed: Observed, train: Split) -> Iterator[Suspicion]:
    from art.registry.probes._rows import labels_of

    labels = labels_of(observed, train.first)
    if train.relabelled < 0.02 or labels is None:
        return
    yield Suspicion(
        "labels are drawn anew: the same index gives another target when it is read again",
        f"{train.relabelled:.0%} of the items that were read twice",
        "Fix the labels once, when the data set is built. Mixing labels on purpose belongs into "
        "training_step or the collate function.",
        "train data set",
        # an index may stand for a draw, as of an episode: then inputs and labels are both others
        certain=labels.kind == "classes" and train.redrawn < 1,
    )


def _sorted(observed: Observed, train: Split, *, timed: bool) -> Iterator[Suspicion]:
    from art.registry.probes._rows import CLASSES, labels_of

    labels = labels_of(observed, train.first)
    if labels is None or not train.first.whole or len(labels.values) < 40:
        return
    if len(train.first.sizes) < 3:
        return  # a full batch has no order
    sure, said = _order(labels.values, classes=labels.kind == CLASSES)
    later = None if train.second is None else labels_of(observed, train.second)
    if said and later is not None and len(later.values) >= 40:
        # The first epoch of a curriculum is not like the others.
        again = _order(later.values, classes=labels.kind == CLASSES)[1]
        said, sure = (said, sure) if again else (f"{said}; the second epoch is mixed", False)
    if said:
        yield Suspicion(
            "the training data is sorted by its target and not shuffled",
            said,
            "Give the training loader shuffle=True. Where the order is that of time, declare it: "
            "[contract] order; where it is a curriculum: [contract] fixed_order = true.",
            "train_dataloader",
            certain=sure and not timed,
        )


def _order(values: np.ndarray, *, classes: bool) -> tuple[bool, str]:
    import numpy as np

    if not classes:
        flat = values[:, 0]
        if len(np.unique(flat)) < 10:
            return False, ""
        ranks = flat.argsort(kind="stable").argsort(kind="stable")
        strength = abs(float(np.corrcoef(np.arange(len(flat)), ranks)[0, 1]))
        steps = np.diff(flat)
        straight = max(float((steps >= 0).mean()), float((steps <= 0).mean()))
        said = f"targets and their place in the epoch correlate by {strength:.3f}"
        return straight > 0.999, said if strength > SORTED and straight > 0.97 else ""
    runs = 1 + int((values[1:] != values[:-1]).sum())
    counts = np.unique(values, return_counts=True)[1]
    count = len(counts)
    # As many runs as chance gives where labels come in random order.
    usual = 1 + len(values) * (1 - float(((counts / len(values)) ** 2).sum()))
    if count < 2 or runs > 2 * count + 2 or runs > usual / 4:
        return False, ""
    said = f"{count} classes come in {runs} runs of one label (about {usual:.0f} when shuffled)"
    # A state that changes with time gives a few runs of two classes: no proof.
    return count > 2 or (runs == 2 and int(counts.min()) >= 10), said


def _batches(train: Split) -> Iterator[Suspicion]:
    """Batches that come again within an epoch; for certain where they do so in the next one."""
    first = _repeating(train.first)
    second = None if train.second is None else _repeating(train.second)
    if first is not None:
        lasting = train.second is None or len(train.second.sizes) < 3 or second is not None
        yield (
            first
            if lasting
            else replace(
                first, evidence=f"{first.evidence}; not so in the second epoch", certain=False
            )
        )


def _repeating(read: Pass) -> Suspicion | None:
    from art.registry.probes._rows import digests

    sizes, inputs = read.sizes, read.inputs
    if len(sizes) < 3:
        return None
    rows = digests(inputs)
    ends = [sum(sizes[: index + 1]) for index in range(len(sizes))]
    batches = [frozenset(rows[end - size : end]) for end, size in zip(ends, sizes, strict=True)]
    different = len(set(batches))
    large = [batch for batch in batches if len(batch) >= 4]
    if different == 1 and len(set(rows)) > 1:
        return Suspicion(
            "every training batch of an epoch is the same",
            f"{len(sizes)} batches of the same {sizes[0]} samples",
            "Look for an iterator that is made anew for each batch, and for a generator that is "
            "seeded anew.",
            "train_dataloader",
        )
    if len(large) >= 4 and len(set(large)) < len(large) / 2:
        return Suspicion(
            "training batches repeat within an epoch",
            f"{len(large)} batches, of which {len(set(large))} are different",
            "Look for a sampler that is seeded anew, and for data that was stacked up twice.",
            "train_dataloader",
        )
    return None


def _coverage(train: Split) -> Iterator[Suspicion]:
    from art.registry.probes._rows import digests

    stored = train.stored
    if stored is None or train.drawn or not train.first.whole or with_replacement(train.loader):
        return
    if stored.inputs.shape[1:] != train.first.inputs.shape[1:] or len(stored.inputs) < 40:
        return
    held = Counter(digests(stored.inputs))
    given = Counter(digests(train.first.inputs))
    if train.second is not None and train.second.inputs.shape[1:] == stored.inputs.shape[1:]:
        given |= Counter(digests(train.second.inputs))
    if not set(given) & set(held):
        return
    never = sum((held - given).values())
    share = never / sum(held.values())
    most = max(train.first.sizes)
    if share > 0.1 and never > most:
        yield Suspicion(
            "training samples are never delivered",
            f"{share:.0%} of {len(stored.inputs)} samples came in neither of two epochs",
            "Look at the sampler's length, at drop_last with a large batch, and at the indices.",
            "train_dataloader",
            certain=False,
        )


def _same_draws(train: Split) -> Iterator[Suspicion]:
    """An augmentation that gives every epoch the same."""
    from art.registry.probes._rows import digests

    one, two = train.first, train.second
    if train.drawn < 0.5 or two is None or one.inputs.shape != two.inputs.shape:
        return
    if Counter(digests(one.inputs)) == Counter(digests(two.inputs)):
        workers = int(getattr(train.loader, "num_workers", 0) or 0)
        yield Suspicion(
            "the augmentation draws the same in every epoch",
            f"items change when they are read again, but two epochs are equal ({workers} workers)",
            "Seed the augmentation from torch's generator in each worker (worker_init_fn), not by "
            "a fixed number.",
            "train_dataloader",
            certain=False,
        )
