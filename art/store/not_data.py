"""Tells the data in a folder from ART's runs and from the configs and code of a project."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path, PurePath

PROJECT = frozenset({".cfg", ".ipynb", ".md", ".py", ".pyc"})
"""Endings of the files that a project keeps beside data which lies in its own folder. What may
describe data, as .yaml does, is not among them: a stage that runs once too often does no harm."""

VENV = "pyvenv.cfg"
"""A folder that holds it is an environment of Python: gigabytes that no stage reads."""

IsData = Callable[["os.DirEntry[str]", os.stat_result], bool]


def data_in(folder: Path, runs: Path | None) -> IsData:
    """Tells which entries below a folder count as data.

    Args:
        folder: the folder of the data.
        runs: the runs folder, which every command changes; it is never data.
    """
    left_out = _identity(runs) if runs is not None else None
    around = _is_around_here(folder)

    def is_data(entry: os.DirEntry[str], status: os.stat_result) -> bool:
        if (status.st_dev, status.st_ino) == left_out:
            return False
        if not around:
            return True
        if stat.S_ISDIR(status.st_mode) and Path(entry.path, VENV).exists():
            return False
        hidden = entry.name.startswith((".", "__"))
        return not hidden and PurePath(entry.name).suffix not in PROJECT

    return is_data


def _is_around_here(folder: Path) -> bool:
    """Whether the working folder is that folder or lies in it."""
    here = Path.cwd()
    wanted = _identity(folder)
    return wanted is not None and any(_identity(one) == wanted for one in (here, *here.parents))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
