"""Are the units of a model alive, and different from each other?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor, nn

SAMPLES = 32
"""Samples that a unit must be silent for before it counts as dead."""
SOME, MOST = 0.25, 0.6
STEPS = 8


@probes("art.LivingUnits.v1")
class LivingUnits(Probe):
    """Units must answer differently to different samples.

    A ReLU that is 0 for every sample gets no gradient and never will; a sigmoid or tanh that is at
    its end for every sample gets next to none (Glorot and Bengio 2010). A quarter of such units is
    suspicious, more than half of a layer is a fault: biases or weights are initialized far off, or
    the inputs are.
    """

    cost: ClassVar[str] = "1 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Look at what each activation gives."""
        from art.training.tracing import Activations
        from art.training.trials import try_out

        trial = context.once(try_out)
        if trial.outputs is None or trial.inputs is None or len(trial.inputs) < SAMPLES:
            return []
        with Activations() as heard:
            trial(trial.inputs)
        worst: Suspicion | None = None
        for number, (function, outputs) in enumerate(heard.outputs, start=1):
            found = _silent(function, outputs, number)
            if found is not None and (worst is None or found.certain > worst.certain):
                worst = found
        return [worst] if worst is not None else []


def _silent(function: str, outputs: Tensor, number: int) -> Suspicion | None:
    """What is wrong with the units `(N, units, ...)` of one activation."""
    if outputs.ndim < 2 or len(outputs) < SAMPLES:
        return None
    # images and sequences: a unit is a channel, whichever dimension that is, so all are looked at
    flat = outputs.float().reshape(len(outputs), -1)
    if function == "relu":
        stuck, what = (flat == 0).all(0), "0"
    else:
        near = flat.abs() > 0.99 if function == "tanh" else (flat - 0.5).abs() > 0.495
        stuck, what = near.all(0) & ((flat > 0.5) == (flat[:1] > 0.5)).all(0), "at its end"
    share = float(stuck.float().mean())
    if share < SOME:
        return None
    return Suspicion(
        "units are dead from the start" if function == "relu" else "units are saturated",
        f"{share:.0%} of the outputs of {function} number {number} are {what} for all "
        f"{len(flat)} samples",
        "Look for a bias or an initialization that is far off, for inputs that are not scaled, and "
        "for a ReLU behind a ReLU.",
        f"{function} number {number}",
        certain=share > MOST,
    )


@probes("art.DistinctUnits.v1")
class DistinctUnits(Probe):
    """The units of a layer must not be copies of each other.

    Weights that are all equal at the start (zeros, ones, any constant) get equal gradients, so the
    units of a layer stay copies of each other for ever (Goodfellow and others, Deep Learning, 8.4).
    A last layer or a residual branch that begins with zeros is no fault: its units differ after
    the first steps, as they are looked at here with dropout switched off.
    """

    cost: ClassVar[str] = "8 forward, 8 backward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare the rows of each weight before a few steps and after them."""
        from art.training.listening import StepListener
        from art.training.trials import try_out

        trial = context.once(try_out)
        names = [name for name, module in trial.model.named_modules() if _is_uniform(module)]
        if not names:
            return []
        data = context.build_data()
        batch = next(iter(context.loader(data, "train")))
        listener = StepListener(without_dropout=True)
        context.fit(batches=[batch], max_steps=STEPS, callbacks=[listener], logged=False)
        after = listener.after
        stuck = [n for n in names if f"{n}.weight" in after and _is_equal(after[f"{n}.weight"])]
        if not stuck:
            return []
        shown = ", ".join(name.removeprefix("network.") for name in stuck[:3])
        return [
            Suspicion(
                "the units of a layer are copies of each other: its weights start as a constant",
                f"all rows of the weights of {shown} are equal, and still are after {STEPS} steps",
                "Leave the weights to torch's default, or draw them (kaiming_normal_, "
                "xavier_uniform_). Zeros are for biases, and for the last layer of a branch.",
                shown,
            )
        ]


def _is_uniform(module: nn.Module) -> bool:
    weight: Any = getattr(module, "weight", None)
    fits = weight is not None and getattr(weight, "ndim", 0) > 1 and weight.requires_grad
    return bool(fits) and _is_equal(weight)


def _is_equal(weight: Tensor) -> bool:
    """Whether there are several rows and all are the same."""
    return len(weight) > 1 and bool((weight == weight[:1]).all())
