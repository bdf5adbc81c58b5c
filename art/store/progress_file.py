"""How far a running stage is, in a file beside its record."""

from __future__ import annotations

import json
from pathlib import Path

from art.core.planted import read_stored

PROGRESS = "progress.json"
_LONGEST = 300


def read_progress(run: Path) -> str:
    """What a stage last said of itself, `43%: epoch 5/20, train/loss 0.3`; empty where unknown."""
    try:
        values = json.loads(read_stored(run / PROGRESS))
        done, total, text = float(values["done"]), float(values["total"]), str(values["text"])
    except (OSError, ArithmeticError, ValueError, KeyError, TypeError, RecursionError):
        return ""  # none yet, or none of ours: nothing depends on it
    share = f"{min(max(done / total, 0.0), 1.0):.0%}" if total > 0 else ""
    return ": ".join(part for part in (share, text[:_LONGEST]) if part)
