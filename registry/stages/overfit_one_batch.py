"""The stage that proves a model can learn at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar

from annotated_types import Ge, Gt, Lt

from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.core.visualizer import Seen
from art.registries import stages
from art.registry.stages._gentle import without_regularization
from art.registry.stages._probing import CHECKS, run_probes


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
        stop_ratio: stops when the loss has fallen to this share of the first one.
        probes: what is measured of the program itself, by registered name.
    """

    examines: ClassVar[str] = "model"
    hints: ClassVar[dict[str, str]] = {
        "learnt": "The model gets samples wrong that it has seen hundreds of times. Look for a "
        "missing zero_grad, layers that are frozen or detached, a loss whose sign or input is "
        "wrong, labels that contradict each other, and a learning rate 10 times too high or too "
        "low. A slow but sound model may just need more steps: [stages.overfit_one_batch] "
        "max_steps.",
        "loss": "The model cannot learn one batch by heart. Look for a missing or misplaced "
        "zero_grad, layers that are frozen, detached or missing from the optimizer, a loss whose "
        "sign or input is wrong, and a learning rate 10 times too high or too low. A slow but "
        "sound model may just need more steps: [stages.overfit_one_batch] max_steps.",
        "finite": "The loss became infinite or NaN. Lower the learning rate, and look for a "
        "logarithm or division of values near zero.",
    }

    def __init__(
        self,
        max_steps: Annotated[int, Ge(1)] = 1000,
        stop_ratio: Annotated[float, Gt(0), Lt(1)] = 0.001,
        probes: list[str] = ["art.GradientReset.v1", "art.ParameterLedger.v1"],  # noqa: B006 - read
    ) -> None:
        self.max_steps = max_steps
        self.stop_ratio = stop_ratio
        self.probes = probes

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """The loss falls to almost nothing."""
        finite = {"@checks": "art.Exists.v1", "score": "train/loss"}
        if profile.own_loss and profile.kind == "classification":
            check = {"@checks": "art.LessThan.v1", "score": "train/loss", "value": 0.01}
        elif profile.kind == "segmentation":  # the pixels along an outline are learnt last
            check = {"@checks": "art.LessThan.v1", "score": "train/loss_ratio", "value": 0.2}
        elif profile.kind == "classification" and profile.score:
            # a loss of the user's own may have a floor, as label smoothing gives it one
            learnt = {"@checks": "art.GreaterThan.v1", "score": f"train/{profile.score}"}
            return {**CHECKS, "finite": finite, "learnt": {**learnt, "value": 0.99}}
        else:  # the loss's scale is not known, its fall is
            check = {"@checks": "art.LessThan.v1", "score": "train/loss_ratio", "value": 0.05}
        return {**CHECKS, "finite": finite, "loss": check}

    @classmethod
    def default_overrides(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Switch off what regularizes."""
        return without_regularization(settings)

    def run(self, context: StageContext) -> Outcome:
        """Train on the first training batch alone."""
        data = context.build_data()
        batch = next(iter(context.loader(data, "train")))
        fit = context.fit(batches=[batch], max_steps=self.max_steps, stop_ratio=self.stop_ratio)
        losses = [value for _, _, value in fit.history.get("train/loss", ())]
        scores: dict[str, float] = {"train/steps": float(fit.steps)}
        if losses:
            scores["train/first_loss"] = losses[0]
            scores["train/loss"] = losses[-1]
            scores["train/loss_ratio"] = losses[-1] / losses[0] if losses[0] else 0.0
        scores |= context.batch_scores(fit.module, batch)
        outcome = self.examine(context)
        outcome.scores = scores | outcome.scores
        outcome.seen = Seen(history=fit.history, scores=outcome.scores)
        return outcome

    def examine(self, context: StageContext) -> Outcome:
        """The probes alone."""
        outcome = Outcome()
        run_probes(self.probes, context, outcome)
        return outcome
