"""Which classes are there, and where?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.data_info import class_words, classes_words
from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._classes import contradicted, is_one_class, may_differ
from art.registry.probes._grounds import are_relative

if TYPE_CHECKING:
    import numpy as np

    from art.registry.probes._rows import Labels

FEW = 5
RARE = 0.01
CHANCE = 1e-6


@probes("art.LabelLedger.v1")
class LabelLedger(Probe):
    """Each class has samples, and each split has each class.

    Class indices without a gap begin at 0; a class that the training split lacks cannot be
    learnt, and one that the validation split lacks is not scored. Rare classes are said, no more:
    imbalance is a property of many tasks. One class in train is anomaly detection and classes that
    are split apart are metric learning, unless `[task]` says that classes are to be told apart.
    """

    cost: ClassVar[str] = "the data, read"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Count the labels of each split."""
        import numpy as np

        from art.registry.probes._rows import CLASSES, labels_of
        from art.training.probing.observing import observe

        observed = context.once(observe)
        if "train" not in observed.splits:
            return []
        train = labels_of(observed, observed.splits["train"].rows)
        if train is None or not len(train.values):
            return []
        if train.kind != CLASSES:
            return list(_one_number(train))
        if are_relative(observed.splits["train"].first):
            return [_counted_anew()]
        contract, names = context.contract, context.data_info.class_names
        counts = np.bincount(np.maximum(train.values, 0))
        held = {}
        for split in observed.held_out:
            labels = labels_of(observed, split.first)
            if labels is not None and labels.kind == CLASSES and len(labels.values):
                held[split.name] = labels.values
        found = list(contradicted(train, held, contract))
        if is_one_class(train):
            return found + list(_one_class(train, held, context))
        alike = not (contract.order or contract.groups)
        for name, values in held.items():
            if not may_differ(values, train.values, contract):
                found += _against(name, values, counts, names, alike=alike)
            elif not contract.unseen_classes:
                found += _apart(name, values, names, certain=context.profile.own_loss)
        elsewhere = {int(k) for values in held.values() for k in np.unique(values)}
        if not contract.unseen_classes:
            whole = observed.splits["train"].first.whole
            found += _ids(train, counts, names, elsewhere, whole=whole)
        found += _rare(counts, names)
        return sorted(found, key=lambda suspicion: not suspicion.certain)


def _one_number(train: Labels) -> Iterator[Suspicion]:
    if len(train.values) >= 16 and bool((train.values == train.values[:1]).all()):
        yield Suspicion(
            "all training targets are the same",
            f"{len(train.values)} samples with the target {train.values[0].tolist()}",
            "Look at which column is read as the target, and at how it is scaled.",
            "train",
        )


def _counted_anew() -> Suspicion:
    return Suspicion(
        "labels count within a batch alone: classes are neither counted nor compared",
        "the same training sample carries several labels",
        "Nothing is wrong where batches are episodes. Else look at how samples and labels are put "
        "together in the collate function.",
        "train",
        certain=False,
    )


def _one_class(
    train: Labels, held: dict[str, np.ndarray], context: StageContext
) -> Iterator[Suspicion]:
    """One class in train is a mistake where the loss is a task's; else it may be meant."""
    if context.contract.one_class:
        return
    others = {
        name: len(set(values.tolist()) - {int(train.values[0])}) for name, values in held.items()
    }
    only = class_words(int(train.values[0]), context.data_info.class_names)
    said = "; ".join(f"{name} holds {count} more" for name, count in others.items() if count)
    yield Suspicion(
        "all training labels are the same",
        f"{len(train.values)} samples of {only}{'; ' + said if said else ''}",
        "Look at how the data is split while it is sorted, and at which column is the label. Where "
        "the model learns what is normal and tells the rest from it, declare it: [contract] "
        "one_class = true.",
        "train",
        certain=context.profile.own_loss,
    )


def _apart(
    name: str, values: np.ndarray, names: Sequence[str], *, certain: bool
) -> Iterator[Suspicion]:
    import numpy as np

    of = classes_words(np.unique(values).tolist(), names)

    yield Suspicion(
        f"train and {name} have no class in common",
        f"the {len(values)} {name} samples are of {of}, of "
        f"which train has none; their labels are not compared",
        "Split with stratification. Where the classes are split apart on purpose, as in few-shot "
        "and metric learning, declare it: [contract] unseen_classes = true.",
        name,
        certain=certain,  # a task's loss has one output a class, and none for these
    )


def _ids(
    train: Labels, counts: np.ndarray, names: Sequence[str], elsewhere: set[int], *, whole: bool
) -> Iterator[Suspicion]:
    """Gaps in the ids of train, but for classes that another split has: those are said there."""
    import numpy as np

    missing = [k for k in np.flatnonzero(counts == 0).tolist() if k not in elsewhere]
    low = int(train.values.min())
    sure = train.plain and whole
    if low == 1 and missing == [0]:
        yield Suspicion(
            "labels start at 1: class 0 has no sample",
            f"the training labels are 1 to {len(counts) - 1}",
            "Subtract 1 from the labels: class indices start at 0.",
            "train",
            certain=sure,
        )
    elif missing:
        yield Suspicion(
            "a class has no sample in the training split",
            f"the labels reach to {len(counts) - 1}, and {classes_words(missing, names)} never "
            f"occur{'s' * (len(missing) == 1)}",
            "Look for a class that was dropped, filtered or merged into another, for sorted data "
            "that was split without shuffling, and for labels that are not counted 0, 1, 2, ...",
            f"train, {classes_words(missing, names)}",
            certain=sure and len(missing) < len(counts) / 2,
        )


def _against(
    name: str, held: np.ndarray, counts: np.ndarray, names: Sequence[str], *, alike: bool
) -> Iterator[Suspicion]:
    import numpy as np

    known = np.flatnonzero(counts > 0)
    unknown = np.setdiff1d(held, known)
    if len(unknown):
        samples = int(np.isin(held, unknown).sum())
        shifted = np.unique(held)
        by_one = len(shifted) == len(known) and np.array_equal(shifted - 1, known)
        yield Suspicion(
            f"labels of {name} are off by one against train"
            if by_one
            else f"{name} has a class that the training split lacks",
            f"{classes_words(unknown.tolist(), names)}: {samples} {name} samples, none in train",
            "Encode the labels of all splits by the same table."
            if by_one
            else "Look for a class dropped from train or merged into another there, for sorted "
            "data that was split without shuffling, and for labels encoded split by split. Where "
            "the classes are new on purpose, declare it: [contract] unseen_classes = true.",
            f"{name}, {classes_words(unknown.tolist(), names)}",
            certain=samples >= 2 or len(held) < 50,
        )
    total = len(held)
    lacking = [int(k) for k in known if not (held == k).any()]
    chances = [(1 - counts[k] / counts.sum()) ** total for k in lacking]
    if lacking:
        worst = lacking[int(np.argmin(chances))]
        yield Suspicion(
            f"a class of train is missing from {name}",
            f"{classes_words(lacking, names)}; {class_words(worst, names)} is "
            f"{counts[worst] / counts.sum():.1%} of train, and none of {total} {name} samples",
            "Split with stratification; look for a filter that drops the class, and for labels "
            "that are encoded otherwise there.",
            f"{name}, {classes_words(lacking, names)}",
            certain=alike and min(chances) < CHANCE,
        )


def _rare(counts: np.ndarray, names: Sequence[str]) -> Iterator[Suspicion]:
    import numpy as np

    shares = counts / counts.sum()
    rare = np.flatnonzero((counts > 0) & ((counts < FEW) | (shares < min(RARE, 0.2 / len(counts)))))
    if len(rare):
        least = int(rare[counts[rare].argmin()])
        yield Suspicion(
            "a class is rare in the training split",
            f"{class_words(least, names)} has {int(counts[least])} of {int(counts.sum())} samples",
            "Accuracy says little of it: look at its recall, weight the loss, or gather more.",
            f"train, {classes_words(rare.tolist(), names)}",
            certain=False,
        )
