"""What a person chooses, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from art.config import STAGES


@dataclass(frozen=True)
class TaskChoice:
    """A kind of problem and the built-in parts that suit it.

    Attributes:
        registered: the task's registered name.
        title: for people.
        data: the built-in data; empty where the user has to bring some.
        model: the built-in model; empty likewise.
    """

    registered: str
    title: str
    data: str = ""
    model: str = ""


TASKS: dict[str, TaskChoice] = {
    "image-classification": TaskChoice(
        "art.ImageClassification.v1", "image classification", "art.Digits.v1", "art.CNN.v1"
    ),
    "tabular-classification": TaskChoice(
        "art.TabularClassification.v1",
        "classification of a table's rows",
        "art.BreastCancer.v1",
        "art.MLP.v1",
    ),
    "tabular-regression": TaskChoice(
        "art.TabularRegression.v1",
        "regression over a table's rows",
        "art.Diabetes.v1",
        "art.MLP.v1",
    ),
    "text-classification": TaskChoice("art.TextClassification.v1", "text classification"),
    "segmentation": TaskChoice("art.Segmentation.v1", "segmentation of images"),
}


@dataclass(frozen=True)
class Choices:
    """What was chosen.

    Attributes:
        task: a key of `TASKS`.
        data: a registered name.
        model: a registered name.
        data_settings: lines of the data's settings that have no default.
        own_optimizer: the model is a LightningModule that brings its own.
        optimize: `efficiency` (fewer epochs) or `accuracy` (more epochs, and a schedule).
        hardware: `cpu` or `gpu`.
        stages: the recipe.
        loggers: registered names, besides the CSV files that are always written.
        code: --code files, as the user names them.
    """

    task: str
    data: str
    model: str
    data_settings: tuple[str, ...] = ()
    own_optimizer: bool = False
    optimize: str = "efficiency"
    hardware: str = "cpu"
    stages: tuple[str, ...] = STAGES
    loggers: tuple[str, ...] = ()
    code: tuple[str, ...] = field(default=())
