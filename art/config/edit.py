"""Adds settings and sections to a config's text. What is there stays, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from art.config.positions import COMMENTS, Path, Scan, scan
from art.config.render import value_text


def insert(text: str, missing: Mapping[Path, Mapping[str, Any]], order: Sequence[Path]) -> str:
    """Add settings: to the end of their section, and new sections where they belong.

    Args:
        text: the config.
        missing: what to add, by section.
        order: all sections in the order in which a config is written; a new section goes behind
            the one before it that is there.
    """
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split("\n")
    found = scan(text, "")
    after: dict[int, list[str]] = {}
    new: dict[int, list[list[str]]] = {}
    for path in [*order, *(path for path in missing if path not in order)]:
        if path not in missing or not missing[path]:
            continue
        settings = [f"{key} = {value_text(value)}" for key, value in missing[path].items()]
        if path in _ends(found):
            after.setdefault(_ends(found)[path], []).extend(settings)
        else:
            at = _place(found, lines, path, order)
            new.setdefault(at, []).append([f"[{'.'.join(path)}]", *settings])
    return _joined(lines, after, new, newline)


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


def _joined(
    lines: Sequence[str],
    after: Mapping[int, Sequence[str]],
    new: Mapping[int, Sequence[Sequence[str]]],
    newline: str,
) -> str:
    ending = newline[:-1]
    done: list[str] = []
    for number in range(len(lines) + 1):
        if number:
            done.append(lines[number - 1])
        done += [line + ending for line in after.get(number, ())]
        for section in new.get(number, ()):
            if any(line.strip() for line in done):
                done += [ending] if done[-1].strip() else []
            done += [line + ending for line in section]
        following = lines[number].strip() if number < len(lines) else ""
        if number in new and following:
            done.append(ending)
    text = "\n".join(done)
    return text if text.endswith("\n") or not (after or new) else text + newline
