"""Keeps what Lightning and torch advise off the screen, and says it once, in the log."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

LIBRARIES = re.compile(
    r"[\\/]site-packages[\\/](pytorch_lightning|lightning|lightning_fabric|torch|torchmetrics)[\\/]"
)
ADVICE = "PossibleUserWarning"
"""What Lightning calls the warnings that it gives at a line of the program."""

_LOGGERS = (
    "pytorch_lightning", "lightning_fabric", "lightning", "lightning.pytorch", "lightning.fabric",
)  # fmt: skip
_said: set[str] = set()
"""What this process has said."""


@contextmanager
def advice_in_log(note: Callable[[str], None]) -> Iterator[None]:
    """Send the libraries' warnings to a log inside, each once in a process.

    Warnings of other code are shown, also once: a program is run many times over.

    Args:
        note: takes a line for the log.
    """
    with warnings.catch_warnings(), quiet_loggers():
        shown = warnings.showwarning

        def show(
            message: Warning | str,
            category: type[Warning],
            filename: str,
            lineno: int,
            file: TextIO | None = None,
            line: str | None = None,
        ) -> None:
            text = " ".join(str(message).split())
            if text in _said:
                return
            _said.add(text)
            if LIBRARIES.search(filename) or category.__name__ == ADVICE:
                note(f"{category.__name__}: {text}")
            else:
                shown(message, category, filename, lineno, file, line)

        warnings.showwarning = show
        yield


@contextmanager
def quiet_loggers() -> Iterator[None]:
    """Let Lightning's loggers say errors alone."""
    before = {name: logging.getLogger(name).level for name in _LOGGERS}
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
    try:
        yield
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
