"""All runs of a recipe's stages, and what differed from one run to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from art.config.reading.document import read
from art.core.planted import read_stored
from art.core.record import Record
from art.reporting.snapshots import StageSnapshot, snapshot_of
from art.reporting.spans import Line, Screen, Span, paint
from art.reporting.telling import deciding_score
from art.reporting.text import cells, clean, cut, duration, fill, number, wrap
from art.store.run_store import RunStore

CONFIG = "config.cfg"
_DIGESTS = {"code": "the code", "data": "the data", "earlier": "what earlier stages left"}
_WIDEST = 24
"""Columns of a model's name; longer ones are cut."""
_MOST = 6
"""Settings that are told of one run; of more, the number."""


@dataclass(frozen=True)
class PastRun:
    """A run of a stage.

    Attributes:
        stage: what it left.
        changed: settings that differ from the run before of the same stage and model, by dotted
            name: the value before and now, None where it was or is not there.
        other: what else differs, in words: the code, the data, what earlier stages left.
        first: whether it is the first run of its stage and model.
    """

    stage: StageSnapshot
    changed: Mapping[str, tuple[Any, Any]]
    other: tuple[str, ...]
    first: bool


@dataclass(frozen=True)
class History:
    """All runs of a project, by stage in the recipe's order, oldest first."""

    project: str
    runs: tuple[PastRun, ...]


def history(store: RunStore, stage: str | None = None) -> History:
    """What the records and configs of all runs say.

    Args:
        store: where to read.
        stage: the runs of this stage alone.
    """
    latest: dict[tuple[str, str | None], tuple[Record, dict[str, Any]]] = {}
    runs = []
    for record in store.records(stage):
        settings = _settings(store, record)
        before = latest.get((record.stage, record.model))
        latest[record.stage, record.model] = record, settings
        changed = {} if before is None else _changed(before[1], settings)
        other = () if before is None else _other(before[0], record)
        runs.append(PastRun(snapshot_of(record), changed, other, before is None))
    return History(store.project, tuple(runs))


def history_json(found: History) -> dict[str, Any]:
    """What `art report --all --json` prints: every record, with what differed."""
    runs = [
        {
            **(run.stage.json or {}),
            "changed": {name: list(values) for name, values in run.changed.items()},
            "changed_otherwise": list(run.other),
        }
        for run in found.runs
    ]
    return {"project": found.project, "runs": runs}


def render_history(
    found: History, width: int = 80, colour: bool = False, *, unicode: bool = True
) -> str:
    """A heading a stage, a row a run, and below it what differed from the run before."""
    screen = Screen(max(width, 30), colour, unicode)
    count = f"{len(found.runs)} run{'s' * (len(found.runs) != 1)}"
    title = [Span(clean(found.project, unicode), "bold"), Span(f"  {count}", "dim")]
    lines: list[Line] = [title]
    models = max((cells(clean(run.stage.model or "", unicode)) for run in found.runs), default=0)
    before = ""
    for run in found.runs:
        if run.stage.stage != before:
            before = run.stage.stage
            lines += [[], [Span(f"{run.stage.order:>2} {clean(before, unicode)}", "bold")]]
        lines += _run_lines(run, min(models, _WIDEST), screen)
    return paint(lines, colour)


def _run_lines(run: PastRun, models: int, screen: Screen) -> list[Line]:
    stage = run.stage
    score = deciding_score(stage.scores, stage.checks)
    told = f"{score} {number(stage.scores[score])}" if score else clean(stage.error)
    when = clean(stage.started[:16].replace("T", " "), screen.unicode)
    head = f" {clean(stage.run[:4], screen.unicode)}  {when}  "
    parts = [fill(duration(stage.seconds), 9)]
    if models:  # before the scores, whose names differ in length from stage to stage
        model = cut(clean(stage.model or "", screen.unicode), models, screen.unicode)
        parts.append(fill(model, models))
    parts.append(clean(told, screen.unicode))
    row: Line = [Span("  "), screen.mark(stage.status), Span(head, "dim"), Span("  ".join(parts))]
    lines = [row]
    for text in _differences(run):
        for line in wrap(text, screen.width - 10, screen.unicode):
            lines.append([Span(" " * 10), Span(line, "dim")])
    return lines


def _differences(run: PastRun) -> list[str]:
    if run.first:
        return []
    texts = [f"{name}: {_shown(a)} -> {_shown(b)}" for name, (a, b) in run.changed.items()]
    if len(texts) > _MOST:
        texts = [*texts[:_MOST], f"and {len(texts) - _MOST} more settings"]
    if run.other:
        texts.append(f"changed as well: {', '.join(run.other)}")
    return texts or ["nothing differs from the run before"]


def _settings(store: RunStore, record: Record) -> dict[str, Any]:
    """The settings that a run was made with, those of other stages and of the machine left out."""
    path = store.folder / record.folder / CONFIG
    try:
        text = read_stored(path).decode("utf-8", "replace")
    except OSError:  # an older run, or one that was cleared
        return {}
    kept = {}
    for entry in read(text, str(path)).entries:
        section = entry.path[0]
        of_others = section == "stages" and entry.path[1:2] != (record.stage,)
        if section not in ("paths", "system") and not of_others:
            kept[".".join(entry.path)] = entry.value
    return kept


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    names = dict.fromkeys((*now, *before))
    return {n: (before.get(n), now.get(n)) for n in names if before.get(n) != now.get(n)}


def _other(before: Record, now: Record) -> tuple[str, ...]:
    found = []
    for name, words in _DIGESTS.items():
        if before.inputs.get(name) != now.inputs.get(name):
            found.append(words)
    return tuple(found)


def _shown(value: Any) -> str:
    return "none" if value is None else number(value) if isinstance(value, float) else str(value)
