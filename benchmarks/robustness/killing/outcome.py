"""All that a run has come to, bit by bit: its record, files, weights and the witness's words."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from art.training.checkpoints.door import load_checkpoint

NOT_COMPARED = ("run", "started", "seconds", "environment", "pid", "host")
"""Of a record: when, where and how long."""

OWNERS = ("lock.json", ".lock", ".owner.json")
"""Who has a run folder, or had it when it was killed."""


def outcome(runs: Path) -> dict[str, Any]:
    """The latest run of the one stage in a store, as names and digests."""
    folder = run_folders(runs)[-1]
    record = json.loads((folder / "record.json").read_text())
    found = {f"record {k}": v for k, v in record.items() if k not in NOT_COMPARED}
    inputs = found.pop("record inputs", {})
    found["record inputs"] = {k: v for k, v in inputs.items() if k != "paths"}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or name in ("record.json", "log.txt", "config.cfg", *OWNERS):
            continue
        if name.endswith(".sha256") or "resume/" in name or name.endswith(".tmp"):
            continue
        if path.suffix == ".ckpt":
            found.update({f"{name} {k}": v for k, v in _tensors(load_checkpoint(path)).items()})
        elif path.name == "witness.json":
            found.update({f"{name} {k}": v for k, v in json.loads(path.read_text()).items()})
        else:
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    return found


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What is not the same, a line each."""
    lines = []
    for name in sorted({*expected, *found}):
        one, other = expected.get(name), found.get(name)
        if one != other:
            lines.append(f"{name}: {_where(one, other)}")
    return lines


def run_folders(runs: Path) -> list[Path]:
    """The run folders of the one stage of a store, oldest first."""
    return sorted(path.parent for path in runs.glob("*/*/*/record.json"))


def _where(one: Any, other: Any) -> str:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = [key for key in {**one, **other} if one.get(key) != other.get(key)]
        return "; ".join(f"{k}: {_where(one.get(k), other.get(k))}" for k in sorted(keys)[:4])
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        places = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        return "; ".join(f"[{n}] {_where(one[n], other[n])}" for n in places[:4])
    return f"{str(one)[:60]} is now {str(other)[:60]}"


def _tensors(content: Any) -> dict[str, Any]:
    from benchmarks.robustness.programs._parts import digest

    return {str(key): digest(value) for key, value in content.items()}
