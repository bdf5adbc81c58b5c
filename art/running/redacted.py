"""A run's log, its record, and what its program logs and warns of, without secrets."""

from __future__ import annotations

import logging
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from art.core.record import CheckResult, Record
from art.core.secrets import Secrets
from art.errors import printable
from art.running.run_log import RunLog


class RedactedLog(RunLog):
    """A log in which every secret is `***`, and which cannot command the terminal that shows it.

    Args:
        path: the file.
        secrets: what hides them.
    """

    def __init__(self, path: Path, secrets: Secrets, **options: Any) -> None:
        super().__init__(path, **options)
        self._secrets = secrets

    def line(self, text: str) -> None:
        """Append one line."""
        shown = self._secrets.hidden(text).expandtabs()
        super().line("\n".join(map(printable, shown.split("\n"))))


@contextmanager
def redacted_messages(secrets: Secrets) -> Iterator[None]:
    """Hide secrets in what loggers and warnings of Python say meanwhile, the program's own too.

    What a program prints or writes itself is its own.
    """
    make, shown = logging.getLogRecordFactory(), warnings.showwarning

    def redacted(*args: Any, **options: Any) -> logging.LogRecord:
        record = make(*args, **options)
        try:
            text = record.getMessage()
        except (TypeError, ValueError):
            return record  # logging itself says which call is wrong
        hidden = secrets.hidden(text)
        if hidden != text:
            record.msg, record.args = hidden, None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = secrets.hidden(
                "".join(traceback.format_exception(record.exc_info[1])).rstrip()
            )
        return record

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        text = str(message)
        hidden = secrets.hidden(text)
        shown(message if hidden == text else hidden, category, filename, lineno, file, line)

    logging.setLogRecordFactory(redacted)
    warnings.showwarning = show
    try:
        yield
    finally:
        logging.setLogRecordFactory(make)
        warnings.showwarning = shown


def redact_record(record: Record, secrets: Secrets) -> None:
    """Hide every secret in what a stage, its checks and its errors say."""
    record.error = secrets.hidden(record.error)
    record.scores = secrets.hidden_in(record.scores)
    record.artifacts = secrets.hidden_in(record.artifacts)
    record.settings = secrets.hidden_in(record.settings)
    record.environment = secrets.hidden_in(record.environment)
    record.notes = secrets.hidden_in(record.notes)
    record.suspected = [secrets.hidden_in(found) for found in record.suspected]
    record.checks = [_redacted(check, secrets) for check in record.checks]


def _redacted(check: CheckResult, secrets: Secrets) -> CheckResult:
    shown: CheckResult = secrets.hidden_in(check)
    return shown
