"""What can be planted where ART reads: texts that are no JSON, or JSON that means harm."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ESCAPES = "\x1b[2J\x1b]0;evil\x07\x9b2K\u202e<script>alert(1)</script>"

TEXTS: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "no text": b"\xff\xfe\x00",
    "lists in lists": b"[" * 100_000,
    "dicts in dicts": b'{"a":' * 100_000,
    "900 levels": b'{"settings": ' * 900 + b"1" + b"}" * 900,
    "a number of 5,000 digits": b'{"schema": ' + b"9" * 5_000 + b"}",
    "10 MB": b'["' + b"x" * 10_000_000 + b'"]',
    "NaN": b'{"schema": NaN, "order": Infinity}',
    "a list": b"[1, 2, 3]",
    "a text": json.dumps(ESCAPES).encode(),
    "null": b"null",
    "wrong kinds": b'{"paths": [], "runs": {}, "files": 1, "data": [], "pid": "1", "config": []}',
    "escapes": json.dumps({"host": ESCAPES, "pid": 1, "run": ESCAPES, "stage": ESCAPES,
                           "model": None}).encode(),
    "a huge process": b'{"host": "x", "pid": 99999999999999999999, "run": "x", "stage": "x", '
                      b'"model": null}',
    "the name of a class": b'{"__class__": "os.system", "py/object": "os.system"}',
}  # fmt: skip


def planted(path: Path, step: int = 1) -> Iterator[str]:
    """Put one thing after another in a path's place; what was there is put back at the end."""
    before = path.read_bytes() if path.is_file() else None
    for name, content in list(TEXTS.items())[::step]:
        path.write_bytes(content)
        yield name
        path.unlink(missing_ok=True)
    kinds: list[tuple[str, Callable[[Path], None]]] = [
        ("a pipe", os.mkfifo),
        ("a folder", os.mkdir),
        ("a device", lambda p: p.symlink_to("/dev/zero")),
        ("a link to itself", lambda p: p.symlink_to(p)),
        ("a link out", lambda p: p.symlink_to("/etc/passwd")),
    ]
    for name, make in kinds[::step]:
        path.unlink(missing_ok=True)
        make(path)
        yield name
        path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink(missing_ok=True)
    if before is not None:
        path.write_bytes(before)


FIELDS: tuple[tuple[str, Any], ...] = (
    ("project", ESCAPES), ("stage", ESCAPES), ("stage", "../../etc"), ("model", ESCAPES),
    ("run", ESCAPES), ("run", "../../.."), ("error", ESCAPES), ("started", ESCAPES),
    ("order", -1), ("order", 10**300), ("order", True), ("order", None), ("seconds", 10**400),
    ("seconds", float("nan")), ("seconds", -1e308), ("seconds", "1"), ("schema", 10**30),
    ("schema", -5), ("schema", "1"), ("status", ESCAPES), ("status", ["passed"]),
    ("scores", {ESCAPES: 1.0}), ("scores", {"val/loss": 10**400}), ("scores", {"a": "1"}),
    ("scores", {"a": None}), ("scores", [1]), ("scores", {f"s{n}": 1.0 for n in range(20_000)}),
    ("checks", [1]), ("checks", {"a": 1}), ("checks", None), ("checks", [{"name": 1}]),
    ("artifacts", {ESCAPES: ESCAPES}), ("artifacts", {"checkpoint": 1}), ("artifacts", []),
    ("settings", {"__class__": "os.system"}), ("settings", {"model.@models": "os.system"}),
    ("settings", [1]), ("inputs", {"config": ESCAPES}), ("inputs", None),
    ("environment", {"host": ESCAPES}), ("folder", "../../etc"), ("__class__", "os.system"),
)  # fmt: skip
"""Fields of a record, and what stands there."""

CHECK = {"name": ESCAPES, "check": ESCAPES, "severity": "block", "passed": False,
         "value": ESCAPES, "expected": ESCAPES, "message": ESCAPES, "hint": ESCAPES}  # fmt: skip
CHECK_FIELDS: tuple[tuple[str, Any], ...] = (
    ("value", 10**400), ("value", float("inf")), ("value", [1]), ("passed", "no"),
    ("severity", ESCAPES), ("severity", None), ("message", "x" * 1_000_000), ("hint", 1),
)  # fmt: skip


def records(sound: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    """Records with one hostile field each, by what it is."""
    for field, value in FIELDS:
        yield f"{field} = {value!r:.30}", _text({**sound, field: value})
    for status in ("failed", "refused", "crashed", "passed", "running", "interrupted"):
        record = {**copy.deepcopy(sound), "status": status, "error": ESCAPES, "checks": [CHECK]}
        yield f"escapes, {status}", _text(record)
    for field, value in CHECK_FIELDS:
        checks = [{**CHECK, field: value}]
        yield f"a check's {field}", _text({**sound, "status": "failed", "checks": checks})
    deep: Any = 1
    for _ in range(400):
        deep = {"a": [deep]}
    yield "settings in settings", _text({**sound, "settings": deep})


PATHS = (
    "../../../../../../etc/passwd", "/etc/passwd", "checkpoints/../../../../x.ckpt", "..", ".", "",
    "C:\\windows\\x", "\\\\host\\x", "a\x00b", "\ud800", "x" * 5_000, "link.ckpt", "folder/x.ckpt",
    "http://127.0.0.1:9/x.ckpt", "file:///etc/passwd", ESCAPES, "/dev/zero", "pipe",
)  # fmt: skip
"""For the path of an artifact."""


def _text(record: dict[str, Any]) -> bytes:
    return json.dumps(record).encode()
