"""ART: Actually Robust Training.

A recipe of stages, each closed by checks, for training runs that can be trusted. Names are loaded
when they are first used; importing `art` does nothing else.
"""

from __future__ import annotations

TYPE_CHECKING = False  # for those who check types; `typing` would be imported for nothing else
if TYPE_CHECKING:
    from typing import Any

    from art.api import check as check
    from art.api import export as export
    from art.api import fill_config as fill_config
    from art.api import load as load
    from art.api import load_model as load_model
    from art.api import plan as plan
    from art.api import predict as predict
    from art.api import report as report
    from art.api import train as train
    from art.api import validate as validate
    from art.api import watch as watch
    from art.api.soundness_callback import SoundnessCallback as SoundnessCallback
    from art.core.check import Check as Check
    from art.core.check import Findings as Findings
    from art.core.check import Verdict as Verdict
    from art.core.data_info import DataInfo as DataInfo
    from art.core.fit import Fit as Fit
    from art.core.logger import Logger as Logger
    from art.core.logger import RunInfo as RunInfo
    from art.core.metric import MetricCalculator as MetricCalculator
    from art.core.probe import NotJudged as NotJudged
    from art.core.probe import Probe as Probe
    from art.core.probe import Suspicion as Suspicion
    from art.core.reader import Reader as Reader
    from art.core.reader import Rows as Rows
    from art.core.record import CheckResult as CheckResult
    from art.core.record import Record as Record
    from art.core.stage import Outcome as Outcome
    from art.core.stage import Stage as Stage
    from art.core.stage import StageContext as StageContext
    from art.core.task import Task as Task
    from art.core.task import TaskProfile as TaskProfile
    from art.core.visualizer import Seen as Seen
    from art.core.visualizer import Visualizer as Visualizer
    from art.errors import ArtError as ArtError
    from art.errors import ConfigError as ConfigError
    from art.errors import DataError as DataError
    from art.errors import ModelError as ModelError
    from art.errors import SoundnessWarning as SoundnessWarning
    from art.errors import UnsoundError as UnsoundError
    from art.errors import UserError as UserError
    from art.registries import advisors as advisors
    from art.registries import callbacks as callbacks
    from art.registries import checks as checks
    from art.registries import data as data
    from art.registries import executors as executors
    from art.registries import loggers as loggers
    from art.registries import metrics as metrics
    from art.registries import models as models
    from art.registries import modifiers as modifiers
    from art.registries import optimizers as optimizers
    from art.registries import probes as probes
    from art.registries import readers as readers
    from art.registries import schedulers as schedulers
    from art.registries import stages as stages
    from art.registries import tasks as tasks
    from art.registries import visualizers as visualizers

_PLACES = {
    "art.api": (
        "check",
        "export",
        "fill_config",
        "load",
        "load_model",
        "plan",
        "predict",
        "report",
        "train",
        "validate",
        "watch",
    ),
    "art.api.soundness_callback": ("SoundnessCallback",),
    "art.core.check": ("Check", "Findings", "Verdict"),
    "art.core.data_info": ("DataInfo",),
    "art.core.fit": ("Fit",),
    "art.core.logger": ("Logger", "RunInfo"),
    "art.core.metric": ("MetricCalculator",),
    "art.core.probe": ("NotJudged", "Probe", "Suspicion"),
    "art.core.reader": ("Reader", "Rows"),
    "art.core.record": ("CheckResult", "Record"),
    "art.core.stage": ("Outcome", "Stage", "StageContext"),
    "art.core.task": ("Task", "TaskProfile"),
    "art.core.visualizer": ("Seen", "Visualizer"),
    "art.errors": (
        "ArtError",
        "ConfigError",
        "DataError",
        "ModelError",
        "SoundnessWarning",
        "UnsoundError",
        "UserError",
    ),
    "art.registries": (
        "advisors",
        "callbacks",
        "checks",
        "data",
        "executors",
        "loggers",
        "metrics",
        "models",
        "modifiers",
        "optimizers",
        "probes",
        "readers",
        "schedulers",
        "stages",
        "tasks",
        "visualizers",
    ),
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}

__all__ = sorted(_PLACE_OF)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    place = _PLACE_OF.get(name)
    if place is None:
        raise AttributeError(f"module 'art' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(place), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
