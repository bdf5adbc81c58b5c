"""Merges a file that both the user and the template have changed since it was made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

YOURS, BETWEEN, THEIRS = "<<<<<<< yours", "=======", ">>>>>>> template"


@dataclass(frozen=True)
class MergedText:
    """Two changed copies as one.

    Attributes:
        text: all that either changed.
        conflicts: lines, counted from 1, where a place begins that both changed, differently. It
            has both versions there, between marks as git makes them.
    """

    text: str
    conflicts: tuple[int, ...] = ()


def merge_text(base: str, yours: str, theirs: str) -> MergedText:
    """Merge by line.

    Args:
        base: what both started from.
        yours: the user's copy.
        theirs: the template's new version.
    """
    if yours == theirs or theirs == base:
        return MergedText(yours)
    if yours == base:
        return MergedText(theirs)
    done: list[str] = []
    conflicts = []
    for old, mine, new in _pieces(_lines(base), _lines(yours), _lines(theirs)):
        if mine in (new, old):
            done += new
        elif new == old:
            done += mine
        else:
            conflicts.append(len(done) + 1)
            ending = "\r\n" if any(line.endswith("\r\n") for line in mine) else "\n"
            for mark, side in ((YOURS, mine), (BETWEEN, new)):
                done += [f"{mark}{ending}", *_closed(side, ending)]
            done.append(f"{THEIRS}{ending}")
    return MergedText("".join(done), tuple(conflicts))


Piece = tuple[list[str], list[str], list[str]]


def _pieces(base: list[str], yours: list[str], theirs: list[str]) -> Iterator[Piece]:
    """Pieces of the three copies that belong together: those that are the same in all, and those
    between."""
    at = (0, 0, 0)
    for start, in_yours, in_theirs, length in _common(base, yours, theirs):
        yield base[at[0] : start], yours[at[1] : in_yours], theirs[at[2] : in_theirs]
        same = base[start : start + length]
        yield same, same, same
        at = (start + length, in_yours + length, in_theirs + length)
    yield base[at[0] :], yours[at[1] :], theirs[at[2] :]


def _common(
    base: list[str], yours: list[str], theirs: list[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines that are the same in all three: where they begin in each, and their length."""
    mine, new = _matches(base, yours), _matches(base, theirs)
    while mine and new:
        (start, in_yours, length), (other, in_theirs, size) = mine[0], new[0]
        first, last = max(start, other), min(start + length, other + size)
        if first < last:
            yield first, in_yours + first - start, in_theirs + first - other, last - first
        (mine if start + length < other + size else new).pop(0)


def _matches(one: list[str], other: list[str]) -> list[tuple[int, int, int]]:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size]


def _lines(text: str) -> list[str]:
    """Lines with their ends; only a line feed ends one."""
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])


def _closed(lines: list[str], ending: str) -> list[str]:
    """Lines of which the last has an end too, so that a mark can stand below it."""
    if lines and not lines[-1].endswith("\n"):
        return [*lines[:-1], f"{lines[-1]}{ending}"]
    return lines
