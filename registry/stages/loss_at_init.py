"""The stage that looks at an untrained model's loss."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any, ClassVar

from annotated_types import Ge

from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.registries import stages
from art.registry.stages._kinds import CLASSES
from art.registry.stages._losses import say_loss_is_missing
from art.registry.stages._probing import CHECKS, MODEL_PROBES, reasons_of, run_probes

OF_NUMBERS = 2.0
"""How far, in sizes of the targets' variance, a squared error may be from it.

PyTorch's usual initialization gives a linear layer outputs of a third of its inputs' variance, and
where the inputs are correlated a draw may give several times that: of 200 means over three draws, a
linear regression on diabetes has a quarter above 1.5 and one in fifty above 2, none above 2.7.
"""


@stages("art.LossAtInit.v1")
class LossAtInit(Stage):
    """Verify the loss at init: an untrained model must be as wrong as one that knows nothing.

    A model that has seen nothing should find every class equally likely, so its cross-entropy is
    ln C; a regression's squared error is the targets' variance (Karpathy 2019, step 2). A first
    loss far from that is the cheapest sign there is of a softmax too many, of a wrong reduction,
    of targets in other units than the outputs, or of a bad initialization. It is measured over
    several seeds, since one draw of the weights may be lucky.

    Args:
        seeds: fresh models to measure.
        batches: training batches to measure each on, at most.
        probes: what is measured of the program itself, by registered name; ART's own choice
            where null.
    """

    examines: ClassVar[str] = "model"
    hints: ClassVar[dict[str, str]] = {
        "loss": "The untrained model's loss is not that of a model that knows nothing. Look for a "
        "softmax before the cross-entropy or none before an NLL loss, for a loss summed instead "
        "of averaged, for targets and outputs in different units, and for an initialization of "
        "the last layer that is too large (or a final bias that is already fitted: then declare "
        "so by this check's value).",
        "finite": "The first loss is not a finite number. Look for a logarithm of zero, a "
        "division by zero, NaN inputs, or weights that were never initialized.",
    }
    reasons: ClassVar[dict[str, str]] = {
        **reasons_of("in the program"),
        "finite": "The loss is a number.",
        "loss": "The loss is what guessing costs.",
    }

    def __init__(
        self,
        seeds: Annotated[int, Ge(1)] = 3,
        batches: Annotated[int, Ge(1)] = 4,
        probes: list[str] | None = None,
    ) -> None:
        self.seeds = seeds
        self.batches = batches
        self.probes = MODEL_PROBES if probes is None else probes

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """The loss is finite and, where ART knows what to expect, close to it."""
        checks: dict[str, Any] = dict(CHECKS)
        checks["finite"] = {"@checks": "art.Exists.v1", "score": "train/loss"}
        if not profile.own_loss:  # one that optimizes by hand need not say a loss
            checks["finite"]["optional"] = True
        if profile.own_loss:
            checks["loss"] = {
                "@checks": "art.CloseTo.v1",
                "score": "train/loss",
                "value": "train/expected_loss",
                "relative": 0.25 if profile.kind in CLASSES else OF_NUMBERS,
            }
        return checks

    def run(self, context: StageContext) -> Outcome:
        """The mean loss over fresh models, and the expected one."""
        losses: list[float] = []
        for index in range(self.seeds):
            context.progress(index, self.seeds, f"seed {index + 1}")
            loss = self._first_loss(context, context.seed + index)
            losses += [] if loss is None else [loss]
        mean = sum(losses) / len(losses) if losses else math.nan
        scores: dict[str, float] = {}
        if losses:
            scores = {"train/loss": mean, "train/loss_spread": _spread(losses, mean)}
        info = context.data_info
        if not losses:
            pass  # a step that says no loss is held to none
        elif context.task is not None:
            scores["train/expected_loss"] = context.task.expected_loss(info)
        elif info.kind in CLASSES:
            scores["train/expected_loss"] = math.log(info.output_size)
        if info.class_counts and "train/expected_loss" in scores:
            # a final bias that knows the prior already is no fault (Karpathy 2019, "init well")
            scores["train/expected_loss"] = min(
                max(mean, info.prior_entropy), scores["train/expected_loss"]
            )
        outcome = self.examine(context)
        outcome.scores = scores | outcome.scores
        return outcome

    def examine(self, context: StageContext) -> Outcome:
        """The probes alone."""
        outcome = Outcome()
        run_probes(self.probes, context, outcome)
        return outcome

    def _first_loss(self, context: StageContext, seed: int) -> float | None:
        """None where a module that optimizes by hand says no loss."""
        data = context.build_data()
        batches = list(islice(iter(context.loader(data, "train")), self.batches))
        model = context.build_model(seed=seed)
        loss = context.untrained_loss(model, batches)
        if loss is not None:
            return loss
        # a user's own loss is only to be had from its own training step
        fit = context.fit(batches=batches[:1], seed=seed, max_steps=1)
        first = fit.history.get("train/loss")
        scores = {"train/loss": first[0][2]} if first else {}
        say_loss_is_missing(scores, fit)
        return scores.get("train/loss")


def _spread(values: list[float], mean: float) -> float:
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
