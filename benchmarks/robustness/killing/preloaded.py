"""Imports what a run needs, once, so that each forked child begins at once."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import confection  # noqa: F401
import matplotlib.backends.backend_agg
import matplotlib.figure  # noqa: F401
import pydantic.type_adapter  # noqa: F401
import pytorch_lightning  # noqa: F401
import sklearn.datasets  # noqa: F401
import torch
import torchmetrics.classification  # noqa: F401

import art.api
import art.reporting
import art.running.context
import art.running.execution
import art.running.figures
from benchmarks.robustness.programs import _parts  # noqa: F401

torch.set_num_threads(1)
art.api.populate()
