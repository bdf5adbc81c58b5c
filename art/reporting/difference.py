"""Two texts as a unified diff."""

from __future__ import annotations

from difflib import unified_diff

from art.errors import printable

COLOURS = {"+": "32", "-": "31", "@": "36"}
NO_END = "\\ No newline at end of file"


def difference(before: str, after: str, names: tuple[str, str], colour: bool = False) -> str:
    """What changes from one text to the other, as `diff -u` has it; empty where nothing does.

    Without colour it is a patch that `patch` takes, to the byte.

    Args:
        before, after: the texts.
        names: what to call them.
        colour: whether ANSI escapes may be written; escapes in the texts are then made visible.
    """
    lines = unified_diff(_lines(before), _lines(after), *names)
    shown = [line if line.endswith("\n") else f"{line}\n{NO_END}\n" for line in lines]
    return "".join(_painted(line) for line in shown) if colour else "".join(shown)


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])


def _painted(text: str) -> str:
    return "".join(_line(line.removesuffix("\r")) for line in text.split("\n")[:-1])


def _line(line: str) -> str:
    shown = "\t".join(map(printable, line.split("\t")))
    code = "1" if line.startswith(("+++ ", "--- ")) else COLOURS.get(line[:1])
    return f"\x1b[{code}m{shown}\x1b[0m\n" if code else f"{shown}\n"
