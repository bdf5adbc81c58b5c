"""The stage that measures what is easy."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from annotated_types import Ge

from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.core.visualizer import Seen
from art.errors import UserError
from art.registries import stages
from art.registry.stages._kinds import CLASSES
from art.registry.stages._simple_models import features, fitted

if TYPE_CHECKING:
    import numpy as np

    from art.core.data_info import DataInfo

BaselineName = Literal[
    "auto",
    "majority",
    "mean",
    "nearest_centroid",
    "logistic_regression",
    "ridge",
    "nearest_neighbours",
    "decision_tree",
    "random_forest",
    "gradient_boosting",
]

AUTOMATIC: dict[str, tuple[str, ...]] = {
    "classification": ("majority", "nearest_centroid", "logistic_regression"),
    "regression": ("mean", "ridge", "nearest_neighbours"),
    "segmentation": ("majority", "logistic_regression"),
}
"""A heuristic first: what a model that ignores its inputs would reach."""

SPLITS = ("train", "val", "test")


@stages("art.Baseline.v1")
class Baseline(Stage):
    """Measure what a heuristic and a few simple models reach, with the network's own metrics.

    A score means nothing alone: 0.90 accuracy is poor where always saying "healthy" gives 0.95.
    Karpathy's recipe (2019, step 2) compares every network with a model that ignores its inputs
    and with simple ones; Rules of Machine Learning (Zinkevich 2017, rule 1) starts from a
    heuristic. The best of them by the validation score stands as this stage's own score, so that
    later stages can be checked against it; each one's scores stand beside it as
    `val/accuracy/NAME`.

    Args:
        models: which to fit; `auto` stands for a heuristic and two or three simple models.
        max_samples: training samples they are fitted on at most.
    """

    reads: ClassVar[tuple[str, ...]] = ("task", "data", "contract", "metrics")
    per_model = False
    hints: ClassVar[dict[str, str]] = {
        "measured": "No baseline could be scored. Look at the targets: class indices (integers) "
        "for a classification, numbers for a regression.",
        "learnable": "The best simple model is no better than always giving the same answer. "
        "Look for labels that were shuffled apart from their inputs; if the task is this hard, a "
        "network has to show it.",
    }

    reasons: ClassVar[dict[str, str]] = {
        "measured": "The simple models were scored.",
        "learnable": "There is something to learn: a simple model beats a guess.",
    }

    def __init__(
        self,
        models: tuple[BaselineName, ...] = ("auto",),
        max_samples: Annotated[int, Ge(10)] = 10_000,
    ) -> None:
        self.models = models
        self.max_samples = max_samples

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """The deciding score is finite where it was measured; simple models beat the heuristic.

        Data without a validation split has no score there. The second is a warning: some data is
        hard.
        """
        if not profile.score:
            return {}
        score = f"val/{profile.score}"
        heuristic = "majority" if profile.kind in CLASSES else "mean"
        return {
            "measured": {"@checks": "art.Exists.v1", "score": score, "optional": True},
            "learnable": {
                "@checks": "art.GreaterThan.v1",
                "score": score,
                "value": f"{score}/{heuristic}",
                "optional": True,
                "severity": "warn",
            },
        }

    def run(self, context: StageContext) -> Outcome:
        """Fit each baseline on train, score it on every split."""
        import numpy as np
        from scipy.sparse import issparse

        from art.training.data_modules.collecting import collect

        data, info = context.build_data(), context.data_info
        splits = {}
        for split in SPLITS if info.has_targets and not info.unread else ():
            loader = context.loader(data, split)
            if loader is not None:
                read = collect(loader, self.max_samples if split == "train" else None)
                if read.inputs is not None and read.targets is not None:
                    splits[split] = (features(read.inputs, info), read.targets)
        if "train" not in splits:
            what = info.unscored or info.unread or "the targets cannot be read"
            context.note(f"no baseline is fitted: {what}", explains=True)
            return Outcome(seen=Seen(data_info=info))
        if issparse(splits["train"][0]):  # of tokens, those that train knows
            known = np.flatnonzero(splits["train"][0].getnnz(0))
            splits = {name: (rows[:, known], y) for name, (rows, y) in splits.items()}
        names = self._names(info)
        if not names:
            context.note("no baseline is known for these targets", explains=True)
        outcome = Outcome()
        best: tuple[float, str] | None = None
        for index, name in enumerate(names):
            context.progress(index, len(names), name)
            measured = _measured(name, splits, info, context)
            if measured is None:
                continue
            found, seen = measured
            outcome.scores |= {f"{score}/{name}": value for score, value in found.items()}
            rank = _rank(found, context.profile, info.kind)
            if best is None or rank > best[0]:
                best = (rank, name)
                outcome.seen = seen
                own = found
        outcome.seen.data_info = info
        if best is None:
            return outcome
        outcome.scores |= own
        outcome.tables["baselines"] = _table(names, outcome.scores)
        context.note(f"the best baseline is {best[1]}")
        return outcome

    def _names(self, info: DataInfo) -> list[str]:
        names: list[str] = []
        for name in self.models:
            known = AUTOMATIC.get(info.kind, ())
            if info.kind == "segmentation" and len(info.input_shape) != 3:
                known = known[:1]  # classes of the steps of a sequence: no pixels to describe
            names += known if name == "auto" else (name,)
        return list(dict.fromkeys(names))


def _measured(
    name: str,
    splits: Mapping[str, tuple[Any, np.ndarray]],
    info: DataInfo,
    context: StageContext,
) -> tuple[dict[str, float], Seen] | None:
    """A baseline's scores; None, with the reason in the report, where it does not fit the data."""
    with warnings.catch_warnings(record=True) as advice:
        warnings.simplefilter("always")
        try:
            predict = fitted(name, *splits["train"], info, context.seed)
            found = _score(predict, splits, context)
        except (ValueError, TypeError) as error:  # too few rows, counts that are sparse, a metric
            if isinstance(error, UserError) and context.profile.own_loss:
                raise
            reason = str(error).partition("\n")[0]
            context.note(f"the baseline {name} cannot be fitted: {reason}", explains=True)
            return None
    for text in dict.fromkeys(str(warning.message) for warning in advice):
        context.note(f"{name}: {text}")  # e.g. stopped at its limit of iterations
    return found


def _score(
    predict: Callable[[Any], np.ndarray],
    splits: Mapping[str, tuple[Any, np.ndarray]],
    context: StageContext,
) -> tuple[dict[str, float], Seen]:
    import torch

    scores: dict[str, float] = {}
    seen = Seen()
    for split, (inputs, targets) in splits.items():
        predictions = predict(inputs)
        for metric in context.metrics.values():
            metric.reset()
            metric.update(torch.as_tensor(predictions), torch.as_tensor(targets))
            scores |= {f"{split}/{name}": float(v) for name, v in metric.compute().items()}
        seen.predictions[split], seen.targets[split] = predictions, targets
    return scores, seen


def _rank(scores: Mapping[str, float], profile: TaskProfile, kind: str) -> float:
    """The higher the better, by the deciding score; by the kind's usual one where none is named."""
    name = profile.score or {"regression": "r2"}.get(kind, "accuracy")
    for split in ("val", "train"):
        value = scores.get(f"{split}/{name}")
        if value is not None:
            return value if profile.higher_is_better else -value
    return float("-inf")


def _table(names: Sequence[str], scores: Mapping[str, float]) -> tuple[list[str], list[list[Any]]]:
    columns = sorted(
        score for score in scores if score.count("/") == 1 and score.split("/")[0] in SPLITS
    )
    rows = [[name, *(scores.get(f"{column}/{name}") for column in columns)] for name in names]
    return ["baseline", *columns], rows
