"""The one call of `torch.load`: an archive of plain weights, and nothing else."""

from __future__ import annotations

import pickle  # for the name of its error alone
from pathlib import Path
from typing import IO, Any

from art.errors import PathError

ZIP = b"PK\x03\x04"
"""How every file begins that `torch.save` has written since 2020, and so every one of ART's."""


def read_plain(file: IO[bytes], path: Path, device: str) -> dict[str, Any]:
    """What a checkpoint holds.

    Older formats are refused unread: to look into a tar, torch unpacks its members, links and
    devices among them, to the temporary folder.

    Args:
        file: the checkpoint, open at its beginning.
        path: what to call it.
        device: where the tensors go.

    Raises:
        PathError: it is no such archive, or holds more than plain values.
    """
    import torch

    begins = file.read(len(ZIP))
    file.seek(0)
    if begins != ZIP:
        raise PathError(
            f"{path}: not a checkpoint of ART's, so it was not loaded: no archive of weights. "
            f"Run the stage that made it again."
        )
    try:
        content = torch.load(file, map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        raise PathError(
            f"{path}: holds more than plain weights, so it was not loaded. Run the stage that "
            f"made it again."
        ) from error
    except Exception as error:  # torch's reader lets through whatever a broken file makes it meet
        raise PathError(
            f"{path}: a broken checkpoint, so it was not loaded ({type(error).__name__}). Run the "
            f"stage that made it again."
        ) from error
    if not isinstance(content, dict):
        raise PathError(f"{path}: holds {type(content).__name__}, not a checkpoint.")
    return content
