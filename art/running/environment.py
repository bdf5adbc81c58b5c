"""Where a run happened: versions, commit, host. Found without importing torch."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from art.core.process import first_line


def environment(folder: Path) -> dict[str, str]:
    """The contract's `environment` of a record, but for the device, which the run knows.

    Args:
        folder: the folder whose git commit is meant, mostly the config's.
    """
    return {
        "art": _version("actually-robust-training"),
        "torch": _version("torch"),
        "pytorch_lightning": _version("pytorch-lightning"),
        "python": platform.python_version(),
        "git_commit": first_line(["git", "rev-parse", "HEAD"], folder),
        "host": platform.node(),
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""
