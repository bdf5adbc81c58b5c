"""How well a model and cheap models predict a held-out split."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from art.core.stage import StageContext
from art.registry.probes._trained import last_trained

if TYPE_CHECKING:
    import numpy as np

    from art.registry.probes._cheap import Learned

PERMUTATIONS = 200
SAMPLES = 20_000


@dataclass(frozen=True)
class Predicted:
    """What a model says of a split, and what is true.

    Attributes:
        classes: whether the targets are classes.
        said: `(n, C)` numbers by class, or `(n, ...)` amounts.
        true: `(n,)` classes, or `(n, ...)` amounts.
        in_units: whether amounts are said in the units of the targets; else, as logits or
            logarithms, they are only held to go with them.
    """

    classes: bool
    said: np.ndarray
    true: np.ndarray
    in_units: bool = False

    @property
    def score(self) -> float:
        """Accuracy above that of the most frequent class, or of the classes one by one above
        chance where that is more, as with weighted classes; or the share of the targets' variance
        that is explained: 0 for a model that knows nothing, 1 for a perfect one."""
        if self.classes:
            said = self.said.argmax(1)
            return max(_above_prior(said, self.true), _balanced(said, self.true))
        explained = _explained(self.said, self.true)
        return min(explained, self.determined) if self.in_units else explained

    @property
    def determined(self) -> float:
        """The coefficient of determination, R2, of amounts in the targets' units."""
        import numpy as np

        true = self.true.reshape(len(self.true), -1).astype(np.float64)
        said = self.said.reshape(len(self.said), -1).astype(np.float64)
        if said.shape != true.shape or not np.isfinite(said).all():
            return -1.0
        left = ((said - true) ** 2).sum(0) / np.maximum(((true - true.mean(0)) ** 2).sum(0), 1e-12)
        return float(np.mean(1 - left))

    @property
    def errors(self) -> np.ndarray:
        """`(n,)` 1 for each wrong class, or the squared error of what is fitted to the truth."""
        import numpy as np

        if self.classes:
            return np.asarray((self.said.argmax(1) != self.true).astype(np.float64))
        said = self.said.reshape(len(self.said), -1).mean(1).astype(np.float64)
        true = self.true.reshape(len(self.true), -1).mean(1).astype(np.float64)
        if not np.isfinite(said).all() or said.std() == 0:
            return np.asarray((true - true.mean()) ** 2)
        if self.in_units:
            return np.asarray((said - true) ** 2)
        slope, start = np.polyfit(said, true, 1)
        return np.asarray((slope * said + start - true) ** 2)

    @property
    def beyond_chance(self) -> float:
        """How many deviations its agreement with the truth is above that with permuted truth."""
        import numpy as np

        said = self.said.reshape(len(self.said), -1).astype(np.float64)
        if self.classes:
            said = np.exp(said - said.max(1, keepdims=True))
            said = said / said.sum(1, keepdims=True)
            true = np.eye(said.shape[1])[self.true.astype(int)]
        else:
            true = self.true.reshape(len(self.true), -1).astype(np.float64)
        if not np.isfinite(said).all() or said.shape != true.shape:
            return 0.0
        said, true = said - said.mean(0), true - true.mean(0)
        draws = np.random.RandomState(0)
        chance = [(said * true[draws.permutation(len(true))]).sum() for _ in range(PERMUTATIONS)]
        return float(((said * true).sum() - np.mean(chance)) / max(np.std(chance), 1e-12))


def predicted(context: StageContext, model: Any, loader: Any, *, classes: bool) -> Predicted | None:
    """What a model says of a split; None where its outputs cannot be read as predictions.

    Args:
        context: says how outputs of the task are read.
        model: a trained model, on the CPU.
        loader: delivers the split.
        classes: whether its targets are classes.
    """
    import numpy as np
    import torch

    from art.training.scoring.calling import evaluating

    info = context.data_info
    said, true = [], []
    with evaluating(model), torch.no_grad():
        for index, batch in enumerate(loader):
            pair = context.predictions(model, batch, index)
            if pair is None:
                return None
            said.append(pair[0].float().numpy())
            true.append(pair[1].numpy())
            if sum(map(len, true)) >= SAMPLES:  # a stream may have no end
                break
    predictions, truth = np.concatenate(said), np.concatenate(true)
    if classes and truth.ndim == 2 and predictions.shape == truth.shape:  # one-hot targets
        return Predicted(True, predictions, truth.argmax(1))
    if classes != (info.kind == "classification"):
        return None  # classes as numbers, which the outputs may name in a way of their own
    if classes:
        fits = predictions.ndim == 2 and truth.ndim == 1
        return Predicted(True, predictions, truth) if fits else None
    return Predicted(False, predictions, truth) if info.kind == "regression" else None


@dataclass(frozen=True)
class Contest:
    """The trained model against cheap ones, on a split that neither was trained on.

    Attributes:
        split: its name.
        model: the trained model, on the CPU.
        own: what it says.
        cheap_score: the best cheap model's score.
        cheap_strength: how many deviations the best cheap model is above chance.
        error: the standard error of a score on that split.
    """

    split: str
    model: Any
    own: Predicted
    cheap_score: float
    cheap_strength: float
    error: float

    @property
    def behind(self) -> float:
        """How far the trained model is behind."""
        return self.cheap_score - self.own.score


def contest(context: StageContext, splits: Sequence[str]) -> Contest | None:
    """Score the last checkpoint of the recipe on the first of the splits that is there; None where
    it cannot be compared."""
    from art.registry.probes._cheap import learned, signal_across

    source = last_trained(context)
    cheap = context.once(learned)
    if source is None or cheap is None or context.contract.coupled:
        return None
    data = context.build_data()
    split = next(
        (s for s in splits if s in cheap.held and context.loader(data, s) is not None), None
    )
    if split is None:
        return None
    model = context.load_model(source).cpu()
    loader = context.loader(data, split)
    own = predicted(context, model, loader, classes=cheap.kind == "classes")
    if own is None:
        return None
    if not own.classes:
        known = predicted(context, model, context.loader(data, "train"), classes=False)
        own = replace(own, in_units=known is not None and _is_in_units(known))
    held = cheap.code(cheap.held[split])
    strength = max(signal_across(each, split, cheap.coded, held) for each in cheap.models)
    error = 1.0 / math.sqrt(max(_telling(cheap, split), 1.0))
    return Contest(split, model, own, _cheap_score(cheap, split), strength, error)


def _is_in_units(known: Predicted) -> bool:
    """Whether what is said of train is about as much as the targets are, not just with them."""
    return known.determined > 0.05 and known.determined > 0.5 * known.score


def _cheap_score(cheap: Learned, split: str) -> float:
    """The best cheap model's score, as above."""
    found = []
    for model in cheap.models:
        predicted = model.across[split] @ cheap.coded
        if cheap.kind == "classes":
            found.append(_above_prior(predicted.argmax(1), cheap.held[split]))
        else:
            found.append(_explained(predicted, cheap.code(cheap.held[split])))
    return max(found)


def _telling(cheap: Learned, split: str) -> float:
    """Samples that tell models apart: those outside the most frequent class."""
    import numpy as np

    true = cheap.held[split]
    if cheap.kind != "classes":
        return float(len(true))
    return float(len(true) - np.bincount(true.astype(int)).max())


def _above_prior(said: np.ndarray, true: np.ndarray) -> float:
    import numpy as np

    prior = np.bincount(true.astype(int)).max() / len(true)
    return float((np.mean(said == true) - prior) / max(1 - prior, 1e-9))


def _balanced(said: np.ndarray, true: np.ndarray) -> float:
    """The mean recall of the classes, above that of guessing."""
    import numpy as np

    classes = np.unique(true)
    if len(classes) < 2:
        return 0.0
    recall = float(np.mean([np.mean(said[true == each] == each) for each in classes]))
    return (recall - 1 / len(classes)) / (1 - 1 / len(classes))


def _explained(said: np.ndarray, true: np.ndarray) -> float:
    """The squared correlation, over the columns of the targets: what is said may be on another
    scale, as logits of targets of 0 and 1 are."""
    import numpy as np

    said, true = said.reshape(len(said), -1), true.reshape(len(true), -1)
    if not np.isfinite(said).all():
        return 0.0
    said, true = said - said.mean(0), true - true.mean(0)
    sizes = np.maximum((said**2).sum(0) * (true**2).sum(0), 1e-12)
    together = (said * true).sum(0)
    return float(np.mean(np.where(together > 0, together**2 / sizes, 0.0)))
