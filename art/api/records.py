"""What the records of a project say."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import lexists
from pathlib import Path
from typing import TYPE_CHECKING

from art.core.missing import meant
from art.errors import PathError, did_you_mean
from art.store import RunStore, find_projects
from art.store.layout import what_is_in_the_way

if TYPE_CHECKING:
    from art.reporting import Report
    from art.reporting.history import History


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


def history(
    runs: Path | str = "runs", project: str | None = None, stage: str | None = None
) -> History:
    """All runs of a project, and what differed from one to the next.

    Args:
        runs, project: as for `report`.
        stage: the runs of this stage alone.

    Raises:
        PathError: the folder holds no records, or no record of that stage.
    """
    from art.reporting.history import history as of_store

    root, name = _project(Path(runs), project)
    found = of_store(RunStore(root, name, read_only=True), stage)
    if stage is not None and not found.runs:
        names = list(dict.fromkeys(one.stage for one in report(root, name).stages))
        raise PathError(f"no run of a stage '{stage}' there.{did_you_mean(stage, names)}")
    return found


def _project(runs: Path, project: str | None) -> tuple[Path, str]:
    if not runs.is_dir():
        if lexists(runs):
            raise PathError(f"{runs}: not a folder of runs: {what_is_in_the_way(runs)}.")
        raise PathError(f"{runs}: no such runs folder.{meant(runs)} `art train CONFIG` makes one.")
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
