"""Does a pixel's output look at that pixel?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from art.core.probe import Suspicion

if TYPE_CHECKING:
    from torch import Tensor

FAR = 3.0
"""Of its own spread, how far from its pixel an output's view may be centred."""
NEAR = 4.0
"""Pixels: what pooling and upsampling may shift."""
PLACES = ((0.2, 0.7), (0.3, 0.4), (0.45, 0.85), (0.6, 0.15), (0.7, 0.6), (0.85, 0.3))
"""Shares of height and width: none in the middle, where a shift might not show."""


def out_of_place(trial: Any) -> Suspicion | None:
    """Whether the outputs for pixels are centred elsewhere in the image than their pixels.

    Args:
        trial: inputs and outputs `(n, channels, height, width)` of one height and width; of any
            other nothing is said.
    """
    inputs, outputs = trial.inputs, trial.outputs
    if inputs is None or outputs is None or not inputs.is_floating_point():
        return None
    if inputs.ndim != 4 or outputs.ndim != 4 or inputs.shape[2:] != outputs.shape[2:]:
        return None
    found = _views(trial)
    if len(found) < len(PLACES) // 2:
        return None  # too many outputs that depend on nothing: other probes say so
    off = [one for one in found if one[2] > FAR * one[3] + NEAR]
    if len(off) <= len(found) // 2:
        return None
    place, centre, distance, _ = max(off, key=lambda one: one[2])
    return Suspicion(
        "the outputs land on the wrong pixels: view or reshape is used where permute is meant",
        f"the output at row {place[0]}, column {place[1]} looks at the inputs around row "
        f"{centre[0]:.0f}, column {centre[1]:.0f}, {distance:.0f} pixels away; so do "
        f"{len(off)} of {len(found)} outputs",
        "Change the order of dimensions by permute or transpose; view and reshape only read the "
        "same numbers in another shape.",
    )


def _views(trial: Any) -> list[tuple[tuple[int, int], list[float], float, float]]:
    """Of outputs at several places: the place, where the inputs that they look at are centred, how
    far that is from the place, and how far those inputs spread."""
    import torch

    from art.training.scoring.calling import evaluating

    inputs = trial.inputs[:1].clone().requires_grad_()
    with evaluating(trial.model), torch.enable_grad():
        outputs = trial.model(inputs)[0, 0]
    if not outputs.requires_grad:
        return []
    found = []
    for down, right in PLACES:
        place = int(down * outputs.shape[0]), int(right * outputs.shape[1])
        (gradient,) = torch.autograd.grad(
            outputs[place], inputs, retain_graph=True, allow_unused=True
        )
        if gradient is not None and bool(gradient.any()):
            found.append((place, *_centred(gradient[0].abs().sum(0), place)))
    return found


def _centred(weight: Tensor, place: tuple[int, int]) -> tuple[list[float], float, float]:
    """The centre of a map of weights, its distance from a place, and the weights' spread."""
    import torch

    share = weight.double() / weight.double().sum()
    rows = torch.arange(share.shape[0], dtype=torch.double)
    columns = torch.arange(share.shape[1], dtype=torch.double)
    centre = [float((share.sum(1) * rows).sum()), float((share.sum(0) * columns).sum())]
    apart = (rows - centre[0])[:, None] ** 2 + (columns - centre[1])[None, :] ** 2
    distance = ((centre[0] - place[0]) ** 2 + (centre[1] - place[1]) ** 2) ** 0.5
    return centre, distance, float((share * apart).sum()) ** 0.5
