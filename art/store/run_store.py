"""The run store of a project: opens run folders, and finds records again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Final

from art.core.files import atomic_write, write_failure
from art.core.record import Record
from art.errors import StoreError
from art.store.clearing import clear_away
from art.store.index import append_run, read_index, write_index
from art.store.journal import note_opened
from art.store.layout import (
    RunPlace,
    checked_name,
    inside,
    linked,
    run_folder_name,
    runs_by_stage,
    stage_folder_name,
    what_is_in_the_way,
)
from art.store.locking import LOCK, FolderLock, Owner, brief_lock, is_held, owner_of
from art.store.reading import RecordReader
from art.store.run_folder import RunFolder


class _Any:
    def __repr__(self) -> str:
        return "ANY"


ANY: Final = _Any()
"""Every model, where None is the runs that are of no model."""

_UNKNOWN: Final = _Any()


class RunStore:
    """The records of one project, under `ROOT/PROJECT`. Constructing it touches no disk.

    Args:
        root: the runs folder, `[paths] runs`.
        project: `[project] name`.
        read_only: never write anything, not even to set an unreadable record aside.

    Raises:
        StoreError: the project's name cannot be a folder's.
    """

    def __init__(self, root: Path | str, project: str, *, read_only: bool = False) -> None:
        self.root = Path(root)
        self.project = checked_name(project, "project")
        self.folder = self.root / self.project
        self.read_only = read_only
        self._reader = RecordReader(read_only)

    @property
    def set_aside(self) -> list[str]:
        """A message for each record met that could not be read; renamed, never deleted."""
        return list(self._reader.messages.values())

    # Writing

    def prepare(self) -> None:
        """Create the project's folder and prove that it can be written.

        Raises:
            StoreError: it is read-only, full, forbidden, or a file is in the way.
        """
        probe = self.folder / ".probe"
        try:
            self._make_plain(self.folder)
            atomic_write(probe, b"\0" * 4096)
            probe.unlink(missing_ok=True)
        except (FileExistsError, NotADirectoryError):
            raise StoreError(
                f"cannot write {self.folder}: {what_is_in_the_way(self.folder)}, or choose another "
                "folder with --paths.runs=DIR."
            ) from None
        except StoreError as error:
            raise StoreError(error.message.replace(str(probe), str(self.folder))) from error
        except FileNotFoundError as error:  # /proc, or a drive that went away
            raise StoreError(
                f"cannot write {self.folder}: no folder can be made there. Choose another folder "
                "with --paths.runs=DIR."
            ) from error
        except OSError as error:
            raise write_failure(self.folder, error) from error

    def open_run(
        self, stage: str, order: int, model: str | None, *, again: Record | None = None
    ) -> RunFolder:
        """Make the next run folder of a stage and own it.

        Args:
            stage, order, model: what runs.
            again: the record of a run that did not end; its folder is taken up instead.

        Raises:
            StoreError: another process runs this stage for this model, or the disk says no.
        """
        parent = self.folder / stage_folder_name(order, stage)
        try:
            self._make_plain(parent)
            with brief_lock(self.folder / LOCK):
                self._refuse_second(stage, model)
                place = self._place_of(again) if again else self._make_folder(parent, stage)
                lock = FolderLock(place.path)
                lock.acquire(stage, model)
                note_opened(self.folder, place.folder)
                if again is None:
                    append_run(parent, place.run, model)
        except StoreError:
            raise
        except OSError as error:
            raise write_failure(Path(error.filename or parent), error) from error
        return RunFolder(place, lock)

    def running_elsewhere(self, stage: str, model: str | None) -> Owner | None:
        """The living process, other than this one, that runs this stage for this model."""
        for place in reversed(self._runs(stage)):
            owner = owner_of(place.path)
            if owner is None or owner.model != model or owner.is_this_process:
                continue
            if is_held(place.path):
                return owner
        return None

    def mark_interrupted(self) -> list[Record]:
        """Rewrite as `interrupted` what says `running` though its process is gone.

        What that process had half written is removed.

        Returns:
            Those records.

        Raises:
            StoreError: the disk is full or read-only.
        """
        marked = []
        for place in self._all_runs():
            record = clear_away(place, self._reader)
            if record is not None:
                marked.append(record)
        return marked

    # Reading

    def records(self, stage: str | None = None, model: str | _Any | None = ANY) -> list[Record]:
        """All records, or those of a stage or model, by stage in recipe order, oldest first."""
        places = self._all_runs() if stage is None else self._runs(stage)
        read = (self._reader.read(place) for place in places)
        return [r for r in read if r is not None and model in (ANY, r.model)]

    def latest(self, stage: str, model: str | None) -> Record | None:
        """The newest record of a stage for a model."""
        return self._latest_by_model(self._runs(stage), only=model).get(model)

    def latest_all(self) -> list[Record]:
        """The newest record of each stage and model, in the order of the recipe, then by model."""
        newest: list[Record] = []
        for runs in self._by_stage().values():
            newest.extend(self._latest_by_model(runs).values())
        return sorted(newest, key=lambda r: (r.order, r.stage, r.model or ""))

    def path_of(self, record: Record, name: str = "") -> Path:
        """The run folder of a record that was read, or a file in it.

        Raises:
            StoreError: the name leads out of the run folder.
        """
        return inside(inside(self.folder, record.folder), name)

    # Inside

    def _by_stage(self) -> dict[str, list[RunPlace]]:
        return runs_by_stage(self.folder, self._reader.messages)

    def _make_plain(self, folder: Path) -> None:
        """Make a folder of the project where it is missing.

        Raises:
            StoreError: it, or the project's, is a link: what is written there ends elsewhere.
        """
        link = next((path for path in (self.folder, folder) if path.is_symlink()), None)
        if link is not None:
            raise StoreError(
                f"cannot write there: {linked(link)}. Remove the link, or choose another folder "
                "with --paths.runs=DIR."
            )
        folder.mkdir(parents=True, exist_ok=True)

    def _runs(self, stage: str) -> list[RunPlace]:
        return self._by_stage().get(stage, [])

    def _all_runs(self) -> list[RunPlace]:
        by_stage = [runs for runs in self._by_stage().values() if runs]
        # A stage stands where its newest run stands: the recipe's order may have changed.
        ordered = sorted(by_stage, key=lambda runs: runs[-1].order)
        return [place for runs in ordered for place in runs]

    def _refuse_second(self, stage: str, model: str | None) -> None:
        owner = self.running_elsewhere(stage, model)
        if owner is not None:
            raise StoreError(
                f"stage '{stage}' is being run already by {owner}. Wait until it is done, or end "
                "that process."
            )

    def _place_of(self, record: Record) -> RunPlace:
        path = self.path_of(record)
        return next(place for place in self._runs(record.stage) if place.path == path)

    def _make_folder(self, parent: Path, stage: str) -> RunPlace:
        runs = self._runs(stage)
        number = runs[-1].number + 1 if runs else 1
        while True:
            path = parent / run_folder_name(number)
            try:
                path.mkdir()
            except FileExistsError:  # a plain file of that name, or a store without locks
                number += 1
                continue
            return RunPlace(stage, number, parent, path.name)

    def _latest_by_model(
        self, runs: list[RunPlace], only: str | _Any | None = ANY, rebuild: bool = False
    ) -> dict[str | None, Record]:
        models = self._models_of(runs, rebuild)
        known = {model for by_run in models.values() for model in by_run.values()}
        found: dict[str | None, Record] = {}
        for place in reversed(runs):
            model = models[place.parent.name].get(place.run, _UNKNOWN)
            if model is _UNKNOWN or model in found or only not in (ANY, model):
                continue
            record = self._reader.read(place)
            if record is None:
                continue
            if record.model != model and not rebuild:  # an index that came from elsewhere
                return self._latest_by_model(runs, only, rebuild=True)
            found[record.model] = record
            if record.model == only or found.keys() == known:
                break
        return found

    def _models_of(
        self, runs: Iterable[RunPlace], rebuild: bool = False
    ) -> dict[str, dict[str, str | None]]:
        """The model of each run whose model is known, by the names of stage and run folders,
        healing the indexes that lack some."""
        by_parent: dict[Path, list[RunPlace]] = {}
        for parent, group in groupby(runs, key=attrgetter("parent")):
            by_parent.setdefault(parent, []).extend(group)
        models: dict[str, dict[str, str | None]] = {}
        for parent, places in by_parent.items():
            indexed = {} if rebuild else read_index(parent)
            missing = [place for place in places if place.run not in indexed]
            healed = {p.run: r.model for p in missing if (r := self._reader.read(p)) is not None}
            indexed.update(healed)
            if healed and not self.read_only:
                write_index(parent, dict(sorted(indexed.items())))
            models[parent.name] = {p.run: indexed[p.run] for p in places if p.run in indexed}
        return models
