"""Are the inputs of a size that a network learns from?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor, nn

TINY, LARGE, HUGE = 0.02, 5.0, 20.0
"""Root mean squares about 1 are best; raw pixels have about 100, pixels divided twice 0.002."""
FAR = 20.0
"""Standard deviations that the inputs lie from 0."""
ENOUGH = 16
ALIKE = 2.0
"""How many times apart the spreads of inputs and targets of one kind may be."""


@probes("art.InputScale.v1")
class InputScale(Probe):
    """The inputs must be numbers, neither huge nor tiny, where the first trainable layer receives
    them.

    Raw 0-255 pixels, a table that was not standardised, a normalization made twice or with another
    data set's mean and std: all train, slowly and to a worse end (LeCun and others, Efficient
    BackProp, 1998, 4.3). What a model does to its inputs before its first weights is taken into
    account, and one that begins with a normalization layer or an embedding is not judged. Of
    inputs that the targets continue, as in a forecast of a series in its own units, the size is
    only suspected.
    """

    cost: ClassVar[str] = "1 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Listen to the first layer that has weights."""
        from art.training.probing.trials import try_out

        trial = context.once(try_out)
        if trial.inputs is None or len(trial.inputs) < ENOUGH:
            return []
        received = _first_received(trial.model, trial.inputs)
        if received is None:
            return []
        values, layer = received
        found = _judged(values.float(), layer)
        if trial.targets is not None and _are_of_one_kind(trial.inputs, trial.targets):
            return [replace(one, certain=False) for one in found]
        return found


def _are_of_one_kind(inputs: Tensor, targets: Tensor) -> bool:
    """Whether the targets are more of what the inputs are, as in a forecast from the series' own
    past: what is large then comes out large, as it should."""
    if not (inputs.is_floating_point() and targets.is_floating_point()):
        return False
    columns = inputs.reshape(len(inputs), -1).float()
    spread, wanted = float(columns.std()), float(targets.float().std())
    if not spread > 0 or not 1 / ALIKE < wanted / spread < ALIKE:
        return False
    apart = abs(float(targets.float().mean()) - float(columns.mean()))
    # the columns of a table differ, the steps of a series do not
    return float(columns.mean(0).std()) < spread / ALIKE and apart < ALIKE * spread


def _judged(values: Tensor, layer: str) -> list[Suspicion]:
    missing = int((~values.isfinite()).sum())
    if missing:
        return [
            Suspicion(
                "the first layer receives NaN or infinite numbers",
                f"{missing} of {values.numel()} numbers",
                "Fill them from the training split, drop those rows, or look for a division by "
                "zero or a logarithm of zero in the preprocessing.",
                f"the inputs of {layer}",
            )
        ]
    size = float(values.square().mean().sqrt())
    spread = float(values.std())
    at = f"the inputs of {layer}"
    what = (
        f"root mean square {size:.3g}, standard deviation {spread:.3g}, "
        f"from {float(values.min()):.4g} to {float(values.max()):.4g}"
    )
    if size > LARGE:
        return [
            Suspicion(
                "the inputs are far larger than a network learns well from",
                what,
                "Divide pixels by 255, once, and standardise columns by the training split's mean "
                "and standard deviation. If they are normalised, look for the wrong mean and std, "
                "or for a normalization made twice.",
                at,
                certain=size > HUGE,
            )
        ]
    if spread < TINY:
        return [
            Suspicion(
                "the inputs hardly vary: they are divided twice, or by the wrong std",
                what,
                "Look for two steps that both divide by 255 (ToTensor does), for a normalization "
                "made twice, and for a mean and std of other units.",
                at,
            )
        ]
    if abs(float(values.mean())) > FAR * spread:
        return [
            Suspicion(
                "the inputs lie far from 0 for how little they vary",
                f"mean {float(values.mean()):.4g}, standard deviation {spread:.3g}",
                "Subtract the training split's mean; look for a wrong mean in a normalization.",
                at,
            )
        ]
    return []


def _first_received(model: nn.Module, inputs: Tensor) -> tuple[Tensor, str] | None:
    """What the first layer with weights is given, and its name; None where it normalises."""
    import torch
    from torch import nn

    from art.training.scoring.calling import evaluating

    norms = (nn.modules.batchnorm._NormBase, nn.LayerNorm, nn.GroupNorm)
    seen: list[tuple[nn.Module, str, Tensor]] = []
    handles = []
    for name, module in model.named_modules():
        if next(module.parameters(recurse=False), None) is None:
            continue

        def note(called: nn.Module, given: tuple[object, ...], name: str = name) -> None:
            if not seen and given and isinstance(given[0], torch.Tensor):
                seen.append((called, name, given[0].detach()))

        handles.append(module.register_forward_pre_hook(note))
    try:
        with evaluating(model), torch.no_grad():
            model(inputs)
    except (TypeError, RuntimeError, ValueError, AttributeError):
        return None  # the model takes more than the inputs
    finally:
        for handle in handles:
            handle.remove()
    if not seen or isinstance(seen[0][0], norms) or not seen[0][2].is_floating_point():
        return None
    return seen[0][2], seen[0][1].removeprefix("network.") or "the model"
