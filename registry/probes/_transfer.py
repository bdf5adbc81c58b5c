"""Does train teach what the held-out split alone shows that it could?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from art.core.probe import Suspicion
from art.registry.probes._cheap import smoothers

if TYPE_CHECKING:
    import numpy as np

    from art.registry.probes._cheap import Learned

LEARNABLE = 0.4
"""How far a split's own labels can be told from its inputs before anything is concluded."""
SPOILT = 0.5
"""The share of it that train's own labels must be told to, as augmented as they are."""
LOST = 0.5
"""The share of that, and of what holds in train, that may be lost on the way to the split."""
SURE = 6.0
LEAST = 50


def transfer(known: Learned, name: str, *, expected: bool) -> Iterator[Suspicion]:
    """Labels that can be told from their inputs in train and in the held-out split, each by
    itself, and not by train in the held-out split: the two are prepared differently.

    Args:
        known: the cheap models of train.
        name: the held-out split.
        expected: whether the user declared that the splits differ, by time or by group.
    """
    held = known.held[name]
    if len(held) < LEAST or expected:
        return
    coded, target = known.coded, known.code(held)
    among = smoothers(known.held_features[name], {})
    within = max(_told(known, model.among @ target, target) for model in among)
    own = max(_told(known, model.among @ coded, coded) for model in known.models)
    across = max(_told(known, model.across[name] @ coded, target) for model in known.models)
    error = _error(known, target, within)
    if within < LEARNABLE:
        return
    evidence = (
        f"cheap models tell the labels of {name} by its own samples ({within:.2f} between chance "
        f"and perfect), those of train by its own to {own:.2f}, and those of {name} by train to "
        f"{across:.2f}"
    )
    if own < SPOILT * within and within - own > SURE * error:
        yield Suspicion(
            f"the training samples hardly say what their labels are, as those of {name} do",
            evidence,
            "Look for an augmentation or noise so strong that it hides the label, and "
            "for labels that were mixed up in train alone.",
            "train",
        )
    elif own >= LEARNABLE and across < LOST * min(within, own) and within - across > SURE * error:
        yield Suspicion(
            f"train and {name} are prepared differently: what one teaches does not hold in the "
            "other",
            evidence,
            "Look for a transform, an augmentation or a normalization that one split alone goes "
            f"through. If {name} is another time or other groups, declare it: [contract] order or "
            "groups.",
            name,
        )


def _told(known: Learned, predicted: np.ndarray, target: np.ndarray) -> float:
    """Accuracy above that of the most frequent class, or the squared correlation."""
    import numpy as np

    if known.kind != "classes":
        one, other = predicted[:, 0], target[:, 0]
        if one.std() < 1e-12 or other.std() < 1e-12:
            return 0.0
        return max(float(np.corrcoef(one, other)[0, 1]), 0.0) ** 2
    prior = np.bincount(known.values, minlength=target.shape[1]) / len(known.values)
    true = (target + prior).argmax(1)
    most = np.bincount(true).max() / len(true)
    right = float(((predicted + prior).argmax(1) == true).mean())
    return max(0.0, (right - float(most)) / max(1 - float(most), 1e-9))


def _error(known: Learned, target: np.ndarray, told: float) -> float:
    """The standard error of what is told: of a share of right classes, above that of the most
    frequent one, with one more right and wrong (Agresti and Coull 1998); or of a correlation."""
    count = len(target)
    if known.kind != "classes":
        return max(1 - told, 0.1) * 2 / count**0.5
    most = float((target == target.max(0)).mean(0).max())
    wrong = ((1 - told) * (1 - most) * count + 1) / (count + 2)
    return float((wrong * (1 - wrong) / count) ** 0.5 / max(1 - most, 1e-9))
