"""The only place that prints. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from art.reporting.spans import Screen


ENDLESS = 10_000
"""The width of a pipe."""


class Console:
    """Two streams and what they can show."""

    @property
    def colour(self) -> bool:
        """Whether stdout may be coloured: a terminal that knows how, and `NO_COLOR` is not set."""
        return self._is_coloured(sys.stdout)

    @property
    def is_terminal(self) -> bool:
        """Whether stdout is a terminal."""
        return sys.stdout.isatty()

    @property
    def live(self) -> bool:
        """Whether stderr can show a view that changes in place."""
        return self._is_coloured(sys.stderr)

    @property
    def asks(self) -> bool:
        """Whether somebody is there to answer questions: stdin and stdout are terminals."""
        return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()

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

    def out_config(self, text: str) -> None:
        """A config, to the byte, whatever the terminal's encoding: a config is UTF-8."""
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))  # as a file is called
        sys.stdout.buffer.flush()

    def screen(self) -> Screen:
        """What a text on stdout is for: on a pipe nothing is wrapped, cut or coloured."""
        from art.reporting.spans import Screen

        width = self.width if self.is_terminal else ENDLESS
        return Screen(width, self.colour, self.unicode)

    def say(self, text: str) -> None:
        """Anything that is not a result. Words of others in it cannot command a terminal, and the
        environment's secrets are hidden."""
        from art.core.secrets import Secrets
        from art.errors import printable

        text = "\n".join(map(printable, Secrets().hidden(text).expandtabs().split("\n")))
        print(text, file=sys.stderr, flush=True)

    def ask(self, question: str) -> str:
        """The line that is typed in answer to a question; empty where there is none to come."""
        print(question, end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if not answer.endswith("\n"):
            print(file=sys.stderr, flush=True)
        return answer

    def _is_coloured(self, stream: TextIO) -> bool:
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return stream.isatty() and not plain


console = Console()
