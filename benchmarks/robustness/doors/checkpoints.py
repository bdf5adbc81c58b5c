"""Hostile checkpoints: files that would run code, lie about themselves, or never end."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks.robustness.doors.broken import broken_files, zipped
from benchmarks.robustness.doors.gadgets import Call, gadgets

Weights = Mapping[str, Any]


@dataclass(frozen=True)
class Hostile:
    """A hostile checkpoint.

    Attributes:
        name: what it is.
        content: of the file.
        seal: of its sidecar; None for none.
        loads: whether `load_checkpoint` may give it back, since it is plain values; then it is for
            whoever reads these to refuse.
    """

    name: str
    content: bytes
    seal: str | None
    loads: bool = False

    def write(self, path: Path) -> None:
        """Put it where a checkpoint is looked for."""
        for old in (path, Path(f"{path}.sha256")):
            old.unlink(missing_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.content)
        if self.seal is not None:
            Path(f"{path}.sha256").write_text(self.seal)


def sealed(content: bytes) -> str:
    """The sidecar that a file would have if ART had written it: whoever can write the one file can
    write the other."""
    seal = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    return json.dumps(seal) + "\n"


def hostile_checkpoints(marker: Path, weights: Weights) -> Iterator[Hostile]:
    """All of them. Those that call something vary in where the call is, in the file's format and
    in its sidecar.

    Args:
        marker: what hostile code would leave.
        weights: a state dict that fits the model, so that nothing else is wrong.
    """
    for index, (name, value) in enumerate(gadgets(marker)):
        where, place = PLACES[index % len(PLACES)]
        kind, write = FORMATS[index % len(FORMATS)]
        content = write(place(dict(weights), value))
        yield Hostile(f"{name} in {where}, {kind}", content, sealed(content))
    call = Call("os:mkdir", str(marker))
    for kind, write in dict(FORMATS).items():
        for where, place in PLACES:
            content = write(place(dict(weights), call))
            yield Hostile(f"os:mkdir in {where}, {kind}", content, sealed(content))
    content = zipped({"state_dict": call})
    for name, seal in _seals(content):
        yield Hostile(f"a call, {name}", content, seal)
    for name, broken in broken_files(zipped({"state_dict": dict(weights)}), marker):
        yield Hostile(name, broken, sealed(broken))
    for name, values in _odd_values(weights):
        odd = zipped(values)
        yield Hostile(name, odd, sealed(odd), loads=isinstance(values, dict))


def _in(*path: str) -> Callable[[dict[str, Any], Any], Any]:
    """Puts a value somewhere in a checkpoint's content."""

    def place(weights: dict[str, Any], value: Any) -> Any:
        content: dict[str, Any] = {"state_dict": weights, "overrides": {}, "epoch": 1}
        inner = content
        for part in path[:-1]:
            inner = inner.setdefault(part, {})
        inner[path[-1]] = value
        return content

    return place


PLACES: tuple[tuple[str, Callable[[dict[str, Any], Any], Any]], ...] = (
    ("the weights", _in("state_dict", "weight")),
    ("the optimizer's states", lambda w, v: {"state_dict": w, "optimizer_states": [{"state": v}]}),
    ("the hyperparameters", _in("hyper_parameters", "loss")),
    ("the callbacks", _in("callbacks", "ModelCheckpoint{}")),
    ("the overrides", _in("overrides", "model.dropout")),
    ("the loops", _in("loops", "fit_loop")),
    ("the place of all", lambda w, v: v),
    ("a list behind the weights", lambda w, v: [{"state_dict": w}, v]),
)


def _legacy(content: Any) -> bytes:
    file = io.BytesIO()
    torch.save(content, file, _use_new_zipfile_serialization=False)
    return file.getvalue()


def _tar(content: Any) -> bytes:
    """The format of torch before 0.1.10."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for name in ("sys_info", "storages", "tensors", "pickle"):
            value = pickle.dumps(content if name == "pickle" else 0, protocol=2)
            entry = tarfile.TarInfo(name)
            entry.size = len(value)
            archive.addfile(entry, io.BytesIO(value))
    return file.getvalue()


def _protocol_0(content: Any) -> bytes:
    return pickle.dumps(content, protocol=0)


FORMATS = (
    ("zip", zipped), ("legacy", _legacy), ("zip", zipped), ("pickle", pickle.dumps),
    ("zip", zipped), ("tar", _tar), ("protocol 0", _protocol_0),
)  # fmt: skip
"""Most are archives as ART writes them: the others are refused unread."""


def _seals(content: bytes) -> Iterator[tuple[str, str | None]]:
    digest = hashlib.sha256(content).hexdigest()
    yield "without a sidecar", None
    yield "with an empty sidecar", ""
    yield "with another's digest", json.dumps({"sha256": "0" * 64, "size": len(content)})
    yield "with a sidecar that is a list", json.dumps([digest])
    yield "with a sidecar without an end", "[" * 100_000
    yield "with a digest that is a list", json.dumps({"sha256": [digest]})
    yield "with a digest that is null", json.dumps({"sha256": None})
    yield "with a size of 5,000 digits", f'{{"sha256": "{digest}", "size": {"9" * 5000}}}'
    yield "with a sidecar of bytes", "\x00\x1b[2J"


def _odd_values(weights: Weights) -> Iterator[tuple[str, Any]]:
    """What can be read, and is not what a stage left."""
    good = {"state_dict": dict(weights)}
    yield "a list", [1, 2]
    yield "a text", "\x1b[2J"
    yield "a tensor", torch.zeros(3)
    yield "an empty dict", {}
    yield "weights that are a text", {"state_dict": "\x1b]0;evil\x07"}
    yield "weights that are a list", {"state_dict": [1]}
    yield "weights that are texts", {"state_dict": dict.fromkeys(weights, "<script>")}
    yield "weights of another shape", {"state_dict": {k: torch.zeros(7, 7, 7) for k in weights}}
    yield "weights of other names", {"state_dict": {"\x1b[2J": torch.zeros(1)}}
    yield "weights with numbers for names", {"state_dict": {1: torch.zeros(1)}}
    yield "no weights", {"state_dict": {}}
    yield "overrides that are a list", {**good, "overrides": ["model.dropout"]}
    yield "overrides that are a text", {**good, "overrides": "x" * 100}
    yield "overrides of nothing", {**good, "overrides": {"evil.\x1b[2J": 1}}
    yield "overrides of a number", {**good, "overrides": {1: 2}}
    yield "overrides with another function", {**good, "overrides": {"model.@models": "os.system"}}
    yield "overrides of a whole section", {**good, "overrides": {"model": {"@models": "os.system"}}}
    yield "overrides with a wrong kind", {**good, "overrides": {"model.hidden": "${paths.data}"}}
    yield "overrides without measure", {**good, "overrides": {"model.hidden": [1 << 60]}}
    yield "overrides with a reference", {**good, "overrides": {"model.dropout": os.sep * 3}}
