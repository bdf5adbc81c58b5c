"""What probes suspect, with its evidence: in a report, and as a stage ends."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from art.core.record import CheckResult, Suspected
from art.reporting.measured import SOUND
from art.reporting.snapshots import StageSnapshot
from art.reporting.text import clean

MOST = 5
"""Suspicions that are told one by one; of more, the number and the file that has all."""
LONGEST = 300
"""Characters of an evidence; the file has all of it."""


def suspected_by(check: CheckResult, stage: StageSnapshot) -> tuple[Suspected, ...]:
    """What a failed check on probes counts: none where it is another check, or an old record."""
    if check.check != SOUND:
        return ()
    certain = check.expected == "no fault"
    return tuple(found for found in stage.suspected if found.certain == certain)


def cause_of(found: Suspected) -> str:
    """`two columns hold the same numbers (column 3)`."""
    return clean(f"{found.cause} ({found.where})" if found.where else found.cause)


def evidence_of(found: Suspected) -> str:
    """What was measured, in a sentence or two."""
    text = clean(found.evidence)
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} ..."


def more_of(check: CheckResult, shown: int, stage: StageSnapshot, folder: str) -> str:
    """`and 7 more: runs/digits/01-explore/0001-.../tables/suspicions.csv`; empty where all are
    shown."""
    hidden = int(check.value) - shown if isinstance(check.value, float | int) else 0
    if hidden <= 0:
        return ""
    path = stage.artifacts.get("suspicions", "")
    where = PurePath(folder, stage.folder, path).with_suffix(".csv") if path else ""
    return f"and {hidden} more: {where}" if where else f"and {hidden} more"


def warned_of(stage: StageSnapshot, folder: str = "") -> list[tuple[str, str]]:
    """Each warning of a stage with its evidence, those of probes one by one.

    Returns:
        Pairs of what is suspected and what was measured; the last may be what is left out.
    """
    told: list[tuple[str, str]] = []
    for check in stage.warnings:
        found = suspected_by(check, stage)
        told += [(cause_of(one), evidence_of(one)) for one in found[:MOST]]
        if not found:
            told.append((clean(f"{check.name}: {check.message or f'not {check.expected}'}"), ""))
        elif more := more_of(check, len(found[:MOST]), stage, folder):
            told.append((clean(more), ""))
    return told


def unjudged(stage: StageSnapshot) -> bool:
    """Whether a stage that passed judged nothing: no check of it has measured anything."""
    return stage.status == "passed" and all(check.value is None for check in stage.checks)


def reasons_of(stage: StageSnapshot) -> Sequence[str]:
    """Why something of a stage is not measured or judged, a sentence each."""
    if unjudged(stage):
        unasked = "it has no checks; a [task] section adds them, and says which score decides"
        unmeasured = "none of its checks measured anything"
        why = "; ".join(stage.notes) or (unmeasured if stage.checks else unasked)
        return [f"nothing was judged: {why}"]
    return stage.notes
