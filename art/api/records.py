"""What the records of a project say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from art.errors import PathError
from art.store import RunStore, find_projects

if TYPE_CHECKING:
    from art.reporting import Report


def report(runs: Path | str = "runs", project: str | None = None) -> Report:
    """The state of a project's recipe, from its records alone.

    Args:
        runs: the runs folder, or one project's folder in it.
        project: which project; needed only where the folder has several.

    Raises:
        PathError: there are no records there, or several projects and none is named.
    """
    from art.reporting import snapshot

    root, name = _project(Path(runs), project)
    return snapshot(RunStore(root, name, read_only=True), None)


def _project(runs: Path, project: str | None) -> tuple[Path, str]:
    if not runs.is_dir():
        raise PathError(f"{runs}: no such runs folder. `art train CONFIG` makes one.")
    names = find_projects(runs)
    if project is not None:
        if project not in names:
            raise PathError(f"{runs}: no project '{project}' there. There are: {_list(names)}.")
        return runs, project
    if len(names) == 1:
        return runs, names[0]
    if not names and runs.name in find_projects(runs.parent):
        return runs.parent, runs.name
    if not names:
        raise PathError(f"{runs}: no records there. `art train CONFIG` leaves some.")
    raise PathError(f"{runs}: several projects: {_list(names)}. Name one: art report {runs}/NAME.")


def _list(names: Sequence[str]) -> str:
    return ", ".join(names) or "none"
