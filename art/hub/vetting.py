"""Looks at what came before anyone reads it: it must be text that shows all that it says.

Nothing is imported, run or expanded. What could hide a part of a config from the eye, in a
terminal or in an editor, is refused with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from art.config.reading.text import MARK, decode, text_faults
from art.errors import ConfigError, Fault, HubError, Location
from art.hub.lock import LINE as LOCK

RESERVED = ("#:", "#!")
"""Comments that a review writes and takes out again; nobody else's may look like them."""

PAGE = re.compile(r"\s*<(?:!doctype\s+html|html|\?xml)", re.IGNORECASE)
MODELINE = re.compile(
    r"(?:^|\s)(?:(?:vi|vim[<=>]?\d*):|ex:\s*set?\s)|-\*-.*-\*-|^\W*Local Variables:", re.IGNORECASE
)
"""Commands that editors obey when they open a file: they can fold, hide and, in the past, run."""

BLANKS = re.compile(r"\S[ \t\u00a0\u2000-\u200a\u3000]{100,}\S")
LONGEST = 5_000
MOST_EMPTY = 100


@dataclass(frozen=True)
class Vetted:
    """A config that may be shown.

    Attributes:
        text: without a byte order mark, and without lines that only a review writes.
        dropped: how many lines were left out, as they look like ART's own.
    """

    text: str
    dropped: int = 0


def vet(data: bytes, place: str) -> Vetted:
    """The text of a file that came.

    Raises:
        HubError: it is no text, or hides something; the message names the first place.
    """
    try:
        text = decode(data, place)
    except ConfigError as error:
        raise _refused(list(error.faults)) from None
    if PAGE.match(text):
        raise HubError(
            f"{place}: this is a web page, not a config. Where a site shows a file, a button "
            f"'raw' leads to the file itself."
        )
    faults = [*text_faults(text, place)] or [*_hiding(text, place)]
    if faults:
        raise _refused(faults)
    if not text.strip():
        raise HubError(f"{place}: the file is empty.")
    lines = text.removeprefix(MARK).splitlines(keepends=True)
    kept = [line for line in lines if not _is_ours(line)]
    return Vetted("".join(kept), len(lines) - len(kept))


def _is_ours(line: str) -> bool:
    return line.lstrip().startswith(RESERVED) or bool(LOCK.match(line))


def _hiding(text: str, place: str) -> Iterator[Fault]:
    """What an editor would not show, or would obey."""
    empty = 0
    for number, line in enumerate(text.split("\n"), start=1):
        empty = 0 if line.strip() else empty + 1
        at = Location(place, number, 1)
        if len(line) > LONGEST:
            yield Fault(f"a line of {len(line):,} characters shows no one what it says.", "", at)
        if match := BLANKS.search(line):
            what = "text behind more than 100 blanks is out of sight: bring it nearer."
            yield Fault(what, "", Location(place, number, match.end()))
        if MODELINE.search(line):
            yield Fault("an editor would obey this line (a modeline) when it shows it.", "", at)
        if empty == MOST_EMPTY:
            what = f"what comes after {MOST_EMPTY} empty lines is out of sight."
            yield Fault(what, "", at)


def _refused(faults: list[Fault]) -> HubError:
    more = f" (and {len(faults) - 1} more such places)" if len(faults) > 1 else ""
    return HubError(f"refused: {faults[0]}{more}")
