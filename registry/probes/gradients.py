"""Does every parameter get its gradient, and each step its own?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._parts import is_declared

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from art.training.probing.listening import Step

STEPS = 8
"""Batches: where a program sums up two of them for a step, four steps are left to compare."""
SHOWN = 3


@probes("art.GradientReset.v1")
class GradientReset(Probe):
    """Each step's gradient must be of its own batch, not of all batches so far.

    The same batch is trained on several times with a learning rate of 0 and the same dropout: the
    weights stand still, so the gradients must be equal. Where `zero_grad` is missing they grow.
    """

    cost: ClassVar[str] = "8 forward, 8 backward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare the gradients of the last three steps."""
        steps = _listened(context, still=True).steps
        for number in sorted({step.optimizer for step in steps}):
            last = [step for step in steps if step.optimizer == number][-3:]
            if len(last) == 3 and _grows([_flat(step) for step in last]):
                sizes = ", ".join(f"{float(_flat(step).norm()):.4g}" for step in last)
                return [
                    Suspicion(
                        "gradients add up from step to step: zero_grad is missing or misplaced",
                        f"the same batch and weights gave gradients of norm {sizes}",
                        "Call optimizer.zero_grad() before each backward pass, on every optimizer "
                        "that steps.",
                    )
                ]
        return []


@probes("art.ParameterLedger.v1")
class ParameterLedger(Probe):
    """Every parameter that wants a gradient is owned by an optimizer, gets one, and changes.

    A few steps are taken on one batch. A parameter that no optimizer owns, that no gradient
    reaches, or that is declared frozen and changes is a fault, whatever the loss does.
    """

    cost: ClassVar[str] = "8 forward, 8 backward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Take the steps, and look into every parameter."""
        heard = _listened(context, still=False)
        model, frozen = context.build_model(), context.contract.frozen
        wanting = [name for name, p in model.named_parameters() if p.requires_grad]
        free = [name for name in wanting if not is_declared(name, frozen)]
        unowned = [name for name in free if name not in heard.owned]
        unreached = [n for n in free if n in heard.owned and not _is_reached(n, heard.steps)]
        # a bias may cancel out, as in a difference of two calls or before a normalization
        unreached = [n for n in unreached if not _may_cancel(n, wanting, unreached)]
        moved = [
            name
            for name, before in heard.before.items()
            if is_declared(name, frozen) and not _equal(before, heard.after.get(name))
        ]
        found = []
        if heard.hidden:
            found.append(
                Suspicion(
                    "layers in a plain list are no part of the model and will never change",
                    "gradients reach them, and no optimizer, checkpoint or device move does",
                    "Register them: nn.ModuleList in place of a list, nn.ModuleDict in place of a "
                    "dict.",
                    ", ".join(heard.hidden[:SHOWN]),
                )
            )
        if unowned:
            found.append(_unowned(unowned))
        if unreached:
            found.append(_unreached(unreached))
        if moved:
            found.append(
                Suspicion(
                    "parameters that are declared frozen change",
                    f"{len(moved)} of them moved in {STEPS} steps",
                    "Set requires_grad = False on them, or leave them out of the optimizer.",
                    _listed(moved),
                )
            )
        return found


def _unowned(names: list[str]) -> Suspicion:
    return Suspicion(
        "parameters are in no optimizer and will never change",
        f"{len(names)} parameters want a gradient, and no optimizer has them",
        "Give the optimizer all of self.parameters(), and register sub-modules in an nn.ModuleList "
        "rather than a list. Where they are frozen on purpose, declare it: [contract] "
        f'frozen = ["{names[0].rsplit(".", 1)[0]}"].',
        _listed(names),
    )


def _unreached(names: list[str]) -> Suspicion:
    return Suspicion(
        "no gradient reaches some parameters",
        f"{len(names)} parameters had no gradient, or one of zeros, in {STEPS} steps",
        "Look for detach(), .data, no_grad or argmax on the way to the loss, for a layer that "
        "forward does not use, and for units that are dead from the start. Where that is meant, "
        f'declare it: [contract] frozen = ["{names[0].rsplit(".", 1)[0]}"].',
        _listed(names),
    )


def _listened(context: StageContext, *, still: bool) -> Any:
    from art.training.probing.listening import StepListener

    data = context.build_data()
    batch = next(iter(context.loader(data, "train")))
    listener = StepListener(still)
    context.fit(batches=[batch], max_steps=STEPS, callbacks=[listener], logged=False)
    return listener


def _flat(step: Step) -> Tensor:
    import torch

    found = [g.float().reshape(-1) for g in step.gradients.values() if g is not None]
    return torch.cat(found) if found else torch.zeros(0)


def _grows(gradients: list[torch.Tensor]) -> bool:
    """Whether three gradients that should be equal differ, each by the same from the last."""
    second, third, fourth = gradients
    if not len(second) == len(third) == len(fourth) or not len(second):
        return False
    one, two = third - second, fourth - third
    size = float(second.norm())
    same = float((one - two).norm()) <= 0.01 * float(one.norm())
    return same and float(one.norm()) > 0.05 * size


def _is_reached(name: str, steps: Sequence[Step]) -> bool:
    gradients = (step.gradients.get(name) for step in steps)
    return any(gradient is not None and bool(gradient.any()) for gradient in gradients)


def _may_cancel(name: str, names: Sequence[str], unreached: Sequence[str]) -> bool:
    """Whether it is the bias of a layer whose weight is reached."""
    layer, _, part = name.rpartition(".")
    weight = f"{layer}.weight"
    return part == "bias" and weight in names and weight not in unreached


def _equal(one: Tensor, other: Tensor | None) -> bool:
    import torch

    return other is not None and torch.equal(one, other)


def _listed(names: list[str]) -> str:
    shown = [name.removeprefix("network.") for name in names[:SHOWN]]
    return ", ".join(shown) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
