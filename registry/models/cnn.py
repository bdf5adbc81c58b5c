"""Small convolutional networks for small images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Lt

from art.core.data_info import DataInfo
from art.errors import ModelError
from art.registries import models

if TYPE_CHECKING:
    from torch import nn

Width = Annotated[int, Ge(1)]


@models("art.CNN.v1")
def cnn(
    data_info: DataInfo,
    channels: tuple[Width, ...] = (16, 32),
    hidden: Width = 64,
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0,
) -> nn.Module:
    """Convolutions 3x3 with ReLU, each but the first followed by 2x2 pooling, then two layers.

    Args:
        data_info: gives the image's `(channels, height, width)` and the output's size.
        channels: output channels of each convolution.
        hidden: width of the layer between the convolutions and the output.
        dropout: probability of dropping a unit of that layer while training.

    Raises:
        ModelError: the inputs are no images, or too small for so many poolings.
    """
    from torch import nn

    if len(data_info.input_shape) != 3:
        raise ModelError(
            f"art.CNN.v1 needs images (channels, height, width), but the inputs have shape "
            f"{data_info.input_shape}. Use art.MLP.v1 for tables."
        )
    size, height, width = data_info.input_shape
    layers: list[nn.Module] = []
    for index, out in enumerate(channels):
        layers += [nn.Conv2d(size, out, 3, padding=1), nn.ReLU()]
        if index:
            layers.append(nn.MaxPool2d(2))
            height, width = height // 2, width // 2
        size = out
    if not height * width:
        raise ModelError(
            f"art.CNN.v1 halves {data_info.input_shape[1:]} images {len(channels) - 1} times and "
            f"nothing is left. Give [model] channels fewer entries."
        )
    layers += [nn.Flatten(), nn.Linear(size * height * width, hidden), nn.ReLU()]
    if dropout:
        layers.append(nn.Dropout(dropout))
    layers.append(nn.Linear(hidden, data_info.output_size))
    return nn.Sequential(*layers)
