"""What Explore measures of arrays."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

IGNORED = -100
"""The class index that torch's cross-entropy passes over: unlabelled pixels of a mask."""


def input_scores(inputs: np.ndarray) -> dict[str, float]:
    """Range, size, missing and constant values of inputs `(n, *shape)`.

    `input_scale` is the root mean square of the finite values: about 1 for standardised inputs,
    below 1 for pixels in [0, 1], about 100 for raw pixels. Token ids (integers of shape
    `(n, length)`) are indices, not sizes; their scale is given as 0.
    """
    import numpy as np

    flat = inputs.reshape(len(inputs), -1)
    if flat.dtype.kind not in "fiub":
        return {}
    finite = np.isfinite(flat)
    values = flat[finite].astype(np.float64)
    tokens = flat.dtype.kind in "iu" and inputs.ndim == 2 and flat.dtype != np.uint8
    scale = float(np.sqrt(np.mean(values**2))) if values.size and not tokens else 0.0
    return {
        "input_min": float(values.min()) if values.size else float("nan"),
        "input_max": float(values.max()) if values.size else float("nan"),
        "input_mean": float(values.mean()) if values.size else float("nan"),
        "input_std": float(values.std()) if values.size else float("nan"),
        "input_scale": scale,
        "missing_values": float((~finite).sum()),
        "constant_inputs": float(np.mean(np.all(flat == flat[:1], axis=0))),
        "blank_samples": float(np.mean(np.all(flat == flat[:, :1], axis=1)))
        if flat.shape[1] > 1
        else 0.0,
    }


def labelled(targets: np.ndarray) -> np.ndarray:
    """Class indices as `(n,)`: of samples as they are, of masks one a pixel that has a label."""
    return targets if targets.ndim == 1 else targets[targets != IGNORED]


def target_scores(targets: np.ndarray, classes: int) -> dict[str, float]:
    """Balance of class indices `(n,)`, of samples or pixels.

    How many occur, how many are missing, and the smallest and largest share.
    """
    import numpy as np

    counts = np.bincount(targets.astype(np.int64), minlength=classes)
    shares = counts / max(counts.sum(), 1)
    return {
        "classes": float((counts > 0).sum()),
        "missing_classes": float((counts == 0).sum()),
        "smallest_class": float(shares.min()),
        "largest_class": float(shares.max()),
    }


def row_hashes(inputs: np.ndarray) -> list[bytes]:
    """A digest of each sample's values; equal samples have equal digests."""
    import numpy as np

    rows = np.ascontiguousarray(inputs.reshape(len(inputs), -1))
    return [hashlib.blake2b(row.tobytes(), digest_size=12).digest() for row in rows]


def duplicate_scores(hashes: dict[str, list[bytes]]) -> dict[str, float]:
    """The share of samples that repeat within train, and that val and test share with train."""
    if not hashes.get("train"):
        return {}
    train = set(hashes["train"])
    scores = {"train/duplicates": 1 - len(train) / len(hashes["train"])}
    for split in ("val", "test"):
        if hashes.get(split):
            shared = sum(1 for row in hashes[split] if row in train)
            scores[f"{split}/seen_in_train"] = shared / len(hashes[split])
    return scores


def balance_rows(info: Any, targets: dict[str, np.ndarray]) -> list[list[Any]]:
    """One row a class: its name and its samples in each split."""
    import numpy as np

    counts = {
        split: np.bincount(values.astype(np.int64), minlength=info.output_size)
        for split, values in targets.items()
    }
    return [
        [name, *(int(counts[split][index]) for split in targets)]
        for index, name in enumerate(info.class_names)
    ]
