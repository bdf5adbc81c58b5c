"""The names that a config may use for its sections, its stages and itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

STAGES = (
    "explore",
    "baseline",
    "loss_at_init",
    "overfit_one_batch",
    "overfit",
    "regularize",
    "evaluate",
)
"""The recipe where `[project] stages` names none."""

ORDER: tuple[str, ...] = (
    "project",
    "paths",
    "system",
    "task",
    "data",
    "model",
    "models",
    "optimizer",
    "scheduler",
    "training",
    "contract",
    "metrics",
    "visualizers",
    "loggers",
    "callbacks",
    "stages",
    "advisor",
    "executor",
)
"""Every section, in the order in which a config is written."""

SYSTEM_SECTIONS = ("paths", "system", "loggers", "executor")
"""What a system config may hold."""

FOLDER = re.compile(r"\w[\w.-]*")
"""Names become folders, lines of files and words of a command line, so nothing in them may mean
more there than a name."""


def stage_names(names: Any) -> list[str]:
    """`[project] stages` as far as it can be understood; faults are said elsewhere."""
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def project_name(source: str) -> str:
    """A project's name from its file's, fit for a folder."""
    name = re.sub(r"[^\w.-]+", "-", Path(source).stem).strip("-.")
    return name or "project"
