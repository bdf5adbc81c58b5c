"""The results as one table by family and dose, and the misses by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """A line of the table.

    Attributes:
        group: family and dose, or the kind of clean program.
        cases: programs.
        runs: programs times seeds.
        blocked: runs that a blocking check stopped.
        named: of them, those whose cause was named first.
        early: of them, those before the first full fit.
        crashed: runs in which ART or the program crashed.
        seconds: the mean CPU seconds of a run.
    """

    group: str
    cases: int
    runs: int
    blocked: int
    named: int
    early: int
    crashed: int
    seconds: float

    def share(self, of: str) -> float:
        """A count as a share: `blocked` of the runs, the others of what was blocked."""
        whole = self.runs if of == "blocked" else self.blocked
        return getattr(self, of) / whole if whole else 0.0

    def to_json(self) -> dict[str, Any]:
        """Counts and shares."""
        shares = {f"{of}_share": round(self.share(of), 4) for of in ("blocked", "named", "early")}
        return {**asdict(self), **shares}


def counted(rows: Iterable[Row], harm: Mapping[str, Row]) -> list[Row]:
    """Without the wrong programs that were measured and do no harm, and without what broke."""
    return [
        row
        for row in rows
        if "broken" not in row
        if row["kind"] != "fault" or harm.get(row["name"], {}).get("harmful", True)
    ]


def summary(rows: Sequence[Row]) -> list[Line]:
    """The table: families by dose, all wrong programs by dose, and the clean ones."""
    wrong = [row for row in rows if row["kind"] == "fault"]
    families = list(dict.fromkeys(row["family"] for row in wrong))
    lines = []
    for dose in ("obvious", "subtle"):
        dosed = [row for row in wrong if row["dose"] == dose]
        for family in families:
            lines.append(_line(f"{family}, {dose}", [r for r in dosed if r["family"] == family]))
        lines.append(_line(f"all, {dose}", dosed))
    lines.append(_line("all mistakes", wrong))
    for kind in ("plain", "hard"):
        lines.append(_line(f"clean, {kind}", [row for row in rows if row["kind"] == kind]))
    return [line for line in lines if line.runs]


def _line(group: str, rows: Sequence[Row]) -> Line:
    blocked = [row for row in rows if row.get("blocked")]
    return Line(
        group=group,
        cases=len({row["name"] for row in rows}),
        runs=len(rows),
        blocked=len(blocked),
        named=sum(bool(row.get("named")) for row in blocked),
        early=sum(bool(row.get("early")) for row in blocked),
        crashed=sum(bool(row.get("crashed")) for row in rows),
        seconds=round(sum(row["seconds"] for row in rows) / max(len(rows), 1), 1),
    )


def text(lines: Sequence[Line]) -> str:
    """The table as text."""
    rows = [
        ("", "cases", "runs", "blocked", "cause named", "before a full fit", "crashed", "CPU s")
    ]
    for line in lines:
        clean = line.group.startswith("clean")
        shares = [f"{line.blocked} ({line.share('blocked'):.0%})"]
        shares += ["" if clean else f"{line.share(of):.0%}" for of in ("named", "early")]
        rows.append(
            (line.group, str(line.cases), str(line.runs), *shares, str(line.crashed),
             str(line.seconds))
        )  # fmt: skip
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if number == 0 else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def misses(rows: Sequence[Row]) -> dict[str, list[str]]:
    """What went wrong, by name: mistakes passed, causes not named, clean programs blocked."""
    found: dict[str, list[str]] = {
        "passed": [], "cause not named": [], "clean and blocked": [], "crashed": [],
    }  # fmt: skip
    for row in rows:
        where = f"{row['name']} (seed {row['seed']})"
        said = f"{row.get('stage', '')}: {', '.join(row.get('checks', []))}: {_short(row)}"
        if row.get("crashed"):
            found["crashed"].append(f"{where}: {row.get('stage', '')}: {_short(row)}")
        elif row["kind"] != "fault":
            if row.get("blocked"):
                found["clean and blocked"].append(f"{where}: {said}")
        elif not row.get("blocked"):
            found["passed"].append(where)
        elif not row.get("named"):
            found["cause not named"].append(f"{where}: {said}")
    return {name: lines for name, lines in found.items() if lines}


def _short(row: Row) -> str:
    first = str(row.get("message", "")).split("; ")[0]
    return first if len(first) <= 160 else first[:157] + "..."
