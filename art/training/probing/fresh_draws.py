"""Tells weights as torch draws them from weights that were trained or loaded.

The layers of torch draw their weights from a known distribution: linear layers and convolutions
uniformly up to 1 / sqrt(inputs), recurrent ones up to 1 / sqrt(hidden units), embeddings from a
normal one (`reset_parameters` of each; He and others 2015). Weights that fill such an interval to
its ends, and evenly, have not been trained.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn

LEAST = 256
"""Numbers from which on a distribution can be told."""
KNOWN = (nn.Linear, nn.modules.conv._ConvNd, nn.RNNBase, nn.Embedding)
MANY, FAR = 4096, 3.0
"""Numbers from which on moments can be told, and how many standard errors they may be off."""
FARTHEST = 1.63
"""Kolmogorov's statistic times the root of the count, which 1% of true draws exceed."""


def is_as_drawn(layer: nn.Module, name: str) -> bool:
    """Whether a weight of a layer is spread as torch draws new ones.

    Args:
        layer: of torch; of others nothing is known.
        name: of the parameter in the layer.

    Returns:
        False where it is not, or where that cannot be told.
    """
    values = getattr(layer, name, None)
    if not isinstance(values, Tensor) or values.ndim < 2 or values.numel() < LEAST:
        return False
    numbers = values.detach().double().reshape(-1).cpu()
    if isinstance(layer, nn.Embedding):
        return _fits(torch.special.ndtr(numbers))
    bound = _bound(layer, values)
    if not bound or float(numbers.abs().max()) > bound * (1 + 1e-5):
        return False
    return _fits((numbers / bound + 1) / 2)


def is_normal(layer: nn.Module, name: str) -> bool:
    """Whether a weight is normal around 0 to its third and fourth moments, as many programs draw
    new ones; that of a network which was trained for long has heavier tails."""
    values = getattr(layer, name, None)
    if not isinstance(values, Tensor) or values.ndim < 2 or values.numel() < MANY:
        return False
    numbers = values.detach().double().reshape(-1)
    if not isinstance(layer, KNOWN) or not float(numbers.std()):
        return False
    count, scaled = len(numbers), numbers / numbers.std()
    error = math.sqrt(1 / count)
    return (
        abs(float(scaled.mean())) < FAR * error
        and abs(float(scaled.pow(3).mean())) < FAR * math.sqrt(6) * error
        and abs(float(scaled.pow(4).mean()) - 3) < FAR * math.sqrt(24) * error
    )


def drawn_names(
    model: nn.Module, is_drawn: Callable[[nn.Module, str], bool] = is_as_drawn
) -> list[str]:
    """Weights of a model that want no gradient and are spread as new ones are; copies of trainable
    weights, as of a teacher, are left out.

    Args:
        model: as it was given.
        is_drawn: tells new weights, `is_as_drawn` or `is_normal`.
    """
    trained = [p for p in model.parameters() if p.requires_grad]
    found = []
    for path, layer in model.named_modules():
        for name, parameter in layer.named_parameters(recurse=False):
            if parameter.requires_grad or not is_drawn(layer, name):
                continue
            alike = (p for p in trained if p.shape == parameter.shape)
            if not any(torch.equal(parameter, p) for p in alike):
                found.append(f"{path}.{name}" if path else name)
    return found


def has_drawn(layers: Iterable[nn.Module]) -> bool:
    """Whether a weight of the layers, or of a part of them, is spread as torch draws new ones."""
    parts = [part for layer in layers for part in layer.modules()]
    return any(is_as_drawn(p, name) for p in parts for name, _ in p.named_parameters(recurse=False))


def not_drawn(model: nn.Module, trained: set[str]) -> set[str]:
    """Parameters of those parts of a model that were loaded, as far as that can be told.

    Args:
        model: as it was given.
        trained: parameters that training changes.

    Returns:
        Those of parts, by the first word of a name, with weights of which none is as torch draws
        new ones; nothing where that holds for what is trained as well.
    """
    drawn, told = set(), set()
    for path, layer in model.named_modules():
        for name, parameter in layer.named_parameters(recurse=False):
            full = f"{path}.{name}" if path else name
            known = isinstance(layer, KNOWN) and parameter.numel() >= LEAST and parameter.ndim > 1
            told |= {full} if known else set()
            drawn |= {full} if is_as_drawn(layer, name) else set()
    if not drawn & trained:
        return set()
    fresh, known_parts = {_part(n) for n in drawn}, {_part(n) for n in told}
    every = [name for name, _ in model.named_parameters()]
    return {name for name in every if _part(name) in known_parts - fresh}


def _part(name: str) -> str:
    return name.removeprefix("network.").partition(".")[0]


def _bound(layer: nn.Module, values: Tensor) -> float:
    if isinstance(layer, nn.RNNBase):
        return 1 / math.sqrt(layer.hidden_size)
    if isinstance(layer, nn.Linear | nn.modules.conv._ConvNd):
        return 1 / math.sqrt(nn.init._calculate_fan_in_and_fan_out(values)[0])
    return 0.0


def _fits(ranks: Tensor) -> bool:
    """Whether numbers that should be even between 0 and 1 are."""
    count = len(ranks)
    ordered = ranks.sort().values
    steps = torch.arange(1, count + 1, dtype=ordered.dtype) / count
    apart = torch.maximum((steps - ordered).abs(), (ordered - steps + 1 / count).abs())
    return float(apart.max()) * math.sqrt(count) < FARTHEST
