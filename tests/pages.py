"""Pages of the documents, read as a reader does: their files, their commands, what these print."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# ([\w./-]+\.\w+)")
EXIT = re.compile(r"\s+# exits (\d+)$")
NUMBER = re.compile(r"[-+]?\d+(,\d{3})*(\.\d+)?(e[-+]?\d+)?")
DURATION = re.compile(r"(# min )?# s\b")
LEFT_OUT = re.compile(r"^ *\.\.\.\n", re.MULTILINE)


@dataclass(frozen=True)
class Command:
    """A line of an `sh` fence.

    Attributes:
        line: as it is typed, without what is said behind it.
        exits: its exit code, from `# exits N` at the end of the line; else 0.
        shown: the `text` fence right below, for the last line of a fence; empty where none is.
    """

    line: str
    exits: int
    shown: str


def fences(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page in order: the language and the text inside."""
    return FENCE.findall(text)


def files(text: str, kinds: tuple[str, ...] = ("ini", "python")) -> dict[str, str]:
    """The files that a page shows, by the name in their first line, `# name.py`; whole."""
    named = (
        (FILE_NAME.fullmatch(body.split("\n", 1)[0]), kind, body) for kind, body in fences(text)
    )
    return {name[1]: body for name, kind, body in named if name and kind in kinds}


def write_files(text: str, folder: Path) -> None:
    """Write every file that a page shows into a folder."""
    for name, body in files(text).items():
        (folder / name).write_text(body, encoding="utf-8")


def commands(text: str, programs: tuple[str, ...] = ("art ",)) -> list[Command]:
    """The lines of a page's `sh` fences that begin with one of those programs, in order."""
    blocks = fences(text)
    found = []
    for (kind, body), (after, shown) in zip(blocks, [*blocks[1:], ("", "")], strict=True):
        lines = [line for line in body.splitlines() if line.startswith(programs)]
        for line in lines if kind == "sh" else ():
            code = EXIT.search(line)
            seen = shown if after == "text" and line is lines[-1] else ""
            found.append(Command(EXIT.sub("", line), int(code[1]) if code else 0, seen))
    return found


def words_of(text: str) -> str:
    """A text with its numbers and times made equal, on one line: what it says, whatever was
    measured and wherever a line was broken."""
    return DURATION.sub("T", NUMBER.sub("#", " ".join(text.split())))


def missing_from(printed: str, shown: str) -> list[str]:
    """The pieces of an output on a page that a command did not print, in that order; `...` on a
    line of its own stands for what was left out."""
    rest, missing = words_of(printed), []
    for piece in filter(None, map(words_of, LEFT_OUT.split(shown))):
        before, found, after = rest.partition(piece)
        missing += [] if found else [piece]
        rest = after if found else before
    return missing
