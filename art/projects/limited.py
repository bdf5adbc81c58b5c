"""Lets a template do its work in a process of its own, with bounds on time, memory and files.

A template is a program of sorts: its loops, its regular expressions and the aliases of its YAML can
ask for more than any machine has. What ends at a bound leaves nothing behind but a message.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import art
from art.core.planted import read_stored
from art.core.process import Bounds, attend, capture
from art.errors import UserError, printable

SECONDS = 60
ASKED_SECONDS = 3600
"""A person may think as long as that about the questions."""
CPU_SECONDS = 10
MEMORY = 1 << 30
MOST_FILES = 1_000
MOST_BYTES = 20_000_000

CHILD = (
    "import sys; sys.path = [place for place in sys.path if place]; sys.path.append(sys.argv[1]); "
    "from art.projects.child import main; main(sys.argv[2])"
)
"""It imports nothing from the folder that it runs in."""

REQUEST, ANSWER, PLACE = "request.json", "answer.json", "place.txt"


class TemplateError(Exception):
    """What went wrong with a template.

    Args:
        text: in a few words.
        is_value: an answer or a value was wrong.
    """

    def __init__(self, text: str, *, is_value: bool = False) -> None:
        super().__init__(text)
        self.is_value = is_value


def work(what: str, folder: Path, source: str, *, asks: bool = False, **arguments: Any) -> Any:
    """Let a function of `art.projects.child` work in a process of its own.

    Args:
        what: the function's name.
        folder: an empty one, to work in and to talk through.
        source: what the user calls the template.
        asks: it may ask on the terminal.
        **arguments: JSON values for it.

    Raises:
        TemplateError: the template raised something.
        UserError: it ran into a bound.
    """
    request = json.dumps({"do": what, "arguments": arguments}, default=str)
    (folder / REQUEST).write_text(request, encoding="utf-8")
    command = [sys.executable, "-c", CHILD, str(Path(art.__file__).parents[1]), str(folder)]
    bounds = Bounds(memory=MEMORY, file_size=MOST_BYTES, cpu_seconds=CPU_SECONDS)
    if asks:
        code, why = attend(command, folder, seconds=ASKED_SECONDS, bounds=bounds), ""
    else:
        done = capture(command, folder, seconds=SECONDS, size=100_000, bounds=bounds)
        code, why = done.code, done.stopped
    answer = _answer(folder)
    if code in (130, -signal.SIGINT):
        raise KeyboardInterrupt
    if answer is None or "stopped" in answer:
        told = _bound(code, why) if answer is None else str(answer["stopped"])
        raise UserError(f"template {printable(source)} is not used: {_place(folder)}{told}.")
    if "error" in answer:
        raise TemplateError(str(answer["error"]), is_value=bool(answer.get("is_value")))
    return answer.get("value")


def _answer(folder: Path) -> Mapping[str, Any] | None:
    """What the process said; None where it did not come to say anything."""
    try:
        found = json.loads(read_stored(folder / ANSWER))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _place(folder: Path) -> str:
    """The file of the template that was being worked on."""
    try:
        name = read_stored(folder / PLACE).decode("utf-8", "replace")
    except OSError:
        return ""
    return f"{printable(name)}: " if name else ""


def _bound(code: int, why: str) -> str:
    """What a process ran into that said nothing itself."""
    if why == "time":
        return f"it takes longer than {SECONDS} s"
    if -code == getattr(signal, "SIGXCPU", 0):
        return f"it takes more than {CPU_SECONDS} s of computing"
    if why == "size":
        return "it says too much"
    return f"the process that fills it in ended with exit code {code}"
