"""Are the units of a model alive, and different from each other?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor, nn

    from art.training.probing.stepping import Step

SAMPLES = 32
"""Samples that a unit must be silent for before it counts as dead."""
SOME, MOST = 0.4, 0.7
STEPS = 8


@probes("art.LivingUnits.v1")
class LivingUnits(Probe):
    """Units must answer differently to different samples.

    A ReLU that is 0 for every sample gets no gradient and never will; a sigmoid or tanh that is at
    its end for every sample gets next to none (Glorot and Bengio 2010). Many such units in
    a layer are suspicious, most of them are a fault: biases or weights are initialized far off, or
    the inputs are.
    """

    cost: ClassVar[str] = "1 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Look at what each activation gives."""
        from art.training.probing.tracing import Activations
        from art.training.probing.trials import try_out

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
    values = outputs.float()
    if function == "relu":
        stuck, what = [(unit == 0).all(1) for unit in _units(values)], "0"
    else:
        middle, end = (0.0, 0.99) if function == "tanh" else (0.5, 0.495)
        stuck, what = [_at_one_end(unit - middle, end) for unit in _units(values)], "at its end"
    share = min(float(one.float().mean()) for one in stuck)
    if share < SOME:
        return None
    return Suspicion(
        "units are dead from the start" if function == "relu" else "units are saturated",
        f"{share:.0%} of the outputs of {function} number {number} are {what} for all "
        f"{len(values)} samples",
        "Look for a bias or an initialization that is far off, for inputs that are not scaled, and "
        "for a ReLU behind a ReLU.",
        f"{function} number {number}",
        certain=share > MOST,
    )


def _units(values: Tensor) -> list[Tensor]:
    """`(units, n)` what each unit gives. A unit of images and sequences is a channel, which is the
    second or the last dimension: both are tried."""
    places = {1, values.ndim - 1}
    return [values.movedim(place, 0).reshape(values.shape[place], -1) for place in places]


def _at_one_end(values: Tensor, end: float) -> Tensor:
    return (values > end).all(1) | (values < -end).all(1)


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
        from art.training.probing.stepping import StepListener
        from art.training.probing.trials import try_out

        trial = context.once(try_out)
        names = [name for name, module in trial.model.named_modules() if _is_uniform(module)]
        zeros = _zeros(trial.model)
        if not names and not zeros:
            return []
        data = context.build_data()
        batch = next(iter(context.loader(data, "train")))
        listener = StepListener(without_dropout=True)
        context.fit(batches=[batch], max_steps=STEPS, callbacks=[listener], logged=False)
        after = listener.after
        modules = dict(trial.model.named_modules())
        stuck = [
            n
            for n in names
            if _is_constant(modules[n].weight)
            or (f"{n}.weight" in after and after[f"{n}.weight"].alike)
        ]
        stuck += [name for name in zeros if _gets_nothing(listener.steps, name)]
        if not stuck:
            return []
        shown = ", ".join(name.removeprefix("network.") for name in stuck[:3])
        return [
            Suspicion(
                "the units of a layer are copies of each other: its weights start as a constant",
                f"all rows of the weights of {shown} are equal at the start, and units stay alike",
                "Leave the weights to torch's default, or draw them (kaiming_normal_, "
                "xavier_uniform_). Zeros are for biases, and for the last layer of a branch.",
                shown,
            )
        ]


def _is_uniform(module: nn.Module) -> bool:
    weight: Any = getattr(module, "weight", None)
    fits = weight is not None and getattr(weight, "ndim", 0) > 1 and weight.requires_grad
    return bool(fits) and _is_equal(weight)


def _is_constant(weight: Any) -> bool:
    """Whether all of them are one number that is not 0: biases alone then tell units apart."""
    first = float(weight.detach().reshape(-1)[0])
    return bool((weight == first).all()) and first != 0


def _zeros(model: nn.Module) -> list[str]:
    """Weights that are all 0, where most of a model's are: not those that end its branches."""
    weights = {
        name: parameter
        for name, parameter in model.named_parameters()
        if parameter.ndim > 1 and parameter.requires_grad and _last(name).startswith("weight")
    }
    found = [name for name, weight in weights.items() if bool((weight == 0).all())]
    return found if len(found) > len(weights) / 2 else []


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _gets_nothing(steps: Sequence[Step], name: str) -> bool:
    """Whether the first gradient of a weight is all 0: what stands behind it is 0 as well."""
    first = next((step for step in steps if step.gradients.get(name) is not None), None)
    return first is not None and name in first.zeros


def _is_equal(weight: Tensor) -> bool:
    """Whether there are several rows and all are the same."""
    return len(weight) > 1 and bool((weight == weight[:1]).all())
