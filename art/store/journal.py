"""In which order the runs of a project were opened, whatever their stages and the clock say.

`journal.jsonl` in the project's folder holds a line for each opening, written under the project's
lock: `{"run": "01-explore/0001-20261123-221000"}`. A run that is taken up again has a second line.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from art.core.planted import open_to_append, read_stored

JOURNAL = "journal.jsonl"


def note_opened(project: Path, folder: str) -> None:
    """Add a line for a run; the project's lock must be held.

    Args:
        project: the project's folder.
        folder: the run's, relative to it.

    Raises:
        OSError: it cannot be written.
    """
    with open_to_append(project / JOURNAL) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        torn = size > 0 and file.read(1) != b"\n"  # its process was killed while it wrote
        line = json.dumps({"run": folder}) + "\n"
        file.write(("\n" + line if torn else line).encode())


def opened(project: Path) -> dict[str, int]:
    """The run folders by when they were last opened: the higher, the later.

    Lines that make no sense are passed over.
    """
    try:
        content = read_stored(project / JOURNAL)
    except OSError:
        return {}
    places: dict[str, int] = {}
    for number, line in enumerate(content.splitlines()):
        try:
            run = json.loads(line)["run"]
        except (ValueError, KeyError, TypeError, RecursionError):
            continue
        if isinstance(run, str):
            places[run] = number
    return places
