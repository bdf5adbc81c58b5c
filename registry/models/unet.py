"""A network that answers for each pixel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from annotated_types import Ge, Lt, MinLen

from art.core.data_info import DataInfo
from art.errors import ModelError
from art.registries import models

if TYPE_CHECKING:
    from torch import nn

Width = Annotated[int, Ge(1)]


@models("art.UNet.v1")
def unet(
    data_info: DataInfo,
    channels: Annotated[tuple[Width, ...], MinLen(1)] = (8, 16, 32),
    dropout: Annotated[float, Ge(0), Lt(1)] = 0.0,
) -> nn.Module:
    """Convolutions 3x3 with batch norm and ReLU on ever coarser levels, and up again.

    O. Ronneberger, P. Fischer, T. Brox, U-Net: Convolutional Networks for Biomedical Image
    Segmentation, MICCAI 2015.

    Args:
        data_info: gives the image's `(channels, height, width)` and the number of classes.
        channels: of each level, the finest first; each level halves height and width.
        dropout: probability of dropping a channel of the coarsest level while training.

    Raises:
        ModelError: the inputs are no images, or too small for so many levels.
    """
    from art.registry.models._networks import UNetNet

    if len(data_info.input_shape) != 3:
        raise ModelError(
            f"art.UNet.v1 needs images (channels, height, width), but the inputs have shape "
            f"{data_info.input_shape}."
        )
    size, height, width = data_info.input_shape
    if min(height, width) < 2 ** (len(channels) - 1):
        raise ModelError(
            f"art.UNet.v1 halves {height}x{width} images {len(channels) - 1} times and nothing is "
            f"left. Give [model] channels fewer entries."
        )
    return UNetNet(size, data_info.output_size, channels, dropout)
