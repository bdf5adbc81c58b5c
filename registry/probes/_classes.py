"""Classes that splits do not share, where that is meant to be so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from art.core.probe import Suspicion

if TYPE_CHECKING:
    import numpy as np

    from art.core.contract import Contract
    from art.registry.probes._rows import Labels
    from art.training.probing.observing import Observed, Split

LEAST = 16
"""Samples of one class from which on nobody expects a second."""


def is_one_class(train: Labels) -> bool:
    """Whether the training split holds one class alone."""
    values = train.values
    return len(values) >= LEAST and bool((values == values[0]).all())


def unseen_in(held: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Classes of a held-out split that train lacks."""
    import numpy as np

    return np.asarray(np.setdiff1d(held, known))


def is_apart(held: np.ndarray, known: np.ndarray) -> bool:
    """Whether two splits share no class, and each has several: a split by class, as few-shot and
    metric learning have it. Labels that are shifted or dropped leave most classes in both."""
    import numpy as np

    there, here = np.unique(held), np.unique(known)
    return len(there) > 1 and len(here) > 1 and not len(np.intersect1d(there, here))


def may_differ(held: np.ndarray, known: np.ndarray, contract: Contract) -> bool:
    """Whether the labels of two splits are not to be compared: of one class in train, of classes
    that are split apart, or as the user declares."""
    import numpy as np

    if contract.unseen_classes and len(unseen_in(held, known)):
        return True
    return contract.one_class or len(np.unique(known)) < 2 or is_apart(held, known)


def of_other_classes(observed: Observed, split: Split, contract: Contract) -> bool:
    """Whether a held-out split is known, or declared, to hold other classes than train, or labels
    that count within a batch alone."""
    from art.registry.probes._grounds import are_relative
    from art.registry.probes._rows import CLASSES, labels_of

    if contract.one_class or contract.unseen_classes:
        return True
    if are_relative(observed.splits["train"].first):
        return True
    one, two = labels_of(observed, observed.splits["train"].rows), labels_of(observed, split.first)
    if one is None or two is None or one.kind != CLASSES or two.kind != CLASSES:
        return False
    return len(two.values) > 0 and may_differ(two.values, one.values, contract)


def contradicted(
    train: Labels, held: dict[str, np.ndarray], contract: Contract
) -> Iterator[Suspicion]:
    """What `[contract]` declares of the classes, and the data denies."""
    import numpy as np

    known = np.unique(train.values)
    if contract.one_class and len(known) > 1:
        yield Suspicion(
            "[contract] one_class is declared, and the training split holds several classes",
            f"{len(known)} classes in {len(train.values)} training samples",
            "Leave the other classes out of the training split, or correct the contract: "
            "[contract] one_class = false.",
            "train",
        )
    if (
        contract.unseen_classes
        and held
        and all(not len(unseen_in(values, known)) for values in held.values())
    ):
        yield Suspicion(
            "[contract] unseen_classes is declared, and every class of the held-out splits is "
            "in train",
            f"{len(known)} classes in train; {', '.join(held)} hold no other",
            "Split by class, or correct the contract: [contract] unseen_classes = false.",
            ", ".join(held),
        )
