"""Indexes: short names for configs. One comes with ART; the user's system.cfg may name more."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import art
from art.errors import UNSEEN, HubError, did_you_mean, printable
from art.hub.fetching import fetch
from art.hub.lock import DIGEST
from art.hub.settings import HubSettings
from art.hub.sources import (
    FileSource,
    GitSource,
    HttpsSource,
    IndexSource,
    Source,
    parse_source,
)

BUILT_IN = Path(art.__file__).parent / "configs" / "index.json"
NAME = re.compile(r"[A-Za-z0-9][\w-]{0,79}")
LONGEST = 200
MOST = 1_000


@dataclass(frozen=True)
class Entry:
    """A config that an index names.

    Attributes:
        name: what a user types.
        title: a line about it.
        source: where it is.
        sha256: of its bytes, where the index says.
        index: what the index is called.
    """

    name: str
    title: str
    source: Source
    sha256: str
    index: str


def listed(settings: HubSettings, say: Callable[[str], None]) -> list[Entry]:
    """Every entry of every index; of an index that cannot be had it is said why."""
    found = built_in()
    for text in settings.indexes:
        try:
            found += _read(text, settings)
        except HubError as error:
            say(f"index skipped: {error}")
    return found


def built_in() -> list[Entry]:
    """The entries of the index that comes with ART."""
    return _entries(BUILT_IN.read_bytes(), FileSource(BUILT_IN))


def find(source: IndexSource, settings: HubSettings) -> Entry:
    """The entry of a name: the built-in index first, then the user's in their order.

    Raises:
        HubError: no index has it, or one cannot be had.
    """
    known = []
    for entry in _all(settings):
        if entry.name == source.name:
            return entry
        known.append(entry.name)
    raise HubError(
        f"no index has a config '{source.name}'.{did_you_mean(source.name, known)} "
        f"`art get --list` shows them; a file is written ./{source.name}"
    )


def _all(settings: HubSettings) -> Iterator[Entry]:
    yield from built_in()
    for text in settings.indexes:
        yield from _read(text, settings)


def _read(text: str, settings: HubSettings) -> list[Entry]:
    source = parse_source(text)
    if isinstance(source, IndexSource):
        raise HubError(f"{text}: an index is a file, or comes by https or git+https.")
    return _entries(fetch(source, private=settings.private_hosts).data, source)


def _entries(data: bytes, index: Source) -> list[Entry]:
    try:
        values = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise HubError(f"{index}: this is not an index: it must be JSON.") from None
    if not isinstance(values, dict) or values.get("schema") != 1:
        raise HubError(f'{index}: this version cannot read this index ("schema": 1).')
    configs = values.get("configs")
    if not isinstance(configs, list) or len(configs) > MOST:
        raise HubError(f'{index}: "configs" must be a list of {MOST:,} entries at most.')
    title = str(values.get("title") or index)[:LONGEST]
    return [_entry(one, index, printable(title)) for one in configs]


def _entry(values: Any, index: Source, title: str) -> Entry:
    def text(key: str) -> str:
        value = values.get(key, "") if isinstance(values, dict) else None
        if not isinstance(value, str) or len(value) > LONGEST or UNSEEN.search(value):
            raise HubError(f"{index}: an entry's '{key}' must be a short text.")
        return value

    name, digest = text("name"), text("sha256")
    if not NAME.fullmatch(name):
        raise HubError(f"{index}: '{printable(name)}' is not the name of a config.")
    if digest and not DIGEST.fullmatch(digest):
        raise HubError(f"{index}: the sha256 of '{name}' is none.")
    return Entry(name, text("title"), _source(text("source"), index), digest, title)


def _source(text: str, index: Source) -> Source:
    """Where an entry is: an address of its own, or one beside its index."""
    if isinstance(index, HttpsSource):
        found = parse_source(urljoin(str(index), text), named=False)
        if isinstance(found, HttpsSource | GitSource) and (found.host, found.port or 443) == (
            index.host, index.port,
        ):  # fmt: skip
            return replace(found, named=index.named)  # the user named that host for the index
        assert not isinstance(found, IndexSource)
        return found
    if "://" in text or text.startswith("git+"):
        found = parse_source(text, named=False)
        assert not isinstance(found, IndexSource)
        return found
    pieces = text.split("/")
    if not text or any(piece in ("", ".", "..") for piece in pieces) or "\\" in text:
        raise HubError(f"{index}: '{printable(text)}' leads out of the index's folder.")
    if isinstance(index, GitSource):
        folder = index.path.rpartition("/")[0]
        return replace(index, path=f"{folder}/{text}".lstrip("/"))
    return FileSource(index.path.parent / text)
