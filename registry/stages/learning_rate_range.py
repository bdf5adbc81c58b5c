"""The stage that tries learning rates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from annotated_types import Ge, Gt

from art.core.figure import Lines, Mark, Series
from art.core.stage import Outcome, Stage, StageContext
from art.core.task import TaskProfile
from art.errors import UserError
from art.registries import stages
from art.registry.stages._gentle import without_regularization

if TYPE_CHECKING:
    import numpy as np

BELOW = 10.0
"""The suggested rate is so many times lower than the one at the lowest loss (Gugger 2018)."""
BROKEN = 4.0
"""Training has broken down when three losses in turn are so many times the lowest one: one hard
batch says nothing (Gugger 2018)."""
WIDTH = 0.025
"""Of the range, the standard deviation of the Gaussian that losses are averaged with."""
MOST_BYTES = 256 * 2**20
"""Of training batches that are kept, to be trained on in turn."""
FEWEST = 10


@stages("art.LearningRateRange.v1")
class LearningRateRange(Stage):
    """The learning-rate range test: a short training whose rate grows from step to step.

    Where the loss begins to fall, the rate is no longer too low; where it rises again, it is too
    high (Smith 2017, Cyclical learning rates, 3.3). A tenth of the rate at which the averaged loss
    is lowest is suggested (Gugger 2018, How do you find a good learning rate). Nothing is changed
    by it: the rate is yours to set. The model's weights are thrown away.

    Args:
        lowest: the rate of the first step.
        highest: the rate of the last one. Losses after a breakdown, to four times the lowest one,
            are not looked at.
        max_steps: steps between the two.
    """

    reasons: ClassVar[dict[str, str]] = {
        "too_high": "The rate of the config is below the one at which the loss is lowest.",
        "too_low": "It is not a hundred times lower than the suggested one.",
    }
    hints: ClassVar[dict[str, str]] = {
        "too_high": "At the config's learning rate the loss no longer falls in the range test. "
        "Look at the figure loss_by_rate, and lower it to about the suggested rate.",
        "too_low": "The config's learning rate is far below the suggested one. Look at the figure "
        "loss_by_rate, and raise it, unless the weights are pretrained.",
    }

    def __init__(
        self,
        lowest: Annotated[float, Gt(0)] = 1e-6,
        highest: Annotated[float, Gt(0)] = 10.0,
        max_steps: Annotated[int, Ge(FEWEST)] = 200,
    ) -> None:
        if lowest >= highest:
            raise UserError(f"lowest is {lowest:g}, highest {highest:g}: highest must be larger.")
        self.lowest, self.highest, self.max_steps = lowest, highest, max_steps

    @classmethod
    def default_checks(cls, profile: TaskProfile, stages: Sequence[str]) -> dict[str, Any]:
        """Rates that are far off are warned of: the test is short, and a schedule may be meant."""
        ratio: dict[str, Any] = {"score": "rate/own_over_suggested", "optional": True}
        mild = {"severity": "warn"}
        return {
            "too_high": {"@checks": "art.LessThan.v1", **ratio, "value": BELOW, **mild},
            "too_low": {"@checks": "art.GreaterThan.v1", **ratio, "value": 0.01, **mild},
        }

    @classmethod
    def default_overrides(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Switch off what regularizes."""
        return without_regularization(settings)

    def run(self, context: StageContext) -> Outcome:
        """Train once from the first weights, and look at the losses."""
        from art.training.probing.ranging import Growing

        batches = _some(context.loader(context.build_data(), "train"), self.max_steps)
        growing = Growing(self.lowest, self.highest, self.max_steps)
        fit = context.fit(
            batches=batches, max_steps=self.max_steps, callbacks=[growing], alone=True
        )
        own = max((group.rate for group in growing.groups), default=0.0)
        outcome = Outcome()
        losses = [value for _, _, value in fit.history.get("train/loss", ())]
        until = min(_breakdown(losses), len(growing.rates))
        if until < FEWEST:
            context.note("training broke down, or gave no loss, before rates could be compared")
            outcome.scores["rate/own"] = own
            return outcome
        _look(outcome, growing.rates[:until], losses[:until], own)
        outcome.scores["rate/own"] = own  # after the suggested one, which stands in the report
        suggested = outcome.scores.get("rate/suggested")
        if suggested:
            context.note(f"the range test suggests [optimizer] lr = {suggested:.2g}")
        else:
            context.note("the loss falls at no rate: the range test suggests none")
        return outcome


def _some(loader: Any, most: int) -> list[Any]:
    """As many batches as are needed, or as the memory should hold."""
    from art.training.data_modules.batches import tensors_of

    found: list[Any] = []
    size = 0
    for batch in islice(loader, most):
        found.append(batch)
        size += sum(tensor.nbytes for tensor in tensors_of(batch))
        if size > MOST_BYTES:
            break
    return found


def _breakdown(losses: Sequence[float]) -> int:
    """How many losses there are before the first that is not finite, or far above the lowest."""
    best = math.inf
    for step, loss in enumerate(losses):
        best = min(best, loss)
        recent = losses[max(0, step - 2) : step + 1]
        if not math.isfinite(loss) or (best > 0 and min(recent) > BROKEN * best):
            return step
    return len(losses)


def _look(outcome: Outcome, rates: list[float], losses: list[float], own: float) -> None:
    import numpy as np

    rate, loss = np.asarray(rates), np.asarray(losses)
    smooth = _averaged(loss, WIDTH * len(rates))
    at = int(smooth.argmin())
    scores = outcome.scores
    noise = float((loss - smooth)[: at + 1].std()) / FEWEST**0.5  # of the batches, before the rise
    if smooth[at] < smooth[0] - 2 * noise:
        scores["rate/suggested"] = float(rate[at] / BELOW)
        scores["rate/lowest_loss"] = float(rate[at])
        scores["rate/own_over_suggested"] = own * BELOW / float(rate[at])
    rows = zip(rate.tolist(), loss.tolist(), smooth.tolist(), strict=True)
    outcome.tables["rates"] = (["rate", "loss", "averaged"], [list(row) for row in rows])
    marks = [
        Mark(name, where, float(np.interp(np.log(where), np.log(rate), smooth)))
        for name, where in (
            ("suggested", scores.get("rate/suggested", 0.0)), ("the config's", own)
        )
        if rate[0] <= where <= rate[-1]
    ]  # fmt: skip
    outcome.figures["loss_by_rate"] = Lines(
        "Loss while the learning rate grows",
        [Series("loss", rate.tolist(), loss.tolist()),
         Series("averaged", rate.tolist(), smooth.tolist())],
        "learning rate", "loss", log_x=True, marks=marks,
    )  # fmt: skip


def _averaged(values: np.ndarray, width: float) -> np.ndarray:
    """Means with a Gaussian's weights, centred, so that the minimum stays where it is."""
    import numpy as np

    places = np.arange(len(values))
    weights = np.exp(-0.5 * ((places[:, None] - places) / max(width, 1e-9)) ** 2)
    averaged: np.ndarray = weights @ values / weights.sum(1)
    return averaged
