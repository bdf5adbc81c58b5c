"""The only place that prints. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TextIO


class Console:
    """Two streams and what they can show."""

    @property
    def colour(self) -> bool:
        """Whether stdout may be coloured: a terminal, and `NO_COLOR` is not set."""
        return self._is_coloured(sys.stdout)

    @property
    def is_terminal(self) -> bool:
        """Whether stdout is a terminal."""
        return sys.stdout.isatty()

    @property
    def live(self) -> bool:
        """Whether stderr can show a view that changes in place."""
        return self._is_coloured(sys.stderr) and os.environ.get("TERM") != "dumb"

    @property
    def width(self) -> int:
        """Columns to write to; 100 at most, for the eye."""
        return min(shutil.get_terminal_size((80, 24)).columns, 100)

    @property
    def unicode(self) -> bool:
        """Whether stdout's encoding can show marks such as ✓."""
        try:
            "✓✗".encode(sys.stdout.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    def out(self, text: str) -> None:
        """A result."""
        print(text, file=sys.stdout, flush=True)

    def out_raw(self, text: str) -> None:
        """A result, to the byte: no newline is added."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def say(self, text: str) -> None:
        """Anything that is not a result."""
        print(text, file=sys.stderr, flush=True)

    def _is_coloured(self, stream: TextIO) -> bool:
        return stream.isatty() and not os.environ.get("NO_COLOR")


console = Console()
