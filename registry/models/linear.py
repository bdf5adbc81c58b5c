"""The smallest model there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from art.core.data_info import DataInfo
from art.registries import models

if TYPE_CHECKING:
    from torch import nn


@models("art.Linear.v1")
def linear(data_info: DataInfo) -> nn.Module:
    """One linear layer over the flattened inputs: logistic or linear regression, by gradient."""
    from torch import nn

    return nn.Sequential(nn.Flatten(), nn.Linear(data_info.input_size, data_info.output_size))
