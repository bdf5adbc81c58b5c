"""What `art train` says, a line a happening, where there is no terminal to draw on."""

from __future__ import annotations

from art.core.record import Record
from art.reporting.measured import measured_text
from art.reporting.snapshots import snapshot_of
from art.reporting.suspicions import reasons_of, warned_of
from art.reporting.telling import telling_scores
from art.reporting.text import clean, duration, number

UP_TO_DATE = "up to date"


def started_line(order: int, total: int, name: str, model: str | None = None, why: str = "") -> str:
    """`[2/7] baseline: runs, because no record yet`."""
    because = f", because {clean(why)}" if why else ""
    return f"{_head(order, total, name, model)}: runs{because}"


def skipped_line(order: int, total: int, name: str, model: str | None = None, why: str = "") -> str:
    """`[1/7] explore: skipped, up to date`."""
    return f"{_head(order, total, name, model)}: skipped, {clean(why) or UP_TO_DATE}"


def progress_line(
    order: int, total: int, name: str, model: str | None, share: float, text: str
) -> str:
    """`[5/7] overfit: 43%, about 40 s left, epoch 9/20, train/loss 0.3`."""
    head = f"{_head(order, total, name, model)}: {min(max(share, 0.0), 1.0):.0%}"
    return f"{head}, {clean(text)}" if text else head


def finished_line(record: Record, total: int, *, show_model: bool = False) -> str:
    """`[2/7] baseline: passed in 1.2 s, 2/2 checks, val/accuracy 0.9556`.

    Args:
        record: what the stage left.
        total: how many stages the recipe has.
        show_model: name the model, where there are several.
    """
    model = record.model if show_model else None
    head = f"{_head(record.order, total, record.stage, model)}: {record.status}"
    joint = "in" if record.status in ("passed", "failed") else "after"
    parts = [f"{head} {joint} {duration(record.seconds)}"]
    if record.status in ("crashed", "refused"):
        return ", ".join([*parts, clean(record.error)] if record.error else parts)
    if checks := checks_of(record):
        parts.append(f"{checks} checks")
    failed = [f"{clean(c.name)} ({measured_text(c)})" for c in record.failed_checks]
    scores = telling_scores(record.scores, record.checks, limit=2)
    parts += failed or [f"{clean(name)} {number(value)}" for name, value in scores.items()]
    if record.warnings:
        count = len(record.warnings)
        parts.append(f"{count} warning" + "s" * (count > 1))
    return ", ".join(parts)


def remark_lines(record: Record, folder: str = "") -> list[str]:
    """Below it, what a stage warns of, with its evidence, and what it could not judge.

    Args:
        record: what the stage left.
        folder: the project's folder in the run store.
    """
    stage = snapshot_of(record)
    lines = []
    for cause, evidence in warned_of(stage, folder):
        lines += [f"      ! {cause}", *([f"        {evidence}"] if evidence else [])]
    return [*lines, *(f"      - {clean(reason)}" for reason in reasons_of(stage))]


def checks_of(record: Record) -> str:
    """`2/3`: how many checks passed of those that can close the gate and had something to judge.
    Empty if there are no such checks, as in the report."""
    blocking = [check for check in record.checks if check.severity == "block" and check.asked]
    return f"{sum(check.passed for check in blocking)}/{len(blocking)}" if blocking else ""


def _head(order: int, total: int, name: str, model: str | None) -> str:
    return f"[{order}/{total}] {clean(name)}" + (f" ({clean(model)})" if model else "")
