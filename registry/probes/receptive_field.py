"""Does a convolution look at neighbours?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor

DENSE = 0.55
"""The share of its bounding box that a whole patch fills, borders and channels left out."""


@probes("art.ReceptiveField.v1")
class ReceptiveField(Probe):
    """What a convolution looks at must be in one piece, and a pixel's output look at that pixel.

    A `view` or `reshape` that stands where a `permute` is meant keeps the shape and scrambles what
    is in it: neighbours come from all over the image, and the model still learns a little. The
    gradient of one output of the first convolution shows which inputs it sees, and where pixels are
    classified the gradients of a few outputs show whether they look at their own pixels.
    """

    cost: ClassVar[str] = "1 forward, 1 backward; 1 and 6 more of masks"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Take gradients of outputs down to the input."""
        from art.registry.probes._in_place import out_of_place
        from art.training.probing.trials import try_out

        trial = context.once(try_out)
        if trial.outputs is None or trial.inputs is None:
            return []
        if not trial.inputs.is_floating_point() or trial.inputs.ndim not in (3, 4):
            return []
        if context.data_info.kind == "segmentation" and (moved := out_of_place(trial)):
            return [moved]
        seen = _seen(trial)
        if seen is None:
            return []
        name, field, reach = seen
        best = max(_density(field.any(axis), reach) for axis in _channel_axes(field))
        if best >= DENSE:
            return []
        return [
            Suspicion(
                "a convolution sees scattered inputs: view or reshape is used where permute is "
                "meant",
                f"one output of {name} looks at {int(field.sum())} inputs, which fill at best "
                f"{best:.0%} of the patch around them",
                "Change the order of dimensions by permute or transpose; view and reshape only "
                "read the same numbers in another shape.",
                name,
            )
        ]


def _seen(trial: Any) -> tuple[str, Tensor, int] | None:
    """The first convolution's name, which inputs one of its outputs depends on, and its reach."""
    import torch
    from torch import nn

    from art.training.scoring.calling import evaluating

    outputs: list[tuple[str, nn.Module, Tensor]] = []
    handles = [
        module.register_forward_hook(
            lambda called, given, out, name=name: outputs.append((name, called, out))
        )
        for name, module in trial.model.named_modules()
        if isinstance(module, nn.Conv1d | nn.Conv2d)
    ]
    inputs = trial.inputs[:2].clone().requires_grad_()
    try:
        with evaluating(trial.model), torch.enable_grad():
            trial.model(inputs)
    finally:
        for handle in handles:
            handle.remove()
    if not outputs or not outputs[0][2].requires_grad:
        return None
    name, module, out = outputs[0]
    middle = out[0].sum(0)  # over channels: one place, whatever a filter's weights are
    for size in middle.shape:
        middle = middle[size // 2]
    (gradient,) = torch.autograd.grad(middle, inputs, allow_unused=True)
    if gradient is None:
        return None
    settings: Any = module
    reach = max(
        (k - 1) * d + 1 for k, d in zip(settings.kernel_size, settings.dilation, strict=True)
    )
    return name.removeprefix("network."), gradient[0] != 0, reach


def _channel_axes(field: Tensor) -> list[int]:
    """The axes that may hold channels: of pictures the smaller of the first and the last."""
    ends = [0, field.ndim - 1]
    if field.ndim < 3:
        return ends
    smallest = min(field.shape[axis] for axis in ends)
    return [axis for axis in ends if field.shape[axis] == smallest]


def _density(field: Tensor, reach: int) -> float:
    """How much of its bounding box a field fills; 1 where the box is no larger than the filter."""
    places = field.nonzero()
    if not len(places):
        return 1.0
    box = places.max(0).values - places.min(0).values
    for axis in range(places.shape[1]):  # a regular grid, of a picture made smaller, is a patch
        steps = places[:, axis].unique().diff()
        if len(steps):
            box[axis] //= math.gcd(*steps.tolist())
    box = box + 1
    if bool((box <= reach).all()):
        return 1.0
    return len(places) / float(box.prod())
