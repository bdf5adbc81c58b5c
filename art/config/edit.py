"""Adds settings and sections to a config's text. What is there stays, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from art.config.positions import COMMENTS, Path, Scan, scan
from art.config.render import value_text

MARK = "\ufeff"


def insert(text: str, missing: Mapping[Path, Mapping[str, Any]], order: Sequence[Path]) -> str:
    """Add settings: to the end of their section, and new sections where they belong.

    Args:
        text: the config.
        missing: what to add, by section.
        order: all sections in the order in which a config is written; a new section goes behind
            the one before it that is there.
    """
    if text.startswith(MARK):  # a byte order mark stays the first thing in the file
        return MARK + insert(text.removeprefix(MARK), missing, order)
    lines = text.split("\n")
    found = scan(text, "")
    ends = _ends(found)
    added: dict[int, list[list[str]]] = {}
    for path in [*order, *(path for path in missing if path not in order)]:
        settings = [f"{key} = {value_text(value)}" for key, value in missing.get(path, {}).items()]
        if not settings:
            continue
        if path in ends:
            added.setdefault(ends[path], []).insert(0, settings)
        else:
            at = _place(found, lines, path, order)
            added.setdefault(at, []).append([f"[{'.'.join(path)}]", *settings])
    ending = "\r" if "\r\n" in text else ""
    for number, groups in added.items():
        indent = _indent(found, lines, number)
        added[number] = [[indent + line + ending for line in group] for group in groups]
    return _joined(lines, added, ending)


def _ends(found: Scan) -> dict[Path, int]:
    """The last line of each section's last value, or of its header, counted from 1."""
    ends = {span.path: span.at.line for span in found.sections}
    for key in found.keys:
        if key.section in ends:
            ends[key.section] = max(ends[key.section], key.last)
    return ends


def _place(found: Scan, lines: Sequence[str], path: Path, order: Sequence[Path]) -> int:
    """The line behind which a new section goes; 0 for the top."""
    ends = _ends(found)
    before = order[: order.index(path)] if path in order else order
    for earlier in reversed(before):
        if earlier in ends:
            return _with_comments(lines, ends[earlier])
    if not found.sections:
        return len(lines) if any(line.strip() for line in lines) else 0
    return _above_comments(lines, found.sections[0].at.line - 1)


def _with_comments(lines: Sequence[str], end: int) -> int:
    """The end of a section with the comments that follow it at once; those that touch the next
    header are the next section's."""
    at = end
    while at < len(lines) and lines[at].strip().startswith(COMMENTS):
        at += 1
    return at if at == len(lines) or not lines[at].strip() else end


def _above_comments(lines: Sequence[str], at: int) -> int:
    while at > 0 and lines[at - 1].strip().startswith(COMMENTS):
        at -= 1
    return at


def _indent(found: Scan, lines: Sequence[str], number: int) -> str:
    """The indentation of what is added behind a line: that of the key above, else of the line
    below. Any other would make one of them go on with the value of another."""
    header = max((span.at.line for span in found.sections if span.at.line <= number), default=0)
    above = [key.at.line for key in found.keys if header < key.at.line <= number]
    below = [n for n in range(number + 1, len(lines) + 1) if _is_content(lines[n - 1])]
    for near in (*above[-1:], *below[:1]):
        line = lines[near - 1]
        return line[: len(line) - len(line.lstrip())]
    return ""


def _is_content(line: str) -> bool:
    return bool(line.strip()) and not line.strip().startswith(COMMENTS)


def _joined(lines: Sequence[str], added: Mapping[int, list[list[str]]], ending: str) -> str:
    """All lines, with a blank one above and below every new section."""
    done: list[str] = []
    for number in range(len(lines) + 1):
        if number:
            done.append(lines[number - 1])
        for group in added.get(number, ()):
            section = group[0].strip().startswith("[")
            if section and done and done[-1].strip():
                done.append(ending)
            done += group
        below = lines[number].strip() if number < len(lines) else ""
        if below and any(group[0].strip().startswith("[") for group in added.get(number, ())):
            done.append(ending)
    text = "\n".join(done)
    return text if text.endswith("\n") or not added else f"{text}{ending}\n"
