"""What a project knows of the template that it was made from: `.art/`, which goes with it.

`.art/template/` holds the files as the template made them, so that an update can tell what the
user changed from what the template changed, without a network and whatever became of the template.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from art.core.files import atomic_write, read_text
from art.core.planted import read_stored
from art.errors import PathError, UserError
from art.projects.rendering import OWN, File, Files, check_place
from art.projects.template import files_of

SCHEMA = 1


@dataclass(frozen=True)
class State:
    """How a project was made.

    Attributes:
        template: its source.
        revision: that of the template when it was last filled in.
        answers: to its questions.
        files: what the template made then.
    """

    template: str
    revision: str
    answers: Mapping[str, Any]
    files: Files


def write_files(folder: Path, files: Files) -> None:
    """Write files below a folder, each whole.

    Raises:
        PathError: a folder on the way is a link that leads out of the project.
        StoreError: the disk is full or the folder is read-only.
    """
    for name, file in files.items():
        path = folder / name
        check_inside(folder, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        atomic_write(path, file.content)
        if file.executable:
            path.chmod(0o755)


def check_inside(folder: Path, path: Path) -> None:
    """Refuse a path whose folder is not below the project's.

    Raises:
        PathError: it is elsewhere.
    """
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise PathError(f"{path}: a link leads out of the project. Nothing is written there.")


def write_state(folder: Path, state: State) -> None:
    """Keep how a project was made; the files that the template makes no longer go."""
    base = folder / OWN / "template"
    check_inside(folder, base / "any")
    known = {f"{base.relative_to(folder).as_posix()}/{name}" for name in state.files}
    (folder / OWN).mkdir(exist_ok=True)
    if base.is_dir():
        for path in files_of(base):
            if path.relative_to(folder).as_posix() not in known:
                path.unlink()
    write_files(base, state.files)
    text = json.dumps(
        {
            "schema": SCHEMA,
            "template": state.template,
            "revision": state.revision,
            "answers": dict(state.answers),
        },
        indent=2,
        ensure_ascii=False,
    )
    atomic_write(folder / OWN / "project.json", f"{text}\n")


def read_state(folder: Path) -> State:
    """How a project was made.

    Raises:
        PathError: the folder is no project.
        UserError: what it knows of its template cannot be read.
    """
    path = folder / OWN / "project.json"
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        raise PathError(
            f"{folder}: no project that `art init project` made: it has no {OWN}/project.json."
        ) from None
    try:
        found = json.loads(read_text(path))
        template, revision = str(found["template"]), str(found["revision"])
        answers = dict(found["answers"])
        schema = int(found["schema"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UserError(f"{path}: cannot be read: {error}. Take it back from git.") from None
    if schema > SCHEMA:
        raise UserError(f"{path}: written by a newer ART. Update ART first.")
    base = folder / OWN / "template"
    files: dict[str, File] = {}
    for file in files_of(base) if base.is_dir() else ():
        name = file.relative_to(base).as_posix()
        check_place(name, template)
        try:
            files[name] = File(read_stored(file), bool(file.stat().st_mode & 0o100))
        except OSError as error:
            raise UserError(
                f"{file}: cannot be read: {error.strerror or error}. Take it back from git."
            ) from None
    return State(template, revision, answers, files)


def remove_file(path: Path) -> None:
    """Remove a file, and its folder where nothing else is in it."""
    path.unlink(missing_ok=True)
    with suppress(OSError):  # something else is in it
        path.parent.rmdir()
