"""Does anything of what was learnt hold on data that was held out, by the program's own scores?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._names import direction_of, words_of
from art.registry.probes._trained import last_trained

if TYPE_CHECKING:
    from art.core.data_info import DataInfo

TRAIN = {"train", "trn", "training"}
HELD = {"val": {"val", "valid", "validation", "dev"}, "test": {"test"}}
SHARES = {
    "acc", "accuracy", "f1", "f1score", "auc", "auroc", "rocauc", "precision", "recall",
    "sensitivity", "specificity", "iou", "miou", "jaccard", "dice", "top1", "top3", "top5",
}  # fmt: skip
"""Words of scores that lie between 0 and 1."""
APART = 0.35
"""How far a held-out score may be below the train score before it is looked at closely: as far as
a network may be behind a simple model (`keeps_up`)."""
ENOUGH = 50
"""Samples from which on a score is taken for a share of them."""
CHANCE = 3.0
"""Standard errors within which a score is no better than an untrained model's."""
SYSTEMATIC = 5.0
"""Standard errors below a guess from which on a model is wrong by rule and not by bad luck."""


@probes("art.Generalization.v1")
class Generalization(Probe):
    """What was learnt must hold on held-out data at least a little.

    The scores that the module logs itself are judged like ART's own, by their names or by
    `[contract] directions`. Where one is high on train and far lower on a held-out split, an
    untrained model is scored on that split: a trained one that does no better has learnt nothing
    that holds. How the gap between the two is to be judged otherwise is the recipe's affair. A
    classifier that is worse than a guess on its own training split has learnt other labels.
    """

    cost: ClassVar[str] = "1 pass over a split, where train and held-out scores are far apart"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare the scores of the last training run with those of an untrained model."""
        scores = _trained_scores(context)
        info = context.data_info
        if info.kind == "classification" and (found := _against_its_labels(scores, info)):
            return [found]
        data = None
        for split in HELD:
            pairs = list(_far_apart(scores, split, context.contract.directions))
            if not pairs:
                continue
            data = data or context.build_data()
            if context.loader(data, split) is None:
                continue
            untrained, _ = context.evaluate(context.build_model(), data, (split,))
            size = context.data_info.sizes.get(split) or 0
            for train, held in pairs:
                found = _no_better(scores, untrained, train, held, size)
                if found is not None:
                    return [found]
        return []


def _trained_scores(context: StageContext) -> Mapping[str, float]:
    """The scores of the last stage that left a checkpoint."""
    source = last_trained(context)
    return {} if source is None else context.earlier(source).scores


def _against_its_labels(scores: Mapping[str, float], info: DataInfo) -> Suspicion | None:
    """Whether a trained classifier is worse than a guess on its own training split."""
    reached = scores.get("train/balanced_accuracy")
    counts = [count for count in info.class_counts if count]
    if reached is None or len(counts) < 2 or sum(counts) < ENOUGH:
        return None
    guess = 1 / len(counts)  # whatever the shares of the classes
    error = math.sqrt(guess * (1 - guess) * sum(1 / count for count in counts)) / len(counts)
    if reached >= guess - SYSTEMATIC * error:
        return None
    return Suspicion(
        "the trained model is worse than a guess on its own training split",
        f"train/balanced_accuracy is {reached:.3g}; a guess among {len(counts)} classes reaches "
        f"{guess:.3g}",
        "Its loss is given other labels than the data holds. Look in training_step for labels that "
        "are shifted, renamed or taken of another sample, for a loss whose sign is wrong, and for "
        "classes that stand in another order in the outputs.",
        "train",
    )


def _far_apart(
    scores: Mapping[str, float], split: str, declared: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """(train name, held-out name) of one score on both, far lower where it was held out."""
    for train in scores:
        words = words_of(train)
        if not TRAIN & set(words) or not SHARES & set(words):
            continue
        if direction_of(train, declared) != "max":
            continue
        base = sorted(word for word in words if word not in TRAIN)
        for held in scores:
            own = words_of(held)
            same = sorted(word for word in own if word not in HELD[split]) == base
            if same and HELD[split] & set(own) and scores[train] - scores[held] > APART:
                yield train, held


def _no_better(
    scores: Mapping[str, float], untrained: Mapping[str, float], train: str, held: str, size: int
) -> Suspicion | None:
    before = untrained.get(held)
    if before is None or not 0 <= before <= 1:
        return None
    # of few samples it is not known what a score counts: nodes of one graph, pixels of a picture
    error = math.sqrt(before * (1 - before) / size) if size >= ENOUGH else 0.0
    if scores[held] > before + CHANCE * error:
        return None
    return Suspicion(
        "nothing that was learnt holds on held-out data",
        f"{held} is {scores[held]:.3g}, no better than the {before:.3g} of an untrained model, "
        f"beside a {train} of {scores[train]:.3g}",
        "Look for labels or inputs that the held-out split prepares differently, for a label that "
        "leaks into the training inputs, and for labels that were shuffled in one split.",
        held,
    )
