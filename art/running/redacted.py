"""A run's log, and its record, without secrets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
