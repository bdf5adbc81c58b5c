"""Fully connected networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Lt

from art.core.data_info import DataInfo
from art.registries import models

if TYPE_CHECKING:
    from torch import nn

Width = Annotated[int, Ge(1)]


@models("art.MLP.v1")
def mlp(
    data_info: DataInfo,
    hidden: tuple[Width, ...] = (128, 64),
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0,
) -> nn.Module:
    """Linear layers with ReLU between, over the flattened inputs.

    Args:
        data_info: gives the sizes of input and output.
        hidden: width of each hidden layer.
        dropout: probability of dropping a hidden unit while training.
    """
    from torch import nn

    layers: list[nn.Module] = [nn.Flatten()]
    size = data_info.input_size
    for width in hidden:
        layers += [nn.Linear(size, width), nn.ReLU()]
        if dropout:
            layers.append(nn.Dropout(dropout))
        size = width
    layers.append(nn.Linear(size, data_info.output_size))
    return nn.Sequential(*layers)
