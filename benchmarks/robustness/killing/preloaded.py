"""Imports what a run needs, once, so that each forked child begins at once."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import confection  # noqa: E402, F401
import matplotlib.backends.backend_agg  # noqa: E402, F401
import matplotlib.figure  # noqa: E402, F401
import pydantic.type_adapter  # noqa: E402, F401
import pytorch_lightning  # noqa: E402, F401
import sklearn.datasets  # noqa: E402, F401
import torch  # noqa: E402
import torchmetrics.classification  # noqa: E402, F401

import art.api  # noqa: E402
import art.reporting  # noqa: E402, F401
import art.running.context  # noqa: E402, F401
import art.running.execution  # noqa: E402, F401
import art.running.figures  # noqa: E402, F401
from benchmarks.robustness.programs import _parts  # noqa: E402, F401

torch.set_num_threads(1)
art.api.populate()
