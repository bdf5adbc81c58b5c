"""Changes a config's text. What is not meant to change stays, byte for byte.

The one editor for filling, for adding parts, for writing a run's best settings and for splitting a
config: comments, order, blank lines, line ends, references and spelling are the user's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from art.config.reading.lines import Addition, Lines
from art.config.reading.positions import COMMENTS, KeySpan, Path
from art.config.reading.references import escape
from art.config.writing.render import json_text, reference_text, value_text
from art.errors import UserError


def insert(
    text: str,
    missing: Mapping[Path, Mapping[str, Any]],
    order: Sequence[Path],
    comments: Mapping[Path, str] | None = None,
) -> str:
    """Add settings: to the end of their section, and new sections where they belong.

    Args:
        text: the config.
        missing: what to add, by section. What is there already is not looked for.
        order: all sections in the order in which a config is written; a new section goes behind
            the one before it that is there.
        comments: lines above the new sections, without `#`.
    """
    if not any(missing.values()):
        return text
    lines = Lines(text)
    ends = lines.ends
    additions = []
    for path in [*order, *(path for path in missing if path not in order)]:
        settings = [f"{key} = {value_text(value)}" for key, value in missing.get(path, {}).items()]
        if settings and path in ends:
            additions.append(Addition(ends[path], settings, is_section=False))
        elif settings:
            comment = (comments or {}).get(path, "")
            header = [*(f"# {line}" for line in comment.splitlines()), f"[{'.'.join(path)}]"]
            place = lines.place(path, order)
            additions.append(Addition(place, [*header, *settings], is_section=True))
    return lines.add(additions)


def set_value(text: str, path: Path, value: Any, *, references: bool = False) -> str:
    """Give a setting a value: in place where it has one, else as `insert` would add it.

    A value that is the same already stays as it is written. A value of several lines is replaced
    whole; comments between its lines stay.

    Args:
        text: the config.
        path: the setting, `("training", "max_epochs")`.
        value: a JSON value.
        references: `${section.key}` in a text is a reference; otherwise it is text.

    Raises:
        UserError: no config can have such a setting, or something else stands in its place.
    """
    _check_name(path, 2)
    written = reference_text(value) if references else value_text(value)
    lines = Lines(text)
    if path in lines.keys:
        return text if _same(lines.keys[path].text, written) else _replace(lines, path, written)
    if any(header[: len(path)] == path for header in lines.headers):
        raise UserError(f"'{'.'.join(path)}' is a section of the config, and no single value.")
    for length in range(len(path) - 1, 1, -1):
        if path[:length] in lines.keys:
            return _replace(lines, path[:length], _inside(lines, path, length, written))
    section, setting = path[:-1], f"{path[-1]} = {written}"
    if section in lines.headers:
        return lines.add([Addition(lines.ends[section], [setting], is_section=False)])
    header = f"[{'.'.join(section)}]"
    return lines.add([Addition(lines.place(section), [header, setting], is_section=True)])


def set_written(text: str, path: Path, written: Sequence[str]) -> str:
    """Give a setting that is there the value that another config has written, references and all.

    Args:
        text: the config.
        path: the setting; an absent one is no fault.
        written: the lines of the value, without indentation.
    """
    lines = Lines(text)
    if path not in lines.keys:
        return text
    indent = " " * (lines.keys[path].at.column + 3)
    return _replace(lines, path, f"{lines.ending}{indent}".join(written))


def remove(text: str, path: Path) -> str:
    """Remove a setting with all lines of its value. Comments stay; an absent one is no fault."""
    lines = Lines(text)
    if path not in lines.keys:
        return text
    span = lines.keys[path]
    lines.lines[span.at.line - 1 : span.last] = _comments(lines, span)
    return lines.text


def add_section(
    text: str,
    path: Path,
    settings: Mapping[str, Any],
    *,
    comment: str = "",
    order: Sequence[Path] | None = None,
) -> str:
    """Add a section where it belongs, with a comment above it.

    Args:
        text: the config.
        path: the section.
        settings: JSON values by key, in order; none for a bare header.
        comment: lines for people, without `#`.
        order: as for `insert`; by default beside the section's kin, else in the usual order.

    Raises:
        UserError: the section is there already, or no config can have one of that name.
    """
    _check_name(path, 1)
    lines = Lines(text)
    if path in lines.headers:
        raise UserError(f"[{'.'.join(path)}] is there already, in line {lines.headers[path]}.")
    if any(path[:length] in lines.keys for length in range(2, len(path) + 1)):
        raise UserError(f"'{'.'.join(path)}' has a value already and cannot be a section.")
    for key in settings:
        _check_name((*path, key), 2)
    added = [f"# {line}" for line in comment.splitlines()]
    added.append(f"[{'.'.join(path)}]")
    added += [f"{key} = {value_text(value)}" for key, value in settings.items()]
    return lines.add([Addition(lines.place(path, order), added, is_section=True)])


def remove_section(text: str, path: Path) -> str:
    """Remove a section and those inside it, with their comments and the blank lines below.

    The comments that touch a header are its section's. Those behind a blank line at the end of a
    section stay. An absent section is no fault.
    """
    lines = Lines(text)
    ends = lines.ends
    gone: set[int] = set()
    for section, header in lines.headers.items():
        if section[: len(path)] == path:
            end = lines.with_comments(ends[section])
            while end < len(lines.lines) and not lines.line(end + 1):
                end += 1
            gone.update(range(lines.above_comments(header), end + 1))
    kept = [line for number, line in enumerate(lines.lines, 1) if number not in gone]
    while gone and len(lines.lines) in gone and kept and not kept[-1].strip():
        kept.pop()  # nothing is left below that the blank lines would set apart
    lines.lines = kept
    return lines.text


def _replace(lines: Lines, path: Path, written: str) -> str:
    span = lines.keys[path]
    line, last = lines.lines[span.at.line - 1], lines.lines[span.last - 1]
    ending = last[len(last.rstrip("\r\n")) :]
    head = line.rstrip("\r\n")[: span.value_at.column - 1]
    head += "" if span.lines[0] or head.endswith(" ") else " "
    blanks = line.rstrip("\r\n")[len(line.rstrip()) :] if span.lines[0] else ""
    new = [f"{head}{written}{blanks}{ending or lines.ending}", *_comments(lines, span)]
    if not ending:
        new[-1] = new[-1].rstrip("\r\n")
    lines.lines[span.at.line - 1 : span.last] = new
    return lines.text


def _comments(lines: Lines, span: KeySpan) -> list[str]:
    """Comment lines between the lines of a value."""
    return [
        lines.lines[number - 1]
        for number in range(span.at.line + 1, span.last + 1)
        if lines.is_comment(number)
    ]


def _inside(lines: Lines, path: Path, length: int, written: str) -> str:
    """The text of a value that is a dict on one line, with one of its keys set."""
    outer = lines.keys[path[:length]].text
    name = ".".join(path[:length])
    try:
        value, new = json.loads(outer), json.loads(written)
    except (ValueError, RecursionError):
        raise UserError(
            f"'{name}' is not a dict whose '{path[-1]}' could be set: {outer}"
        ) from None
    at = value
    for key in path[length:-1]:
        at = at.setdefault(key, {}) if isinstance(at, dict) else None
    if not isinstance(at, dict):
        raise UserError(f"'{name}' is not a dict whose '{path[-1]}' could be set: {outer}")
    at[path[-1]] = new
    return json_text(value)


def _same(text: str, written: str) -> bool:
    """Whether a value is written already, perhaps in another way: 1e-3 is 0.001."""
    if text == written:
        return True
    try:
        new = json.loads(written)
    except (ValueError, RecursionError):  # a reference
        return False
    try:
        return json.dumps(json.loads(text), sort_keys=True) == json.dumps(new, sort_keys=True)
    except (ValueError, RecursionError):  # text without quotes is text
        return bool(text == new) and escape(text) == text


def _check_name(path: Path, least: int) -> None:
    """Refuse what would not be read again as the same name."""
    name = ".".join(path)
    for part in path[: len(path) - least + 1]:
        if not part or part != part.strip() or any(letter in part for letter in ".[]\r\n"):
            raise UserError(f"'{name}': no section of a config can have that name.")
    key = path[-1]
    wrong = not key or key != key.strip() or any(letter in key for letter in "=:\r\n")
    if len(path) < least or wrong or key.startswith(("[", *COMMENTS)) or path[0] == "DEFAULT":
        raise UserError(f"'{name}': no setting of a config can have that name.")
