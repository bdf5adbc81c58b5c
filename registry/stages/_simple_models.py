"""The simple models that a network is compared with, and the rows that they are fitted on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from art.errors import UserError
from art.registry.stages._kinds import CLASSES
from art.registry.stages._pixels import fit_pixels

if TYPE_CHECKING:
    import numpy as np

    from art.core.data_info import DataInfo

TOKEN_COLUMNS = 32_768
"""Token ids beyond this share a column: a baseline's memory must not grow with a vocabulary."""
NEIGHBOURS = 5


def features(inputs: np.ndarray, info: DataInfo) -> Any:
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


def fitted(
    name: str, inputs: Any, targets: np.ndarray, info: DataInfo, seed: int
) -> Callable[[Any], np.ndarray]:
    """Fit a scikit-learn model to all rows.

    Returns:
        What gives `(n, C)` probabilities or `(n,)` numbers for n rows.

    Raises:
        UserError: there is no such baseline for this kind of task.
        ValueError, TypeError: scikit-learn refuses the rows.
    """
    import numpy as np

    if info.kind == "segmentation" and name == "majority":
        most = int(np.argmax(info.class_counts))
        return lambda rows: np.full((len(rows), *targets.shape[1:]), most)
    model = _estimator(name, info.kind, seed, inputs.shape[0])
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


def _estimator(name: str, kind: str, seed: int, rows: int) -> Any:
    """The scikit-learn model behind a baseline's name, scaled inputs where it needs them."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    known = (_classifiers if kind in CLASSES else _regressors)(seed % 2**32, min(NEIGHBOURS, rows))
    if name not in known:
        raise UserError(
            f"there is no baseline '{name}' for a {kind or 'task of unknown kind'}. "
            f"Choose among: {', '.join(known)}."
        )
    # what a model makes of missing values is its own affair; a simple one gets the column's mean
    return make_pipeline(SimpleImputer(), StandardScaler(with_mean=False), known[name]())


def _classifiers(seed: int, neighbours: int) -> dict[str, Callable[[], Any]]:
    from sklearn.dummy import DummyClassifier
    from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier, NearestCentroid
    from sklearn.tree import DecisionTreeClassifier

    return {
        "majority": lambda: DummyClassifier(strategy="prior"),
        "nearest_centroid": lambda: NearestCentroid(),
        "logistic_regression": lambda: LogisticRegression(max_iter=100),
        "nearest_neighbours": lambda: KNeighborsClassifier(neighbours),
        "decision_tree": lambda: DecisionTreeClassifier(random_state=seed),
        "random_forest": lambda: RandomForestClassifier(random_state=seed),
        "gradient_boosting": lambda: HistGradientBoostingClassifier(random_state=seed),
    }


def _regressors(seed: int, neighbours: int) -> dict[str, Callable[[], Any]]:
    from sklearn.dummy import DummyRegressor
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.linear_model import Ridge
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.tree import DecisionTreeRegressor

    return {
        "mean": lambda: DummyRegressor(),
        "ridge": lambda: Ridge(),
        "nearest_neighbours": lambda: KNeighborsRegressor(neighbours),
        "decision_tree": lambda: DecisionTreeRegressor(random_state=seed),
        "random_forest": lambda: RandomForestRegressor(random_state=seed),
        "gradient_boosting": lambda: HistGradientBoostingRegressor(random_state=seed),
    }
