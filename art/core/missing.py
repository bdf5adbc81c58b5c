"""What to say of a file or folder that is not there: which one was probably meant."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path

from art.errors import MOST_NAMES, nearest, printable


def meant(path: Path | str) -> str:
    """`" Did you mean 'first.cfg'?"`, where a name beside the missing one is close, else nothing.

    Of a path with several wrong parts, the first is put right, and the rest where that finds
    something. A file of the same ending comes before another.
    """
    found = _nearest_path(Path(path))
    return f" Did you mean '{printable(str(found))}'?" if found is not None else ""


def looked_in(path: Path | str) -> str:
    """`" It was looked for in /work, the folder that art was started in."` for a relative path."""
    if Path(path).is_absolute():
        return ""
    try:
        here = printable(str(Path.cwd()))
    except OSError:  # that folder was removed
        return ""
    return f" It was looked for in {here}, the folder that art was started in."


def _nearest_path(path: Path) -> Path | None:
    """The path with its missing parts replaced by those that are there; None where none is close.

    `Path("a/b")` keeps the way in which it was written: relative stays relative.
    """
    found = Path(path.anchor)
    for part in path.parts[1:] if path.anchor else path.parts:
        if (found / part).exists():
            found /= part
            continue
        name = _nearest_name(part, _names(found))
        if name is None:
            return None
        found /= name
    return found if found != path else None


def _nearest_name(name: str, names: list[str]) -> str | None:
    """By the name without its ending, which all configs share; else with it."""
    ending = Path(name).suffix
    same = {Path(one).stem: one for one in names if Path(one).suffix == ending}
    near = nearest(Path(name).stem, same)
    if near is not None:
        return same[near]
    stems = [one for one in names if Path(one).stem == Path(name).stem]
    others = [one for one in names if not ending or Path(one).suffix != ending]
    return next(iter(stems), None) or nearest(name, others)


def _names(folder: Path) -> list[str]:
    """What a folder holds, in order, without hidden names; nothing where it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            return sorted(e.name for e in islice(entries, MOST_NAMES) if e.name[:1] != ".")
    except OSError:
        return []
