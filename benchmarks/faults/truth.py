"""The true quality of a trained program, measured on raw data that it never saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from sklearn.metrics import r2_score

from benchmarks.faults.program import Host


def true_quality(host: Host, data: Any, model: Any) -> float:
    """Accuracy or R2 on the host's `apart`, through the program's own way of inference.

    The raw inputs go through the program's `preprocess`, the model predicts in eval mode in batches
    of the program's size, and its outputs come back through `restore` where the program has one.

    Args:
        host: gives the raw data.
        data: the program's data module, set up.
        model: the program's model, trained.
    """
    kept = host.apart()
    model.eval()
    outputs = []
    with torch.no_grad():
        for start in range(0, len(kept.inputs), data.batch_size):
            batch = data.preprocess(kept.inputs[start : start + data.batch_size])
            outputs.append(_predict(model, batch))
    return quality(host, data, torch.cat(outputs), kept.targets)


def quality(host: Host, data: Any, outputs: torch.Tensor, targets: np.ndarray) -> float:
    """Accuracy or R2 of outputs against raw targets; 0 for outputs that are not finite."""
    if not torch.isfinite(outputs).all():
        return 0.0
    if host.kind == "regression":
        numbers = outputs.numpy().reshape(len(targets), -1)[:, 0]
        return float(r2_score(targets, data.restore(numbers)))
    if outputs.ndim == 2 and outputs.shape[1] > 1:
        classes = outputs.argmax(1).numpy()
    else:  # a program that learns class ids as numbers can only round
        classes = outputs.reshape(-1).round().numpy()
    return float((classes == targets).mean())


def _predict(model: Any, batch: torch.Tensor) -> torch.Tensor:
    outputs = model(batch)
    return outputs.detach().float().cpu()
