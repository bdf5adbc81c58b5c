"""Is the model in eval mode a function of its inputs?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes


@probes("art.DroppedInEval.v1")
class DroppedInEval(Probe):
    """In eval mode the same batch must give the same outputs twice.

    What differs is listened to: a dropout that is at work in eval mode is a mistake, other draws
    may be meant. `[contract] stochastic` lifts both.
    """

    cost: ClassVar[str] = "2 forward, 3 where they differ"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare two forward passes; where they differ, listen to the draws of a third."""
        import torch

        from art.training.probing.drawing import Draws
        from art.training.scoring.calling import evaluating
        from art.training.wrapping import TaskModule

        model = context.build_model().cpu()
        if isinstance(model, TaskModule) or context.contract.stochastic:
            return []
        data = context.build_data()
        batch = next(iter(context.loader(data, "train")))
        draws = Draws()
        with evaluating(model), torch.no_grad():
            said = _outputs_of(model, batch, context)
            if said is None or _equal(said, _outputs_of(model, batch, context)):
                return []
            # while it is listened to, attention takes a slower way that rounds differently
            with draws:
                _outputs_of(model, batch, context)
        if draws.dropped:
            return [
                Suspicion(
                    "dropout is always on: it is at work in eval mode",
                    f"two forward passes of one batch differ in eval mode, and "
                    f"{draws.dropped[0]} was called",
                    "Pass training=self.training to a functional dropout, or use nn.Dropout. If it "
                    "is meant to be on (Monte Carlo dropout), declare [contract] stochastic = "
                    "true.",
                    "forward",
                )
            ]
        by = f", and {', '.join(draws.drawn[:2])} was called" if draws.drawn else ""
        return [
            Suspicion(
                "the model draws at random in eval mode",
                f"two forward passes of one batch differ{by}",
                "Use the mean in eval mode, or declare [contract] stochastic = true.",
                "forward",
                certain=False,
            )
        ]


def _outputs_of(model: Any, batch: Any, context: StageContext) -> Any:
    """What `forward` gives for the inputs, else what is read as predictions; None for neither."""
    from art.training.data_modules.batches import inputs_of

    try:
        return model(inputs_of(batch))
    except Exception:  # its forward takes something else, or its layers are made later
        return context.predictions(model, batch)


def _equal(one: Any, other: Any) -> bool:
    """Whether two outputs are the same, bit for bit; NaN equals NaN."""
    import torch

    if isinstance(one, torch.Tensor) and isinstance(other, torch.Tensor):
        if one.shape != other.shape:
            return False
        same = (one == other) | (one.isnan() & other.isnan()) if one.is_floating_point() else (
            one == other
        )  # fmt: skip
        return bool(same.all())
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_equal, one, other))
    return True
