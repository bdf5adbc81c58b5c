"""Finds the trained model that a path stands for: a run's, a stage's, or a project's best."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path

from art.config import RecipeConfig, load_text
from art.config.reading.document import read
from art.config.schema.json_form import nested
from art.config.writing.defaults import profile_of
from art.core.files import read_text
from art.core.missing import meant
from art.core.planted import is_stored, read_stored
from art.core.record import Record
from art.errors import ArtError, PathError, RecordError, StoreError
from art.store import find_projects
from art.store.layout import RECORD, inside, runs_below, runs_by_stage
from art.store.record_file import decode

CONFIG = "config.cfg"
CHECKPOINT = "checkpoint"
WHERE = "A run of a stage that trains leaves one: RUNS/PROJECT/05-overfit/0001-..."


@dataclass(frozen=True)
class Found:
    """A trained model on the disk.

    Attributes:
        checkpoint: its file.
        folder: the run's folder.
        record: what the run left; None for a checkpoint that lies in no run's folder.
        said: which model was chosen and why, where there was a choice; empty where there was none.
    """

    checkpoint: Path
    folder: Path
    record: Record | None
    said: str = ""


def find_model(run: Path) -> Found:
    """The trained model of a run's folder, a stage's, a project's, a runs folder, or a checkpoint.

    A stage stands for its newest passed run. A project stands for the best of its models by their
    scores on val, each as the latest stage left it.

    Raises:
        PathError: there is none.
    """
    if run.is_file():
        folder = run.parent.parent
        record = _record(folder) if is_stored(folder / RECORD) else None
        return Found(run, folder, record)
    if not run.is_dir():
        raise PathError(f"{run}: no such run.{meant(run)} `art report` names the folders of runs.")
    if lexists(run / RECORD):
        found = _trained(run)
        if found is None:
            raise PathError(f"{run}: no checkpoint here. {WHERE}")
        return found
    project = _project(run)
    if project is not None:
        return _best(project)
    runs = sorted(runs_below(run), key=lambda f: (len(f.name), f.name))
    found = _newest(runs)
    if found is None:
        raise PathError(f"{run}: no checkpoint here. {WHERE}")
    return found


def config_of(found: Found) -> RecipeConfig:
    """The config that a run was made from, as it lies beside its record.

    Raises:
        PathError: it is missing.
        ConfigError: it names what is not registered here.
    """
    path = found.folder / CONFIG
    return load_text(read_text(path, "config of the run"), str(path), environ={})


# Among several


def _project(path: Path) -> Path | None:
    """The folder of the project that a path stands for; None where it is no project's."""
    if any(runs_by_stage(path).values()):
        return path
    names = find_projects(path)
    if len(names) > 1:
        raise PathError(
            f"{path}: several projects: {', '.join(names)}. Name one: {path / names[0]}."
        )
    return path / names[0] if names else None


def _best(project: Path) -> Found:
    """The best model of a project."""
    latest: dict[str | None, Found] = {}
    for runs in runs_by_stage(project).values():
        for model in {_model_of(place.path) for place in runs}:
            found = _newest(p.path for p in runs if _model_of(p.path) == model)
            if found is not None and _comes_later(found, latest.get(model)):
                latest[model] = found
    if not latest:
        raise PathError(f"{project}: no stage of this project has left a trained model. {WHERE}")
    name, higher = _deciding(next(iter(latest.values())))
    ranked = sorted(latest.values(), key=lambda found: _rank(found, name, higher), reverse=True)
    first = ranked[0]
    assert first.record is not None
    score = f"{name} {_score(first, name)}" if name in first.record.scores else "unscored"
    others = [f"{one.record.model} {_score(one, name)}" for one in ranked[1:] if one.record]
    what = f"{first.record.model or 'the model'}, {score}"
    if others:
        what = (
            f"{first.record.model}, the best of {len(ranked)} models: {score} ({', '.join(others)})"
        )
    closed = "" if first.record.gate_open else f". Its gate is not open ({first.record.status})"
    said = f"{first.folder}: {what}{closed}"
    return Found(first.checkpoint, first.folder, first.record, said)


def _comes_later(found: Found, before: Found | None) -> bool:
    """A passed run comes before one whose gate is closed, then the later stage."""
    if before is None or found.record is None or before.record is None:
        return True
    one, other = found.record, before.record
    return (one.gate_open, one.order) >= (other.gate_open, other.order)


def _deciding(found: Found) -> tuple[str, bool]:
    """The score that decides between models, and whether higher is better."""
    try:
        profile = config_of(found).profile
    except ArtError:  # it names parts of code that is not loaded; the task is mostly ART's own
        path = found.folder / CONFIG
        profile = profile_of(nested(read(read_text(path, "config of the run"), str(path))))
    return (
        (f"val/{profile.score}", profile.higher_is_better) if profile.score else ("val/loss", False)
    )


def _rank(found: Found, name: str, higher: bool) -> tuple[bool, float, int]:
    """A gate that is open, then the score, then fewer parameters."""
    assert found.record is not None
    score = found.record.scores.get(name, math.nan)
    score = score if higher else -score
    size = found.record.environment.get("parameters")
    smaller = -size if isinstance(size, int) else 0
    return found.record.gate_open, -math.inf if math.isnan(score) else score, smaller


def _score(found: Found, name: str) -> str:
    score = found.record.scores.get(name) if found.record else None
    return "unknown" if score is None else f"{score:.4g}"


def _newest(folders: Iterable[Path]) -> Found | None:
    """The newest passed run that left a model, else the newest one that left one."""
    found = [one for folder in folders if (one := _trained_or_none(folder)) is not None]
    passed = [one for one in found if one.record is not None and one.record.gate_open]
    return (passed or found)[-1] if found else None


def _trained_or_none(folder: Path) -> Found | None:
    try:
        return _trained(folder)
    except PathError:  # one that cannot be read is passed over where there are others
        return None


def _model_of(folder: Path) -> str | None:
    try:
        return _record(folder).model
    except PathError:  # a run without a record has no model to use
        return None


def _trained(folder: Path) -> Found | None:
    """The model that a run left; None where it left none."""
    if not lexists(folder / RECORD):
        return None
    record = _record(folder)
    if CHECKPOINT not in record.artifacts or record.status not in ("passed", "failed"):
        return None
    path = inside(folder, record.artifacts[CHECKPOINT])
    return Found(path, folder, record) if path.is_file() else None


def _record(folder: Path) -> Record:
    try:
        return decode(read_stored(folder / RECORD), str(folder))
    except (OSError, RecordError, StoreError) as error:
        raise PathError(f"{folder}: its record cannot be read: {error}") from None
