"""Tiny parts, registered under test names, and a loader that sees no one's own settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

import pytest
from annotated_types import Ge

from art.config import RecipeConfig, load_text
from art.core.task import TaskProfile
from art.registries import (
    callbacks,
    checks,
    data,
    executors,
    loggers,
    metrics,
    models,
    optimizers,
    stages,
    tasks,
    visualizers,
)

if TYPE_CHECKING:
    from nowhere import Unknown

DEFAULTS = """
[project]
stages = ["look", "fit"]

[paths]
data = null
runs = "runs"

[loggers.csv]
@loggers = "test.Csv.v1"
every = 5

[stages.look]
@stages = "test.Look.v1"

[stages.fit]
@stages = "test.Fit.v1"

[stages.other]
@stages = "test.plain_stage.v1"
"""

RECIPE = """\
[task]
@tasks = "test.Task.v1"

[data]
@data = "test.Data.v1"
folder = "here"

[model]
@models = "test.Net.v1"
dropout = 0.2
"""


@dataclass(frozen=True)
class Made:
    """What the test parts make: their name and what they were called with."""

    name: str
    got: dict[str, Any]


@tasks("test.Task.v1")
class _Task:
    kind = "classification"
    score = "accuracy"
    higher_is_better = True
    default_metrics: ClassVar[dict[str, Any]] = {"scores": {"@metrics": "test.Metric.v1"}}
    default_visualizers: ClassVar[dict[str, Any]] = {
        "curves": {"@visualizers": "test.Curves.v1", "stages": ["fit"]}
    }

    def __init__(self, smoothing: float = 0.0) -> None:
        self.smoothing = smoothing


@data("test.Data.v1")
def _data(
    folder: str,
    batch_size: Annotated[int, Ge(1)] = 64,
    scale: Literal["unit", "none"] = "unit",
    limit: Annotated[int, Ge(1)] | None = None,
    augment: bool = False,
) -> Made:
    """Data.

    Args:
        folder: where the files are, and
            more of that.
        batch_size: samples in a batch.
    """
    return Made("data", dict(locals()))


@models("test.Net.v1")
def _net(
    data_info: Any,
    widths: tuple[int, ...] = (8, 4),
    dropout: float = 0.0,
    encoder: Unknown = None,
    head: Path = Path("x"),
) -> Made:
    return Made("net", dict(locals()))


@models("test.Encoder.v1")
def _encoder(data_info: Any, depth: int = 2) -> Made:
    return Made("encoder", dict(locals()))


@models("test.Other.v1")
def _other(size: int = 1, **more: Any) -> Made:
    return Made("other", dict(locals()))


@optimizers("test.Sgd.v1")
def _sgd(params: Any, lr: float = 0.1, decay: float = 0.0) -> Made:
    return Made("sgd", dict(locals()))


@optimizers("test.Adam.v1")
def _adam(params: Any, lr: float = 0.001, betas: tuple[float, float] = (0.9, 0.999)) -> Made:
    return Made("adam", dict(locals()))


@metrics("test.Metric.v1")
class _Metric:
    kind = "classification"

    def __init__(self, k: int = 1) -> None:
        self.k = k


@metrics("test.Regression.v1")
class _Regression:
    kind = "regression"


@visualizers("test.Curves.v1")
def _curves(names: list[str] | None = None) -> Made:
    return Made("curves", dict(locals()))


@loggers("test.Csv.v1")
def _csv(every: int = 1) -> Made:
    return Made("csv", dict(locals()))


@loggers("test.Remote.v1")
def _remote(url: str = "", api_key: str | None = None) -> Made:
    return Made("remote", dict(locals()))


@callbacks("test.Callback.v1")
def _callback(stages: Any, rate: float = 0.5) -> Made:
    return Made("callback", dict(locals()))


@executors("test.Executor.v1")
def _executor(workers: int = 1) -> Made:
    return Made("executor", dict(locals()))


@checks("test.Less.v1")
def _less(score: str, value: float | str = 0.5) -> Made:
    return Made("less", dict(locals()))


@stages("test.Look.v1")
class _Look:
    def __init__(self, samples: int = 10) -> None:
        self.samples = samples


@stages("test.Fit.v1")
class _Fit:
    def __init__(
        self, max_epochs: int | None = None, attempts: list[dict[str, Any]] | None = None
    ) -> None:
        self.max_epochs = max_epochs

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        found = {"low": {"@checks": "test.Less.v1", "score": "train/loss", "value": 0.1}}
        if profile.score:
            found["score"] = {"@checks": "test.Less.v1", "score": f"val/{profile.score}"}
        if "look" in stages:
            found["looked"] = {"@checks": "test.Less.v1", "score": "x", "severity": "warn"}
        return found

    @classmethod
    def default_overrides(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"model.dropout": 0.0} if settings.get("model.dropout") else {}


@stages("test.plain_stage.v1")
def _plain_stage(context: Any = None) -> None:
    """A stage that is no class and has no defaults to offer."""


Load = Callable[..., RecipeConfig]


@pytest.fixture(autouse=True)
def _no_settings_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def recipe() -> str:
    """A small, complete recipe config."""
    return RECIPE


@pytest.fixture
def defaults() -> str:
    """The lowest layer of the tests."""
    return DEFAULTS


@pytest.fixture
def load() -> Load:
    """`load_text` over the tests' own defaults, without the process's environment."""

    def loaded(text: str = RECIPE, **options: Any) -> RecipeConfig:
        options.setdefault("environ", {})
        return load_text(text, "config.cfg", defaults=DEFAULTS, **options)

    return loaded
