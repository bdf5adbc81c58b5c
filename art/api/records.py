"""What the records of a project say."""

from __future__ import annotations

from collections.abc import Sequence
from os.path import lexists
from pathlib import Path
from typing import TYPE_CHECKING

from art.core.missing import meant
from art.core.planted import read_stored
from art.errors import PathError, RecordError, did_you_mean
from art.store import RunStore, find_projects
from art.store.layout import RECORD, inside, runs_below, what_is_in_the_way
from art.store.record_file import decode

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
        PathError: there are no records there, or none of that stage.
    """
    from art.reporting.history import history as of_store

    root, name = _project(Path(runs), project)
    found = of_store(RunStore(root, name, read_only=True), stage)
    if stage is not None and not found.runs:
        names = list(dict.fromkeys(one.stage for one in report(root, name).stages))
        raise PathError(f"no run of a stage '{stage}' there.{did_you_mean(stage, names)}")
    return found


def export_weights(run: Path | str, out: Path | str) -> list[str]:
    """Write the weights of a run's checkpoint to a `.safetensors` file.

    Args:
        run: a run's folder, a stage's, whose newest passed run counts, or a checkpoint.
        out: the file; its folder must exist.

    Returns:
        The names in the checkpoint that are no tensors, and are left out.

    Raises:
        PathError: there is no such run, it left no checkpoint, or that one is damaged.
        StoreError: the file cannot be written.
    """
    from art.training.checkpoints.exporting import export_weights as export

    path = Path(run)
    return export(path if path.is_file() else _checkpoint(path), Path(out))


def _checkpoint(run: Path) -> Path:
    """The checkpoint of a run's folder, or of the newest passed run of a stage's."""
    if not run.is_dir():
        raise PathError(f"{run}: no such run.{meant(run)} `art report` names the folders of runs.")
    in_order = sorted(runs_below(run), key=lambda folder: (len(folder.name), folder.name))
    folders = [run] if lexists(run / RECORD) else in_order
    for folder in reversed(folders):
        try:
            record = decode(read_stored(folder / RECORD), str(folder))
        except (OSError, RecordError) as error:
            raise PathError(f"{folder}: its record cannot be read: {error}") from None
        if "checkpoint" in record.artifacts and (record.status == "passed" or folders == [run]):
            return inside(folder, record.artifacts["checkpoint"])
    raise PathError(
        f"{run}: no checkpoint here. A run of a stage that trains leaves one: "
        "RUNS/PROJECT/05-overfit/0001-..."
    )


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
