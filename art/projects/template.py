"""A template: a folder in copier's format, looked at before anything of it is used."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from os.path import lexists
from pathlib import Path
from typing import Any

from art.core.planted import read_stored
from art.errors import UserError, printable
from art.projects.limited import MOST_BYTES, MOST_FILES, TemplateError, work

SETTINGS = ("copier.yml", "copier.yaml")
RUNS_CODE = {
    "_tasks": "runs commands after it is copied",
    "_migrations": "runs commands when it is updated",
    "_jinja_extensions": "loads Python modules",
}
"""What a template may ask of copier, and never gets here."""


@dataclass(frozen=True)
class Template:
    """A template that asks for nothing that would run code.

    Attributes:
        folder: where its files are.
        source: what the user calls it: a built-in name, a folder, a hub source.
        questions: by name, as the template has them.
        revision: what tells this state of the template from others.
    """

    folder: Path
    source: str
    questions: Mapping[str, Any] = field(default_factory=dict)
    revision: str = ""


def look_at(folder: Path, source: str, revision: str = "") -> Template:
    """Read a template's questions, and refuse it where it wants more than to be filled in.

    Args:
        folder: its files.
        source: what the user calls it.
        revision: a commit; a digest of the files where there is none.

    Raises:
        UserError: it is no template, it would run code, or it reaches outside of its folder; all
            that is wrong with it in one message.
    """
    found = [folder / name for name in SETTINGS if lexists(folder / name)]
    if len(found) != 1:
        raise UserError(
            f"template {printable(source)}: "
            + ("both copier.yml and copier.yaml are there." if found else "it has no copier.yml.")
        )
    settings = _read(found[0], source)
    wrong = [does for key, does in RUNS_CODE.items() if settings.get(key)]
    wrong += list(_strange_files(folder))
    if wrong:
        raise UserError(
            f"template {printable(source)} is not used: it {', and it '.join(wrong)}. "
            f"ART only fills templates in. Nothing was written."
        )
    questions = {key: value for key, value in settings.items() if not key.startswith("_")}
    return Template(folder, source, questions, revision or digest_of(folder))


def digest_of(folder: Path) -> str:
    """A digest of every file of a template."""
    total = sha256()
    for path in files_of(folder):
        name = path.relative_to(folder).as_posix().encode()
        total.update(sha256(name).digest() + sha256(read_stored(path)).digest())
    return total.hexdigest()


def files_of(folder: Path) -> list[Path]:
    """The files of a folder and those below it, but for git's own and compiled Python, sorted."""
    found = []
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", "__pycache__")]
        found += [Path(place, name) for name in files]
    return sorted(found)


def _read(path: Path, source: str) -> dict[str, Any]:
    """A template's settings."""
    with tempfile.TemporaryDirectory(prefix="art-template-") as desk:
        try:
            settings = work("read_settings", Path(desk), source, file=str(path.absolute()))
        except TemplateError as error:
            reason = printable(str(error)).rstrip(".")
            raise UserError(f"template {printable(source)}: {path.name}: {reason}.") from None
    if settings is None:
        return {}
    if not isinstance(settings, dict):
        raise UserError(f"template {printable(source)}: {path.name} holds no settings by name.")
    return settings


def _strange_files(folder: Path) -> Iterator[str]:
    size = 0
    paths = files_of(folder)
    for path in paths:
        name = printable(path.relative_to(folder).as_posix())
        if path.is_symlink() or not path.is_file():
            what = "a link" if path.is_symlink() else "not a regular file"
            yield f"holds '{name}', which is {what}"
        else:
            size += path.stat().st_size
    for place, folders, _ in os.walk(folder):
        for name in folders:
            if Path(place, name).is_symlink():
                yield f"holds '{printable(name)}', which is a link"
    if len(paths) > MOST_FILES or size > MOST_BYTES:
        yield f"has more than {MOST_FILES:,} files or {MOST_BYTES // 1_000_000} MB"
