"""What a reader is told of a config before it is saved, as lines above it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from art.config.checking.foreign import Named, named_functions
from art.config.layering.layers import Layer, walk
from art.config.reading.document import read
from art.config.reading.lines import Lines
from art.config.writing.merge import Merged
from art.errors import printable
from art.hub.lock import Lock, without_lock

WIDTH = 96
PATHLIKE = re.compile(r"(?:^|_)(?:path|paths|file|files|dir|folder|root|checkpoint|ckpt)$")
MOST = 40


@dataclass(frozen=True)
class Origin:
    """Where a config is from, and what was done to it on the way.

    Attributes:
        lock: its source, revision and digest.
        place: what the source's name led to, where that is another.
        size: bytes that came.
        dropped: lines that were left out, as they looked like ART's own.
    """

    lock: Lock
    place: str
    size: int
    dropped: int = 0


def header(
    title: str,
    text: str,
    *,
    origin: Origin | None = None,
    system: str = "",
    notes: Sequence[str] = (),
    mine: str | None = None,
    merged: Merged | None = None,
    fetched: str | None = None,
    code: Sequence[str] = (),
) -> list[str]:
    """The lines above a config.

    Args:
        title: what this is, in a sentence.
        text: the config.
        origin: where it is from.
        system: what is added to system.cfg.
        notes: what was changed to fit this machine.
        mine: the user's own copy, to compare with.
        merged: what an update brings; takes the place of the comparison.
        fetched: what came from the source, where `text` is the user's own copy; compared instead.
        code: a line on each code file that it names.
    """
    layer = read(text, "")
    lines = [title, ""]
    if origin is not None:
        lines += _from(origin)
    lines += _block("runs", _functions(named_functions(layer)))
    lines += _block("code files, which are not fetched", code)
    lines += _block("paths", _paths(layer, system))
    lines += _block("split off into system.cfg", [*system.rstrip().splitlines()])
    lines += _block("fitted to this machine", notes)
    if merged is not None:
        lines += _block("taken from the new version", _changes(merged.taken))
        lines += _block("changed by both: yours is kept", _changes(merged.conflicts))
    elif fetched is not None:
        lines += _block("differs from its source (source -> this)", _differences(fetched, text))
    elif mine is not None:
        lines += _block("differs from your copy (yours -> this)", _differences(mine, text))
    return lines


def _from(origin: Origin) -> Iterator[str]:
    yield f"from      {origin.lock.source}"
    if origin.place != origin.lock.source:
        yield f"which is  {origin.place}"
    if origin.lock.revision:
        yield f"revision  {origin.lock.revision}"
    yield f"sha256    {origin.lock.sha256}  ({origin.size:,} bytes)"
    if origin.dropped:
        yield f"left out  {origin.dropped} lines that look like these, which only ART writes"


def _functions(named: Iterable[Named]) -> Iterator[str]:
    """Each function that would run, once."""
    found = {(one.registry, one.name): one.is_installed for one in named}
    for (registry, name), is_installed in found.items():
        mark = "" if is_installed else "   NOT INSTALLED HERE: nothing runs until it is"
        yield f"@{registry} {name}{mark}"


def _paths(layer: Layer, system: str) -> Iterator[str]:
    """Settings that say where something is."""
    entries = [*read(system, "").entries, *layer.entries]
    for entry in entries:
        for path, value in walk({entry.path[-1]: entry.value}, entry.path[:-1]):
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and _is_path(path, text.strip('"')):
                    yield f"{'.'.join(path)} = {text}"


def _is_path(path: tuple[str, ...], text: str) -> bool:
    if path[-1].startswith("@") or not text or "${" in text:
        return False
    named = path[0] == "paths" or PATHLIKE.search(path[-1]) is not None
    return named or "://" in text or text.startswith(("/", "~", "./", "..", "\\"))


def _changes(changes: Iterable[object]) -> Iterator[str]:
    for change in changes:
        name, theirs, yours = (getattr(change, key) for key in ("name", "theirs", "yours"))
        yield f"{name}: {_short(yours)} -> {_short(theirs)}"


def _short(text: str | None) -> str:
    if text is None:
        return "(absent)"
    line = "; ".join(text.split("\n"))
    return line if len(line) <= 60 else f"{line[:57]}..."


def _differences(mine: str, text: str) -> list[str]:
    """What the user's copy has otherwise, setting by setting."""
    one, other = (
        dict(sorted(Lines(without_lock(copy)).keys.items(), key=lambda item: item[1].at.line))
        for copy in (mine, text)
    )
    found = []
    for path in dict.fromkeys([*one, *other]):
        old, new = (copy[path].text if path in copy else None for copy in (one, other))
        if old != new:
            found.append(f"{'.'.join(path)}: {_short(old)} -> {_short(new)}")
    return found or ["the same settings; only comments or blanks differ"]


def _block(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    if not found:
        return []
    more = [f"... and {len(found) - MOST} more"] if len(found) > MOST else []
    shown = [_wrapped(printable(line)) for line in [*found[:MOST], *more]]
    return ["", f"{title}:", *(piece for pieces in shown for piece in pieces)]


def _wrapped(line: str) -> list[str]:
    pieces = textwrap.wrap(line, WIDTH - 6, subsequent_indent="  ", drop_whitespace=False) or [""]
    return [f"   {piece}" for piece in pieces]
