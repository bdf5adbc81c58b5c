"""The stage that proves a model is large enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.registries import stages
from art.registry.stages._gentle import without_regularization
from art.registry.stages._kinds import CLASSES
from art.registry.stages._losses import say_loss_is_missing


@stages("art.Overfit.v1")
class Overfit(Stage):
    """Overfit the training split: first a model large enough, regularization afterwards.

    If no training error can be reached that is low enough, the model is too small, the training
    too short, or something is wrong, and no regularization will help (Karpathy 2019, step 3). The
    model is trained without regularization, and its weights with the best training score are
    kept; `[training] early_stopping_patience` is passed over. It must do better on the training
    split than the baseline does.

    Args:
        max_epochs: passes over the training split; `[training] max_epochs` where null.
        stop_at: training stops when the deciding score on the training split reaches this.
    """

    hints: ClassVar[dict[str, str]] = {
        "reached": "The model does not learn its training split. Give it more epochs or a higher "
        "learning rate; then a wider or deeper model. If the one batch was learnt and the split "
        "is not, look for labels that contradict each other and for a shuffle that "
        "separates inputs from targets.",
        "beats_baseline": "A simple model does better on the training split. Train longer, make "
        "the model larger, or look at the learning rate.",
        "learns": "The model does no better on its own training split than one that ignores its "
        "inputs. Look for inputs that do not reach the output, labels that do not belong to their "
        "inputs, a loss whose sign is wrong, and a learning rate that is far off.",
        "finite": "Training diverged. Lower the learning rate.",
    }
    reasons: ClassVar[dict[str, str]] = {
        "reached": "The network is large enough to learn what it trains on.",
        "beats_baseline": "It learns about what the simple models do.",
        "learns": "It learns more than one that ignores its inputs.",
        "finite": "The loss is a number.",
    }

    def __init__(
        self, max_epochs: Annotated[int, Ge(1)] | None = None, stop_at: float | None = None
    ) -> None:
        self.max_epochs = max_epochs
        self.stop_at = stop_at

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """No worse on the training split than a model that ignores its inputs; the rest warns.

        A high training score and the baseline's are goals, and no proof of a mistake: a small
        model, a short training and a hard task miss the one, and a simple model that remembers its
        rows has a training score that says nothing.
        """
        if not profile.score:
            finite = {"@checks": "art.Exists.v1", "score": "train/loss"}
            return {"finite": {**finite, **({} if profile.own_loss else {"optional": True})}}
        score = f"train/{profile.score}"
        classes = profile.kind in CLASSES
        reached = {
            "@checks": "art.GreaterThan.v1",
            "score": score,
            "value": 0.95 if classes else 0.8,
        }
        mild = {"optional": True, "severity": "warn"}
        checks = {"reached": {**reached, **mild}}
        if "baseline" in stages:
            beats = {"@checks": "art.Beats.v1", "score": score, "stage": "baseline"}
            checks["beats_baseline"] = {**beats, "margin": -0.01, **mild}
            ignorant = f"{score}/{'majority' if classes else 'mean'}"
            checks["learns"] = {**beats, "margin": -0.01, "against": ignorant, "optional": True}
        return checks

    @classmethod
    def default_overrides(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Switch off what regularizes."""
        return without_regularization(settings)

    def run(self, context: StageContext) -> Outcome:
        """Train on the whole training split."""
        profile = context.profile
        score = f"train/{profile.score}" if profile.score else "train/loss"
        fit = context.fit(
            max_epochs=self.max_epochs or context.max_epochs,
            monitor=score,
            higher_is_better=profile.higher_is_better if profile.score else False,
            stop_at=None if self.stop_at is None else (score, self.stop_at),
            patience=None,
        )
        outcome = Outcome(scores=dict(fit.scores), seen=fit.seen, diverged=fit.diverged)
        say_loss_is_missing(outcome.scores, fit)
        outcome.seen.data_info = context.data_info
        if fit.checkpoint is not None:
            outcome.artifacts["checkpoint"] = fit.checkpoint
        return outcome
