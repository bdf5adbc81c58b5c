"""The stage that proves a model can learn at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Lt

from art.core.probe import ProbeReport
from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.core.visualizer import Seen
from art.registries import stages
from art.registry.stages._gentle import without_regularization
from art.registry.stages._losses import say_loss_is_missing
from art.registry.stages._probing import CHECKS, TRAINING_PROBES, reasons_of, run_probes

FLAT = 100
"""Steps in which a loss that has fallen falls no further: it has come to a floor."""
LEARNT = 0.02
"""The share of its first value by which a loss of the user's own must fall."""


@stages("art.OverfitOneBatch.v1")
class OverfitOneBatch(Stage):
    """Overfit one batch: a model that cannot learn one batch by heart will learn nothing.

    The loss on a single batch, seen again and again, must fall to almost nothing (Karpathy 2019,
    step 2). What cannot be explained by hard data then shows: a gradient that does not flow, an
    optimizer that owns other parameters, a missing or wrong `zero_grad`, targets that do not
    belong to their inputs within the batch, a model too small or a learning rate far off.
    Regularization is switched off where the config has any.

    Args:
        max_steps: optimizer steps on the batch, at most; a slow but sound model needs hundreds.
            A loss that has fallen and falls no further ends it as well.
        stop_ratio: stops when the loss has fallen to this share of the first one; where null, to
            0.001 of it, or of masks to 0.1, since the pixels along an outline are learnt last.
        probes: what is measured of the program itself, by registered name; ART's own choice
            where null.
    """

    examines: ClassVar[str] = "model"
    hints: ClassVar[dict[str, str]] = {
        "learnt": "The model does not learn one batch, seen hundreds of times. Look for a "
        "missing zero_grad, layers that are frozen or detached, a loss whose sign or input is "
        "wrong, labels that contradict each other, and a learning rate 10 times too high or too "
        "low. A slow but sound model may just need more steps: [stages.overfit_one_batch] "
        "max_steps.",
        "loss": "The model does not learn one batch by heart. If it is meant to be as small as it "
        "is, let it be; else look for layers that are frozen, detached or missing from the "
        "optimizer, and for a learning rate 10 times too high or too low. A slow but sound model "
        "may just need more steps: [stages.overfit_one_batch] max_steps.",
        "by_heart": "The model gets samples wrong that it has seen hundreds of times. If it is "
        "meant to be as small or as regularized as it is, let it be; else look at the learning "
        "rate.",
        "finite": "The loss became infinite or NaN. Lower the learning rate, and look for a "
        "logarithm or division of values near zero.",
    }
    reasons: ClassVar[dict[str, str]] = {
        **reasons_of("in how it learns"),
        "finite": "The loss is a number.",
        "loss": "The batch is learned by heart.",
        "learnt": "The loss of the batch falls.",
        "by_heart": "The batch is known by heart.",
    }

    def __init__(
        self,
        max_steps: Annotated[int, Ge(1)] = 1000,
        stop_ratio: Annotated[float, Gt(0), Lt(1)] | None = None,
        probes: list[str] | None = None,
    ) -> None:
        self.max_steps = max_steps
        self.stop_ratio = stop_ratio
        self.probes = TRAINING_PROBES if probes is None else probes

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """The loss falls; that it falls to almost nothing, or the batch is known, is a warning.

        A loss of the user's own may have a floor that ART does not know, as label smoothing, a
        contrastive loss and dropout that stays on give it one. So may a sound small model: one
        linear layer has no more parameters than a batch has rows.
        """
        finite: dict[str, Any] = {"@checks": "art.Exists.v1", "score": "train/loss"}
        learnt = {"@checks": "art.GreaterThan.v1", "score": "train/progress", "value": LEARNT}
        mild: dict[str, Any] = {"optional": True, "severity": "warn"}
        checks = {**CHECKS, "finite": finite, "learnt": {**learnt, "optional": True}}
        if not profile.own_loss:
            finite["optional"] = True  # one that optimizes by hand need not say a loss
            if profile.kind == "classification" and profile.score:
                by_heart = {**learnt, "score": f"train/{profile.score}", "value": 0.99}
                checks["by_heart"] = {**by_heart, **mild}
        elif profile.kind == "classification":
            checks["loss"] = {**_below("train/loss", 0.01), **mild}
        else:  # the pixels along an outline are learnt last; of numbers the loss's scale is unknown
            value = 0.2 if profile.kind == "segmentation" else 0.05
            checks["loss"] = {**_below("train/loss_ratio", value), **mild}
        return checks

    @classmethod
    def default_overrides(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Switch off what regularizes."""
        return without_regularization(settings)

    def run(self, context: StageContext) -> Outcome:
        """Train on the first training batch alone."""
        from art.training.probing.one_batch import longest_run
        from art.training.probing.rescaling import Rescaled, Started
        from art.training.probing.standing import stand_still

        data = context.build_data()
        batch = next(iter(context.loader(data, "train")))
        # one batch has no epochs, so a user's own schedule would be held at its beginning
        start = Started() if context.profile.own_loss else Rescaled()
        enough = 0.1 if context.profile.kind == "segmentation" else 0.001
        fit = context.fit(
            batches=[batch],
            max_steps=self.max_steps,
            stop_ratio=self.stop_ratio or enough,
            stop_flat=FLAT,
            callbacks=[start],
        )
        losses = [value for _, _, value in fit.history.get("train/loss", ())]
        run = context.once(longest_run)
        run.losses, run.groups = losses, start.groups
        scores: dict[str, float] = {"train/steps": float(fit.steps)}
        if losses:
            scores["train/first_loss"] = losses[0]
            scores["train/loss"] = losses[-1]
            scores["train/loss_ratio"] = losses[-1] / losses[0] if losses[0] else 0.0
            scores["train/progress"] = progress(losses)
        say_loss_is_missing(scores, fit)
        scores |= context.batch_scores(fit.module, batch)
        unlearnt = scores.get("train/progress", 1.0) <= LEARNT and not context.profile.own_loss
        why = context.once(stand_still).why_not_judged if unlearnt else ""
        if why:
            del scores["train/progress"]
        diverged, history = fit.diverged, fit.history
        del fit  # the probes train models of their own: this one's memory is theirs
        outcome = self.examine(context)
        if why:
            outcome.probes.append(ProbeReport("the check 'learnt'", not_judged=why))
        outcome.diverged = diverged
        outcome.scores = scores | outcome.scores
        outcome.seen = Seen(history=history, scores=outcome.scores)
        return outcome

    def examine(self, context: StageContext) -> Outcome:
        """The probes alone."""
        outcome = Outcome()
        run_probes(self.probes, context, outcome)
        return outcome


def _below(score: str, value: float) -> dict[str, Any]:
    return {"@checks": "art.LessThan.v1", "score": score, "value": value}


def progress(losses: Sequence[float]) -> float:
    """The share of the first loss by which the last ones lie below it; noise is averaged out.

    A loss that starts near 0 or below it has no floor at 0: its fall is taken as a share of its
    size there.
    """
    first = losses[0]
    last = sum(losses[-5:]) / len(losses[-5:])
    return (first - last) / max(abs(first), 1e-12)
