"""Every error that ART raises, in one tree.

ArtError
├── UserError                 something the user can put right; `art` exits with 2
│   ├── ConfigError           the faults of a config, all at once, each with its place
│   ├── RegistryError         a name registered twice, or asked for and unknown
│   ├── CodeError             a --code file that cannot be loaded
│   ├── DataError             data that no stage can work with: none, one class, unreadable
│   ├── ModelError            a model whose outputs or steps do not fit its task
│   ├── PathError             a file or folder that is missing, unreadable or not writable
│   ├── StoreError            a run store that is full, read-only or owned by another process
│   └── HubError              a config from elsewhere that is refused, or a review given up
├── UnsoundError              a training of the user's own that is stopped: a fault of it is certain
└── RecordError               a record on disk that cannot be read; set aside, never fatal

Nothing here prints, and nothing here exits the process: `art/cli/app.py` is the one place that
turns an error into an exit code.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from pathlib import Path

UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What cannot be seen, or turns the direction of text: Unicode's categories Cc, Cf, Cs, Zl and Zp,
its property Default_Ignorable_Code_Point, and the empty braille pattern. A test holds it to
Unicode's data, which takes longer to look through than a command should take to start."""

LONGEST_NAME = 100
MOST_NAMES = 1_000
"""No longer name is compared with others, and none with more: it takes time."""


class ArtError(Exception):
    """The root of the tree."""


class UserError(ArtError):
    """A mistake that the user can put right.

    Args:
        message: what is wrong, where, and what to do, in one or a few lines.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, order=True)
class Location:
    """Where a value stands: a file, an environment variable or the command line.

    Attributes:
        source: the file as the user named it, `ART_CONFIG_OVERRIDES`, or the option itself.
        line: counted from 1; 0 where the source has no lines.
        column: counted from 1.
    """

    source: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


@dataclass(frozen=True)
class Fault:
    """One mistake in a config.

    Attributes:
        message: what is wrong and, where there is one, the nearest valid name.
        section: the dotted section without brackets, `stages.overfit`.
        location: where it stands; None where nothing stands, e.g. a missing value.
        excerpt: the line of the source and a caret under the place, where there is a text.
        word: text in double quotes that the mistake is about, where `location` is only that of
            the list or dict around it.
    """

    message: str
    section: str = ""
    location: Location | None = None
    excerpt: str = field(default="", compare=False)
    word: str = field(default="", compare=False)

    def __str__(self) -> str:
        """The mistake in one line."""
        place = f"{self.location}: " if self.location else ""
        section = f"[{self.section}] " if self.section else ""
        return printable(f"{place}{section}{self.message}")

    def render(self) -> str:
        """The mistake in one line, and below it the source with a caret."""
        return f"{self}\n{self.excerpt}" if self.excerpt else str(self)


class ConfigError(UserError, ValueError):
    """All the mistakes of a config at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.render() for fault in self.faults))


class RegistryError(UserError, KeyError):
    """A registered name that is taken, or is not there.

    Args:
        message: see `UserError`.
        unknown: the registry and the name that was asked for, where it is not there.
    """

    def __init__(self, message: str, unknown: tuple[str, str] | None = None) -> None:
        super().__init__(message)
        self.unknown = unknown

    def __str__(self) -> str:  # KeyError would show the message's repr
        return self.message


class CodeError(UserError):
    """A --code file that cannot be loaded."""


class DataError(UserError, ValueError):
    """Data that no stage can work with."""


class ModelError(UserError, ValueError):
    """A model whose outputs or steps do not fit its task."""


class PathError(UserError, OSError):
    """A file or folder that is missing, unreadable or not writable."""

    def __str__(self) -> str:
        return self.message


class StoreError(UserError, OSError):
    """A run store that is full, read-only, or owned by another process."""

    def __str__(self) -> str:
        return self.message


class HubError(UserError):
    """A config from elsewhere that cannot be had or is refused, or a review that was given up."""


class UnsoundError(ArtError):
    """A training of the user's own that is stopped, since a fault of it is certain."""


class SoundnessWarning(UserWarning):
    """What is wrong with a training of the user's own that goes on."""


class RecordError(ArtError, ValueError):
    """A record on disk that cannot be read."""


def printable(text: str) -> str:
    """The text with everything in it visible: control characters are written as escapes."""
    return UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def typed(file: Path | str) -> str:
    """A file's name as it is typed in a terminal: quoted where it must be, and never an option."""
    text = str(file)
    return shlex.quote(f"./{text}" if text.startswith("-") else text)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name closest to `name`, or None where none is close.

    One that ends in the whole name, as `early_stopping_patience` does in `patience`, is closest.
    """
    if len(name) > LONGEST_NAME:
        return None
    candidates = [one for one in islice(known, MOST_NAMES) if len(one) <= LONGEST_NAME]
    section, dot, last = name.rpartition(".")
    ending = [one for one in candidates if last and _ends_in(one, section + dot, last)]
    if len(ending) == 1:
        return ending[0]
    matches = get_close_matches(name, candidates, n=1, cutoff=0.6)
    return matches[0] if matches else None


def _ends_in(known: str, section: str, last: str) -> bool:
    return known.startswith(section) and known[len(section) :].endswith(f"_{last}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`" Did you mean 'x'?"`, or the known names where none is close and they are few."""
    names = sorted(set(known))
    match = nearest(name, names)
    if match is not None:
        return f" Did you mean '{match}'?"
    if names and len(names) <= 12:
        return f" Known: {', '.join(names)}."
    return ""
