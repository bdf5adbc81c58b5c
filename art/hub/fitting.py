"""Measures which batch fits this machine, and writes it into the system config."""

from __future__ import annotations

from pathlib import Path

from art.config import RecipeConfig
from art.config.reading.text import read_file
from art.config.writing.edit import set_value
from art.hub.machine import this_machine
from art.hub.storing import store_reviewed

LIMIT = ("system", "max_batch_size")


def measured(config: RecipeConfig) -> tuple[int | None, str]:
    """The samples that fit at once (None where the recipe's batch does), and a sentence on it.

    Raises:
        UserError: it cannot be measured; the message says why.
    """
    from art.running.capacity import measure

    found = measure(config, this_machine().memory)
    device, memory = found.device, f"{found.memory / 2**30:.1f} GiB"
    if found.limit is None:
        fits = f"a batch of {found.wanted} fits"
    else:
        fits = f"of a batch of {found.wanted}, {found.limit} samples fit at once"
    return found.limit, f"Measured with {config.source} on {device}, {memory}: {fits}."


def write_limit(file: Path, limit: int | None) -> None:
    """Write `max_batch_size` into a system config; where the batch fits, only over a limit."""
    present = read_file(file, "system config") if file.exists() else None
    if limit is None and "max_batch_size" not in (present or ""):
        return
    store_reviewed(file, set_value(present or "", LIMIT, limit), present)
