"""The stage that gives up some training score for validation score."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from art.core.files import atomic_write
from art.core.planted import read_stored
from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.core.visualizer import Seen
from art.registries import stages
from art.registry.stages._gentle import KEEPS_UP
from art.registry.stages._kinds import CLASSES
from art.registry.stages._sampling import standard_error
from art.training.resuming.saving import STATES

PROPOSED: tuple[dict[str, Any], ...] = (
    {"model.dropout": 0.2},
    {"model.dropout": 0.5},
    {"optimizer.weight_decay": 0.1},
    {"model.dropout": 0.5, "optimizer.weight_decay": 0.1},
)
"""Tried where the config names no attempts, as far as the config has these settings."""

MEMORY = "attempts.json"
NOTHING_TO_TRY = (
    "the model was trained as the config stands and in no other way: the config has no setting "
    "that ART varies (dropout, weight decay). Name what to try in [stages.regularize] attempts."
)


@dataclass
class Attempt:
    """One way of regularizing, and what came of it."""

    settings: dict[str, Any]
    scores: dict[str, float]
    checkpoint: Path | None
    seen: Seen
    remembered: bool = False
    diverged: str = ""


@stages("art.Regularize.v1")
class Regularize(Stage):
    """Regularize: try ways to close the gap between training and validation, in order.

    Once a model can overfit, some of its training score is worth giving up for validation score:
    more data, augmentation, dropout, weight decay, a smaller model, stopping early (Karpathy
    2019, step 4). Each attempt is a set of config overrides; the config as it stands is tried
    first. Attempts go on until the gap of the best one is small; the one with the best validation
    score wins, its settings go into the record and later stages start from them. What was tried
    is remembered over runs: an attempt whose inputs are unchanged is not trained again.

    Args:
        attempts: overrides to try, in order; some are proposed where this is empty.
        gap: attempts stop when train score - val score of the best is at most this.
        patience: epochs without a better validation score before an attempt ends.
    """

    hints: ClassVar[dict[str, str]] = {
        "gap": "The model still does much better on the training split than on the validation "
        "split. Get more data, augment it, add stronger attempts to [stages.regularize], or make "
        "the model smaller. If it happens from the first epoch on, look for splits that differ.",
        "holds": "The winner is worse on validation than the model that simply overfitted. The "
        "attempts regularize too much, or train too briefly for what they regularize.",
        "keeps_up": "A simple model does far better on the validation split. Look for an "
        "augmentation that changes what the label says, inputs that are prepared differently in "
        "training and validation, layers that see the inputs in the wrong order, and a learning "
        "rate that is far off.",
        "measured": "No validation score was measured. Does the data have a val split?",
    }
    reasons: ClassVar[dict[str, str]] = {
        "measured": "The network was scored on what it has not trained on.",
        "keeps_up": "No simple model is far better on what neither has trained on.",
        "holds": "Validation does not get worse than it was without.",
        "gap": "Training and validation scores are close.",
    }

    def __init__(
        self,
        attempts: list[dict[str, Any]] | None = None,
        gap: Annotated[float, Ge(0)] = 0.02,
        patience: Annotated[int, Ge(1)] | None = None,
    ) -> None:
        self.attempts = attempts or []
        self.gap = gap
        self.patience = patience

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """The winner holds what overfitting reached on validation; a wide gap is a warning.

        Without a validation split there is nothing to hold, and that is a warning.
        """
        if not profile.score:
            return {}
        score = f"val/{profile.score}"
        checks: dict[str, Any] = {}
        if profile.own_loss:  # a user's own module may predict what cannot be scored
            measured = {"@checks": "art.Exists.v1", "score": score, "severity": "warn"}
            checks["measured"] = measured
        if "baseline" in stages:
            beats = {"@checks": "art.Beats.v1", "score": score, "stage": "baseline"}
            checks["keeps_up"] = {**beats, "margin": KEEPS_UP, "optional": True}
        if "overfit" in stages:
            checks["holds"] = {
                "@checks": "art.Beats.v1",
                "score": score,
                "stage": "overfit",
                "margin": -0.02,
                "noise": f"{score}_error",
                "optional": True,
            }
        checks["gap"] = {
            "@checks": "art.LessThan.v1",
            "score": "gap",
            "value": 0.1 if profile.kind in CLASSES else 0.3,
            "severity": "warn",
            "optional": True,
        }
        return checks

    def run(self, context: StageContext) -> Outcome:
        """Try attempts until the gap closes; keep the best."""
        memory = self._recall(context)
        tried: list[Attempt] = []
        best: Attempt | None = None
        plans = self._plans(context)
        for index, settings in enumerate(plans):
            about = f"attempt {index + 1}/{len(plans)}: {_words(settings)}"
            context.progress(0, 1, about)  # of this attempt: how many it takes, nobody knows
            attempt = memory.get(_key(context, settings)) or self._try(context, settings, index)
            tried.append(attempt)
            context.note(f"attempt {_words(settings)}: {json.dumps(attempt.scores)}")
            if best is None or _rank(attempt, context.profile) > _rank(best, context.profile):
                best = attempt
            gap = _gap(best, context.profile)
            comparable = math.isfinite(_validation(best, context.profile)) or best.diverged
            if not comparable or (gap is not None and gap <= self.gap):
                break
        assert best is not None
        best = self._secure(context, best)
        self._remember(context, tried)
        return self._outcome(context, tried, best)

    def _plans(self, context: StageContext) -> list[dict[str, Any]]:
        if self.attempts:
            return [dict(attempt) for attempt in self.attempts]
        known = context.settings_of(("model", "optimizer", "task", "data"))
        return [{}, *(dict(plan) for plan in PROPOSED if all(name in known for name in plan))]

    def _try(self, context: StageContext, settings: dict[str, Any], index: int) -> Attempt:
        profile = context.profile
        training: dict[str, Any] = {"patience": self.patience} if self.patience else {}
        fit = context.fit(
            overrides=settings,
            folder=f"{STATES}/attempt-{index + 1}",
            monitor=f"val/{profile.score}" if profile.score else "val/loss",
            higher_is_better=profile.higher_is_better if profile.score else False,
            **training,
        )
        scores = dict(fit.scores)
        if "val" in fit.seen.predictions:
            parts = fit.seen.predictions["val"], fit.seen.targets["val"]
            error = standard_error(profile, *parts)
            if error is not None:
                scores[f"val/{profile.score}_error"] = error
        return Attempt(settings, scores, fit.checkpoint, fit.seen, diverged=fit.diverged)

    def _secure(self, context: StageContext, best: Attempt) -> Attempt:
        """The winner with its weights: a remembered one may have lost them since."""
        if best.checkpoint is not None and best.checkpoint.is_file():
            return best
        return self._try(context, best.settings, 0)

    def _outcome(self, context: StageContext, tried: list[Attempt], best: Attempt) -> Outcome:
        outcome = Outcome(scores=dict(best.scores), settings=best.settings, seen=best.seen)
        outcome.diverged = best.diverged
        gap = _gap(best, context.profile)
        if gap is not None:
            outcome.scores["gap"] = gap
        if not math.isfinite(_validation(best, context.profile)) and not best.diverged:
            context.note("nothing was measured on a validation split: one attempt was made")
        elif gap is not None and gap > self.gap and tried == [best] and not best.settings:
            context.note(NOTHING_TO_TRY, explains=True)
        outcome.scores["attempts"] = float(len(tried))
        outcome.seen.data_info = context.data_info
        assert best.checkpoint is not None
        outcome.artifacts["checkpoint"] = _kept(context, best.checkpoint)
        names = sorted({name for attempt in tried for name in attempt.scores})
        outcome.tables["attempts"] = (
            ["attempt", "remembered", "gap", *names],
            [
                [
                    _words(attempt.settings),
                    "yes" if attempt.remembered else "no",
                    _gap(attempt, context.profile),
                    *(attempt.scores.get(name) for name in names),
                ]
                for attempt in tried
            ],
        )
        outcome.artifacts["memory"] = context.folder / MEMORY
        return outcome

    # Memory over runs: each run leaves what it tried, under a digest of all it depended on.

    def _recall(self, context: StageContext) -> dict[str, Attempt]:
        memory: dict[str, Attempt] = {}
        for run in context.previous():
            if not run.has("memory"):
                continue
            for entry in _entries(run.artifact("memory")):
                winner = entry["winner"] and run.has("checkpoint")
                memory[entry["key"]] = Attempt(
                    entry["settings"],
                    entry["scores"],
                    run.artifact("checkpoint") if winner else None,
                    Seen(),
                    remembered=True,
                    diverged=str(entry.get("diverged", "")),
                )
        return memory

    def _remember(self, context: StageContext, tried: list[Attempt]) -> None:
        best = max(tried, key=lambda attempt: _rank(attempt, context.profile))
        entries = [
            {
                "key": _key(context, attempt.settings),
                "settings": attempt.settings,
                "scores": attempt.scores,
                "winner": attempt is best,
                "diverged": attempt.diverged,
            }
            for attempt in tried
        ]
        atomic_write(context.folder / MEMORY, json.dumps(entries, indent=2))


def _entries(path: Path) -> list[dict[str, Any]]:
    """What a run remembers; nothing where the file makes no sense."""
    try:
        entries = json.loads(read_stored(path))
        return [entry for entry in entries if _is_whole(entry)]
    except (OSError, ValueError, TypeError, RecursionError):
        return []


def _is_whole(entry: Any) -> bool:
    """Whether an entry has what `_remember` writes, its settings those of its key."""
    kinds = {"key": str, "settings": dict, "scores": dict, "winner": bool}
    if not isinstance(entry, dict) or not all(
        isinstance(entry.get(name), kind) for name, kind in kinds.items()
    ):
        return False
    fits = entry["key"].endswith(json.dumps(entry["settings"], sort_keys=True))
    return fits and all(isinstance(score, float) for score in entry["scores"].values())


def _key(context: StageContext, settings: Mapping[str, Any]) -> str:
    return context.fingerprint + json.dumps(settings, sort_keys=True)


def _rank(attempt: Attempt, profile: TaskProfile) -> tuple[bool, float]:
    """The higher the better; one that diverged is behind all that did not."""
    return not attempt.diverged, _validation(attempt, profile)


def _validation(attempt: Attempt, profile: TaskProfile) -> float:
    value = attempt.scores.get(f"val/{profile.score}")
    if value is None:
        return -attempt.scores.get("val/loss", float("inf"))
    return value if profile.higher_is_better else -value


def _gap(attempt: Attempt, profile: TaskProfile) -> float | None:
    """Train score minus val score, positive where the model overfits; of the losses where the task
    has no score. None where one of the two was not measured."""
    name = profile.score or "loss"
    train, val = attempt.scores.get(f"train/{name}"), attempt.scores.get(f"val/{name}")
    if train is None or val is None:
        return None
    return train - val if profile.score and profile.higher_is_better else val - train


def _words(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items()) or "as configured"


def _kept(context: StageContext, winner: Path) -> Path:
    """The winner's checkpoint in `checkpoints/`; what the stage goes on from goes with its end."""
    from art.training.checkpoints.door import copy_checkpoint

    target = context.folder / "checkpoints" / "best.ckpt"
    copy_checkpoint(winner, target)
    return target
