"""What the folders of a run store are called, and finding them again.

    ROOT/PROJECT/01-explore/0001-20261123-221000/record.json

Names found on disk are only ever matched, never trusted: a folder that does not look like one of
ours is passed over.
"""

from __future__ import annotations

import os
import re
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from art.core.files import LONGEST_FOLDER
from art.core.planted import is_stored
from art.errors import StoreError

RECORD = "record.json"
UNREADABLE = "record.json.unreadable"

_STAGE_FOLDER = re.compile(r"(\d{2,})-(.+)", re.DOTALL)
_RUN_FOLDER = re.compile(r"(\d{4,})-\d{8}-\d{6}")
_NO_NAME = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


class RunPlace(NamedTuple):
    """Where a run lies. A store may hold ten thousand: paths are made of those that are read.

    Attributes:
        stage: the stage's name.
        number: the run's sequence number within its stage.
        parent: the folder of the stage.
        run: the run folder's name.
    """

    stage: str
    number: int
    parent: Path
    run: str

    @property
    def path(self) -> Path:
        """The run folder."""
        return self.parent / self.run

    @property
    def order(self) -> int:
        """The stage's place in the recipe when it ran."""
        return int(self.parent.name.split("-", 1)[0])

    @property
    def folder(self) -> str:
        """The run folder relative to the project's folder."""
        return f"{self.parent.name}/{self.run}"


def stage_folder_name(order: int, stage: str) -> str:
    """`01-explore`."""
    return f"{order:02d}-{checked_name(stage, 'stage')}"


def run_folder_name(number: int, now: datetime | None = None) -> str:
    """`0001-20261123-221000`, the time in UTC."""
    now = now or datetime.now(timezone.utc)
    return f"{number:04d}-{now.astimezone(timezone.utc):%Y%m%d-%H%M%S}"


def checked_name(name: str, what: str) -> str:
    """The name, where it can be a folder's on every platform.

    Raises:
        StoreError: it cannot; the message says how names look.
    """
    size = len(os.fsencode(name))
    if size > LONGEST_FOLDER:
        raise StoreError(
            f"{name!r:.40}... cannot name a {what}: it is too long. The folder of its records is "
            f"called so, and {size} bytes are more than {LONGEST_FOLDER}."
        )
    if not name or _NO_NAME.search(name) or name[0] in ". " or name[-1] in ". ":
        raise StoreError(
            f"{name!r:.80} cannot name a {what}: its records are kept in a folder of that name. "
            "Use letters, digits, '-', '_' and dots inside."
        )
    return name


def runs_by_stage(project: Path, links: dict[str, str] | None = None) -> dict[str, list[RunPlace]]:
    """Every run folder of a project, by stage, each stage's in the order of their numbers.

    A stage's runs may lie in several folders (`02-overfit`, `03-overfit`): its place in the
    recipe may have changed between runs.

    Args:
        project: the project's folder.
        links: takes a message for each link in place of a folder. None is followed: what lies
            behind it belongs to someone else, and is neither read nor changed.
    """
    links = {} if links is None else links
    found: dict[str, list[RunPlace]] = {}
    if project.is_symlink():
        links[project.name] = linked(project)
        return found
    for name in folders_in(project, links):
        match = _STAGE_FOLDER.fullmatch(name)
        if match:
            found.setdefault(match[2], []).extend(_runs_in(project / name, match[2], links))
    for runs in found.values():
        runs.sort(key=lambda place: (place.number, place.run))
    return found


def _runs_in(folder: Path, stage: str, links: dict[str, str]) -> list[RunPlace]:
    matches = (_RUN_FOLDER.fullmatch(name) for name in folders_in(folder, links))
    return [RunPlace(stage, int(m[1]), folder, m[0]) for m in matches if m]


def find_projects(root: Path) -> list[str]:
    """The projects in a runs folder, sorted: folders that hold a run of some stage."""
    return sorted(name for name in folders_in(root) if any(runs_by_stage(root / name).values()))


def file_in_the_way(path: Path) -> Path:
    """The part of a path that should be a folder and is something else; `path` where none is.

    A link to nothing counts: no folder can be made of its name.
    """
    parts = [path, *path.parents]
    return next((p for p in reversed(parts) if os.path.lexists(p) and not p.is_dir()), path)


def what_is_in_the_way(path: Path) -> str:
    """What stands where a folder should, and what to do with it, in words."""
    part = file_in_the_way(path)
    if not part.is_symlink():
        what = "a file" if part.is_file() else "something else"
        return f"{part} is {what}, not a folder. Move it away"
    target = part.readlink()
    if part.exists():
        return f"{part} is a link to {target}, which is not a folder. Remove the link"
    return f"{part} is a link to {target}, which does not exist. Make that folder, remove the link"


def inside(folder: Path, relative: str | Path) -> Path:
    """The path of `relative` within a run folder.

    Raises:
        StoreError: it leads out of the folder. Paths in records come from disk, and those of
            artifacts from plugins: neither may reach other files.
    """
    parts = PurePosixPath(str(relative).replace("\\", "/"))
    path = folder / parts
    if parts.is_absolute() or ".." in parts.parts or re.match(r"[A-Za-z]:", str(relative)):
        raise StoreError(f"{str(relative)!r} leads out of the run folder {folder}.")
    try:
        leads_out = not path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # a NUL, half a letter, a link to itself
        raise StoreError(f"{str(relative)!r:.200} is not a path in a run folder.") from None
    if leads_out:
        raise StoreError(f"{path} is a link that leads out of the run folder.")
    return path


def is_plain(folder: Path) -> bool:
    """Whether a run folder holds files and folders alone: no links, which ART never makes there,
    nor pipes and devices."""
    with os.scandir(folder) as entries:
        return all(
            is_plain(Path(entry.path))
            if entry.is_dir(follow_symlinks=False)
            else entry.is_file(follow_symlinks=False)
            for entry in entries
        )


def linked(path: Path) -> str:
    """What to say of a link where a store has a folder of its own."""
    return f"{path} is a link, and links in a store are not followed"


def runs_below(folder: Path, name: str = RECORD) -> list[Path]:
    """The folders in a stage's folder that hold a file of that name, sorted; links are not."""
    return sorted(folder / run for run in folders_in(folder) if is_stored(folder / run / name))


def folders_in(path: Path, links: dict[str, str] | None = None) -> list[str]:
    """Names of the folders in `path`; none where it is missing or not ours to read.

    Args:
        path: a folder.
        links: takes a message for each link to a folder, which is passed over.
    """
    try:
        with os.scandir(path) as entries:
            return [entry.name for entry in entries if _is_folder(entry, links)]
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []


def _is_folder(entry: os.DirEntry[str], links: dict[str, str] | None) -> bool:
    try:
        if links is not None and entry.is_symlink() and entry.is_dir():
            links[entry.name] = linked(Path(entry.path))
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # a link to itself
        return False
