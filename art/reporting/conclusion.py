"""What a recipe found: each model's score on held-out data beside the best simple model's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from art.core.record import CheckResult
from art.reporting.snapshots import Report, StageSnapshot
from art.reporting.telling import deciding_score, is_usual

BEATS = "art.Beats.v1"
ERRORS = 2.0
"""Standard errors that a lead must have: of models that are alike one in forty has it by chance."""
_HELD_OUT = ("test", "val")


@dataclass(frozen=True)
class Conclusion:
    """What the last stage of a model says of it.

    Attributes:
        model: its name; None where the project has no model of its own.
        stage: the stage whose scores these are.
        score: the score that decides, `test/accuracy`; empty where nothing was scored.
        value: of the model.
        error: the value's standard error; None where it is not known.
        simple: the value of the best simple model on the same data; None where there is none.
        simple_name: what that model is called.
        gain: how far the model is better than the simple one; negative where it is worse.
        val: the same metric on validation data, measured by the stage that trained the model;
            None if that stage measured none. It ranks the models, because a test score that chose
            a model would be too good.
        parameters: how many weights the model has; 0 where that is not known.
    """

    model: str | None
    stage: StageSnapshot
    score: str = ""
    value: float = 0.0
    error: float | None = None
    simple: float | None = None
    simple_name: str = ""
    gain: float | None = None
    val: float | None = None
    parameters: int = 0

    @property
    def val_score(self) -> str:
        """`val/accuracy` of `test/accuracy`."""
        return f"val/{_metric(self.score)}"

    @property
    def beats(self) -> bool | None:
        """Whether the model is better than the simple one by more than chance allows; None where
        there is nothing to compare."""
        return None if self.gain is None else self.gain > ERRORS * (self.error or 0.0)

    @property
    def loses(self) -> bool:
        """Whether the simple model is better by more than chance allows."""
        return self.gain is not None and self.gain < -ERRORS * (self.error or 0.0)


def conclusions(report: Report) -> list[Conclusion]:
    """One for each model that has passed the last stage of the recipe, the best first: by its
    validation score where all have one, as `art predict` chooses, else by the score itself."""
    last = max((stage.order for stage in report.stages), default=0)
    found = []
    for model in report.models or (None,):
        for stage in report.stages:
            if stage.model == model and stage.order == last and stage.status == "passed":
                found.append(_concluded(stage, report))
    if not found or any(not one.score or one.score != found[0].score for one in found):
        return found
    rises = _rises(found[0].stage, found[0].score)
    if any(one.val is None or math.isnan(one.val) for one in found):
        return sorted(found, key=lambda one: one.value, reverse=rises)
    # of models with the same score the smaller one; not the one with the better test score
    sign = -1.0 if rises else 1.0
    return sorted(found, key=lambda one: (sign * (one.val or 0.0), one.parameters))


def trained(report: Report, model: str | None) -> list[StageSnapshot]:
    """The stages of a model that left weights."""
    return [s for s in report.stages if s.model == model and "checkpoint" in s.artifacts]


def _concluded(stage: StageSnapshot, report: Report) -> Conclusion:
    score = _held_out_score(stage)
    if score is None:
        return Conclusion(stage.model, stage)
    value, error = stage.scores[score], stage.scores.get(f"{score}_error")
    baseline = _simple_models(report, stage, score)
    val, size = _val(report, stage, score), parameters_of(report, stage)
    if baseline is None:
        return Conclusion(stage.model, stage, score, value, error, val=val, parameters=size)
    simple = baseline.scores[score]
    gain = value - simple if _rises(stage, score) else simple - value
    name = _winner(baseline.scores, score, simple)
    return Conclusion(stage.model, stage, score, value, error, simple, name, gain, val, size)


def parameters_of(report: Report, stage: StageSnapshot) -> int:
    """How many weights a stage's model has, as it or a stage that trained it says; else 0."""
    for one in (stage, *reversed(trained(report, stage.model))):
        count = (one.json or {}).get("environment", {}).get("parameters")
        if isinstance(count, int):
            return count
    return 0


def _val(report: Report, stage: StageSnapshot, score: str) -> float | None:
    """The validation score of the weights that the project's model has."""
    passed = [s for s in trained(report, stage.model) if s.status == "passed"]
    return passed[-1].scores.get(f"val/{_metric(score)}") if passed else None


def _held_out_score(stage: StageSnapshot) -> str | None:
    """What a check compared with the baseline on held-out data, else the most telling score of test
    or val. A train score that a check compared says nothing of data that was not seen, and what a
    stage without a model measured of the data is no score of anything."""
    compared = _compared_score(stage)
    if compared in stage.scores and compared.startswith(_HELD_OUT):
        return compared
    for split in _HELD_OUT:
        scores = {n: v for n, v in stage.scores.items() if n.startswith(f"{split}/")}
        own = {n: v for n, v in stage.scores.items() if n.startswith(f"{split}_")}
        name = deciding_score(scores or own)
        if name is not None and (stage.model is not None or is_usual(name)):
            return name
    return None


def _comparison(stage: StageSnapshot) -> CheckResult | None:
    return next((c for c in stage.checks if c.check == BEATS and c.value is not None), None)


def _compared_score(stage: StageSnapshot) -> str:
    """The score that a check compared with the baseline; empty where none did."""
    compared = _comparison(stage)
    return "" if compared is None else compared.message.partition(" is ")[0]


def _rises(stage: StageSnapshot, score: str) -> bool:
    """Whether more is better: as the stage's own check has it, which knows the task."""
    compared = _comparison(stage)
    if compared is not None and _metric(_compared_score(stage)) == _metric(score):
        return compared.expected.startswith(">")
    return not _metric(score).endswith(("loss", "mae", "mse", "rmse", "error"))


def _metric(score: str) -> str:
    """`accuracy` of `val/accuracy`."""
    return score.rpartition("/")[2]


def _simple_models(report: Report, stage: StageSnapshot, score: str) -> StageSnapshot | None:
    """The earlier stage that scored simple models too, as `split/metric/NAME`."""
    for other in report.stages:
        same = other.order < stage.order and other.model in (None, stage.model)
        if same and score in other.scores and any(n.startswith(f"{score}/") for n in other.scores):
            return other
    return None


def _winner(scores: Mapping[str, float], score: str, value: float) -> str:
    """The simple model whose value the baseline stands for."""
    names = [n for n, v in scores.items() if n.startswith(f"{score}/") and v == value]
    return names[0].removeprefix(f"{score}/") if names else "baseline"
