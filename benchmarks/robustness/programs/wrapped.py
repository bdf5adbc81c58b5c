"""An nn.Module that ART wraps: dropout, BatchNorm, a schedule by step, accumulation, clipping."""

from torch import nn

import art
from benchmarks.robustness.programs import _parts  # noqa: F401 - registers the witness


@art.models("wrapped.v1")
def wrapped() -> nn.Module:
    return nn.Sequential(
        nn.Flatten(), nn.Linear(64, 32), nn.BatchNorm1d(32), nn.ReLU(), nn.Dropout(0.4),
        nn.Linear(32, 10),
    )  # fmt: skip
