"""Brings what has changed in a template into a project made from it: `art update`.

Three copies of each file decide: as the template made it then, as it is now, as the template makes
it today. All of them are read and merged before the first is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from art.config.writing.merge import merge
from art.core.planted import read_planted
from art.errors import PathError
from art.projects.merging import merge_text
from art.projects.rendering import File, Files, render
from art.projects.sources import opened
from art.projects.state import (
    State,
    check_inside,
    read_state,
    remove_file,
    write_files,
    write_state,
)

NEW = ".new"
"""Behind the name of the template's version of a file that cannot be merged."""


@dataclass
class Updated:
    """What an update did.

    Attributes:
        changed: a line about each file that is another now.
        conflicts: a line about each place that both changed; the user's is kept there.
        is_current: there was nothing to do.
    """

    changed: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    is_current: bool = False


def update_project(
    folder: Path, answers: Mapping[str, Any], *, ask: bool = False, dry_run: bool = False
) -> Updated:
    """Update a project. What the user changed stays; nothing is lost.

    Args:
        folder: the project's.
        answers: new ones, in place of those that the project was made with.
        ask: ask on the terminal what the template did not ask before.
        dry_run: say what would be done, and write nothing.

    Raises:
        PathError: the folder is no project, or a file of it cannot be read.
        UserError: the template is gone or refused, or an answer is wrong. Nothing was written.
    """
    state = read_state(folder)
    with opened(state.template) as template:
        kept = {key: one for key, one in state.answers.items() if key in template.questions}
        if template.revision == state.revision and not answers:
            return Updated(is_current=True)
        made = render(template, {**kept, **answers}, defaults={}, ask=ask)
        new = State(state.template, template.revision, made.answers, made.files)
    update = _Update(folder, state.files, new.files)
    update.decide()
    if not dry_run:
        update.write()
        write_state(folder, new)
    return update.told


class _Update:
    """One update: what is to be written and removed, and what is to be said of it."""

    def __init__(self, folder: Path, base: Files, theirs: Files) -> None:
        self.told = Updated()
        self._folder, self._base, self._theirs = folder, base, theirs
        self._written: dict[str, File] = {}
        self._removed: list[str] = []

    def decide(self) -> None:
        """Compare the three copies of every file."""
        for name in sorted({*self._base, *self._theirs}):
            base, theirs = self._base.get(name), self._theirs.get(name)
            yours = self._yours(name)
            if theirs == base or yours == theirs:
                continue
            if theirs is None:
                self._gone(name, yours == base)
            elif yours is None and base is None:
                self._write(name, theirs, "new")
            elif yours is None:
                self.told.changed.append(f"{name}: you removed it, and it stays away")
            elif yours == base:
                self._write(name, theirs, "updated")
            else:
                self._both(name, yours, theirs)

    def write(self) -> None:
        """Do what was decided."""
        write_files(self._folder, self._written)
        for name in self._removed:
            remove_file(self._folder / name)

    def _yours(self, name: str) -> File | None:
        path = self._folder / name
        check_inside(self._folder, path)
        try:
            if not path.exists() and not path.is_symlink():
                return None
            return File(read_planted(path), bool(path.stat().st_mode & 0o100))
        except OSError as error:
            raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from None

    def _gone(self, name: str, unchanged: bool) -> None:
        if unchanged:
            self._removed.append(name)
            self.told.changed.append(f"{name}: removed, as in the template")
        elif (self._folder / name).exists():
            self.told.changed.append(f"{name}: gone from the template; you changed it, so it stays")

    def _write(self, name: str, file: File, what: str) -> None:
        self._written[name] = file
        self.told.changed.append(f"{name}: {what}")

    def _both(self, name: str, yours: File, theirs: File) -> None:
        base = self._base.get(name, File(b""))
        try:
            texts = [file.content.decode("utf-8") for file in (base, yours, theirs)]
        except UnicodeDecodeError:
            return self._beside(name, theirs)
        if "\0" in "".join(texts):
            return self._beside(name, theirs)
        if name not in self._base and not name.endswith(".cfg"):
            return self._beside(name, theirs)  # two files of the same name, and no common origin
        merged = self._config(name, *texts) if name.endswith(".cfg") else self._text(name, *texts)
        if merged != texts[1]:
            self._write(name, File(merged.encode(), yours.executable), "merged with yours")
        return None

    def _config(self, name: str, base: str, yours: str, theirs: str) -> str:
        """Merged by key; where both changed one, the user's stays."""
        merged = merge(base, yours, theirs)
        for one in merged.conflicts:
            here, there = (_shown(side) for side in (one.yours, one.theirs))
            self.told.conflicts.append(
                f"{name}: {one.name}: yours is {here}, the template's now {there}; yours is kept"
            )
        return merged.text

    def _text(self, name: str, base: str, yours: str, theirs: str) -> str:
        """Merged by line; where both changed one, both stand there between marks."""
        merged = merge_text(base, yours, theirs)
        for line in merged.conflicts:
            self.told.conflicts.append(f"{name}:{line}: yours and the template's stand there")
        return merged.text

    def _beside(self, name: str, theirs: File) -> None:
        self._written[name + NEW] = theirs
        self.told.conflicts.append(f"{name}: yours is kept, the template's is {name}{NEW}")


def _shown(value: str | None) -> str:
    """A setting or a section as it is written, in one line."""
    if value is None:
        return "removed"
    line = " ".join(value.split())
    return line if len(line) <= 60 else f"{line[:57]}..."
