"""Does what was learnt hold on data that was held out?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    import numpy as np

BEHIND = 0.45
"""How far below a cheap model, between knowing nothing and all, something must be wrong."""
SURE = 5.0
"""Standard errors that the distance must have as well."""
SPLITS = ("test", "val")


@probes("art.HeldOut.v1")
class HeldOut(Probe):
    """The trained model must not be far worse on held-out data than a cheap one, and must look at
    its inputs.

    The model is scored on the test split where there is one, else on val, beside a ridge
    regression, a kernel and nearest neighbours; the inputs are then dealt out anew among the
    samples, and the score must fall. It needs no declared task: a model whose outputs are no
    predictions of the targets is not judged.
    """

    cost: ClassVar[str] = "2 passes over a split"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Score the last checkpoint of the recipe."""
        from art.registry.probes._cheap import learned

        source = next(
            (s for s in reversed(context.earlier_stages) if context.earlier(s).has("checkpoint")),
            None,
        )
        cheap = context.once(learned)
        if source is None or cheap is None or context.contract.coupled:
            return []
        data = context.build_data()
        split = next((s for s in SPLITS if s in cheap.held and context.loader(data, s)), None)
        if split is None:
            return []
        model = context.load_model(source).cpu()
        classes = cheap.kind == "classes"
        own = _score(context, model, context.loader(data, split), classes=classes)
        if own is None:
            return []
        other = _cheap_score(cheap, split)
        behind = other - own
        error = 1.0 / math.sqrt(max(_telling(cheap, split), 1.0))
        if behind > BEHIND and behind > SURE * error:
            return [
                Suspicion(
                    "a cheap model does far better on held-out data",
                    f"on {split} the trained model reaches {own:.3g}, nearest neighbours or a "
                    f"ridge regression {other:.3g}",
                    "Look for inputs that are prepared differently in training and evaluation, an "
                    "augmentation that changes what the label says, the wrong checkpoint, and a "
                    "learning rate or schedule that is far off.",
                    split,
                )
            ]
        dealt = _score(context, model, context.loader(data, split), classes=classes, deal=True)
        if dealt is not None and other > 0.3 and own - dealt < 0.02 and behind > 0.1:
            return [
                Suspicion(
                    "the trained model does not look at its inputs",
                    f"on {split} it reaches {own:.3g}, and {dealt:.3g} with the inputs dealt out "
                    f"anew; a cheap model reaches {other:.3g}",
                    "Look for a detached or constant part between inputs and outputs, dead units, "
                    "and a learning rate that is far off.",
                    split,
                )
            ]
        return []


def _score(
    context: StageContext, model: Any, loader: Any, *, classes: bool, deal: bool = False
) -> float | None:
    """Accuracy above that of the most frequent class, or the share of the targets' variance that is
    explained, over a split: 0 for a model that knows nothing, 1 for a perfect one. None where the
    outputs cannot be read."""
    import numpy as np
    import torch

    from art.training.batches import inputs_of, targets_of
    from art.training.reading import PredictionReader
    from art.training.scoring import evaluating, predict

    reader = PredictionReader(context.data_info.kind, context.data_info.output_size)
    said, true = [], []
    with evaluating(model), torch.no_grad():
        for index, batch in enumerate(loader):
            targets = targets_of(batch)
            try:
                outputs = predict(model, _dealt(batch, inputs_of(batch)) if deal else batch, index)
            except (TypeError, ValueError, RuntimeError, LookupError, AttributeError):
                return None
            if not isinstance(outputs, torch.Tensor) or not isinstance(targets, torch.Tensor):
                return None
            if not outputs.ndim or len(outputs) != len(targets):
                return None
            read = reader(outputs, targets, model)
            if read is None:
                return None
            said.append(read.float().numpy())
            true.append(targets.numpy())
    predictions, truth = np.concatenate(said), np.concatenate(true)
    if classes and truth.ndim == 2 and predictions.shape == truth.shape:  # one-hot targets
        return _above_prior(predictions.argmax(1), truth.argmax(1))
    if classes != (context.data_info.kind == "classification"):
        return None  # classes as numbers, which the outputs may name in a way of their own
    if context.data_info.kind == "classification":
        if predictions.ndim != 2 or truth.ndim != 1:
            return None
        return _above_prior(predictions.argmax(1), truth)
    return _explained(predictions, truth) if context.data_info.kind == "regression" else None


def _dealt(batch: Any, inputs: Any) -> Any:
    """The batch with each sample's inputs given to its neighbour."""
    if isinstance(batch, dict):
        return {key: value.roll(1, 0) if value is inputs else value for key, value in batch.items()}
    return type(batch)([inputs.roll(1, 0), *batch[1:]])


def _cheap_score(cheap: Any, split: str) -> float:
    """The best cheap model's score, as above."""
    found = []
    for model in cheap.models:
        predicted = model.across[split] @ cheap.coded
        if cheap.kind == "classes":
            found.append(_above_prior(predicted.argmax(1), cheap.held[split]))
        else:
            found.append(_explained(predicted, cheap.code(cheap.held[split])))
    return max(found)


def _telling(cheap: Any, split: str) -> float:
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
