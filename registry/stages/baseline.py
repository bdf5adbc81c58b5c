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
from art.registry.stages._pixels import fit_pixels

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
TOKEN_COLUMNS = 32_768
"""Token ids beyond this share a column: a baseline's memory must not grow with a vocabulary."""


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
                    splits[split] = (_features(read.inputs, info), read.targets)
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
            fitted = _fitted(name, splits, info, context)
            if fitted is None:
                continue
            found, seen = fitted
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


def _fitted(
    name: str,
    splits: Mapping[str, tuple[Any, np.ndarray]],
    info: DataInfo,
    context: StageContext,
) -> tuple[dict[str, float], Seen] | None:
    """A baseline's scores; None, with the reason in the report, where it does not fit the data."""
    with warnings.catch_warnings(record=True) as advice:
        warnings.simplefilter("always")
        try:
            predict = _fit(name, *splits["train"], info, context.seed)
            found = _score(predict, splits, context)
        except ValueError as error:  # too few rows, a class that train lacks, a metric's refusal
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


def _features(inputs: np.ndarray, info: DataInfo) -> Any:
    """Rows of numbers: flattened inputs, or how often each token occurs where they are tokens.
    Images whose pixels are classified stay as they are."""
    import numpy as np
    from scipy.sparse import csr_matrix

    tokens = inputs.ndim == 2 and inputs.dtype.kind in "iu" and inputs.dtype != np.uint8
    if info.kind == "segmentation":
        return inputs
    if not tokens:
        table = inputs.reshape(len(inputs), -1).astype(np.float64)
        return np.where(np.isfinite(table), table, np.nan)
    rows = np.repeat(np.arange(len(inputs)), inputs.shape[1])
    columns = np.maximum(inputs.reshape(-1), 0) % TOKEN_COLUMNS
    counts = csr_matrix(
        (np.ones(columns.size), (rows, columns)), shape=(len(inputs), TOKEN_COLUMNS)
    )
    counts.sum_duplicates()
    return counts


def _fit(
    name: str, inputs: Any, targets: np.ndarray, info: DataInfo, seed: int
) -> Callable[[Any], np.ndarray]:
    """Fit a scikit-learn model; what comes back gives `(n, C)` probabilities or `(n,)` numbers."""
    import numpy as np

    if info.kind == "segmentation" and name == "majority":
        most = int(np.argmax(info.class_counts))
        return lambda rows: np.full((len(rows), *targets.shape[1:]), most)
    model = _estimator(name, info.kind, seed)
    if info.kind == "segmentation":
        return fit_pixels(model, inputs, targets, seed)
    if info.kind != "classification":
        shape = targets.shape[1:]  # of pictures and sequences of numbers: one column each
        model.fit(inputs, targets.reshape(len(targets), -1) if len(shape) > 1 else targets)

        def amounts(rows: Any) -> np.ndarray:
            found = np.asarray(model.predict(rows), dtype=np.float64)
            return found.reshape(len(found), *shape) if len(shape) > 1 else found

        return amounts
    model.fit(inputs, targets)

    def probabilities(rows: Any) -> np.ndarray:
        full = np.zeros((rows.shape[0], info.output_size))
        full[:, model.classes_.astype(int)] = model.predict_proba(rows)
        return full

    return probabilities


def _estimator(name: str, kind: str, seed: int) -> Any:
    """The scikit-learn model behind a baseline's name, scaled inputs where it needs them."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    known = (_classifiers if kind in CLASSES else _regressors)(seed % 2**32)
    if name not in known:
        raise UserError(
            f"the baseline '{name}' is none for a {kind or 'task of unknown kind'}. "
            f"Choose among: {', '.join(known)}."
        )
    # what a model makes of missing values is its own affair; a simple one gets the column's mean
    return make_pipeline(SimpleImputer(), StandardScaler(with_mean=False), known[name]())


def _classifiers(seed: int) -> dict[str, Callable[[], Any]]:
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
    from sklearn.tree import DecisionTreeClassifier

    return {
        "majority": lambda: DummyClassifier(strategy="prior"),
        "nearest_centroid": lambda: NearestCentroid(),
        "logistic_regression": lambda: LogisticRegression(max_iter=100),
        "nearest_neighbours": lambda: KNeighborsClassifier(),
        "decision_tree": lambda: DecisionTreeClassifier(random_state=seed),
        "random_forest": lambda: RandomForestClassifier(random_state=seed),
        "gradient_boosting": lambda: HistGradientBoostingClassifier(random_state=seed),
    }


def _regressors(seed: int) -> dict[str, Callable[[], Any]]:
    from sklearn.dummy import DummyRegressor
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.linear_model import Ridge
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.tree import DecisionTreeRegressor

    return {
        "mean": lambda: DummyRegressor(),
        "ridge": lambda: Ridge(),
        "nearest_neighbours": lambda: KNeighborsRegressor(),
        "decision_tree": lambda: DecisionTreeRegressor(random_state=seed),
        "random_forest": lambda: RandomForestRegressor(random_state=seed),
        "gradient_boosting": lambda: HistGradientBoostingRegressor(random_state=seed),
    }
