"""Files that are no checkpoint, or a broken one: what a reader meets that trusts its input."""

from __future__ import annotations

import io
import pickle
import struct
import tarfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch

from benchmarks.robustness.doors.gadgets import Call


def zipped(content: Any) -> bytes:
    """A checkpoint as `torch.save` writes it."""
    file = io.BytesIO()
    torch.save(content, file)
    return file.getvalue()


def broken_files(plain: bytes, marker: Path) -> Iterator[tuple[str, bytes]]:
    """All of them, by name.

    Args:
        plain: a sound checkpoint.
        marker: what hostile code in them would leave.
    """
    yield from _files(plain)
    yield from _archives(plain, marker)
    for name, content in _pickles(marker):
        yield name, content
        yield f"{name}, in a sound archive", _with_pickle(plain, content)


def _files(plain: bytes) -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "zeros", bytes(5_000)
    yield "a half", plain[: len(plain) // 2]
    yield "text", b"[project]\nname = 1\n"
    yield "escapes", b"\x1b[2J\x1b]0;evil\x07" * 100
    yield "an ELF", b"\x7fELF" + bytes(500)
    yield "a tensor without measure", _rebuilt((1 << 40,))
    yield "a tensor with strides that lead out", _rebuilt((4,), (1 << 40,))
    yield "a tensor of less than nothing", _rebuilt((-4,))


def _pickles(marker: Path) -> Iterator[tuple[str, bytes]]:
    text = pickle.dumps(str(marker), protocol=4)[2:-1]
    yield "a pickle without an end", b"\x80\x02" + b"(" * 200_000
    yield "a pickle of lists in lists", b"\x80\x02" + b"]" * 50_000 + b"a" * 49_999 + b"."
    yield "a pickle of a million numbers", b"\x80\x02]" + b"K\x01a" * 1_000_000 + b"."
    yield "a text without measure", b"\x80\x04\x8d" + struct.pack("<Q", 1 << 62) + b"x."
    yield "an extension's code", b"\x80\x02\x82\x01."
    yield "a persistent id", b"Pevil\n."
    yield "an instance of old", f"(S'{marker}'\nios\nmkdir\n.".encode()
    yield "a call of old", f"cos\nmkdir\n(S'{marker}'\ntR.".encode()
    yield "a name on the stack", b"\x80\x04\x8c\x02os\x8c\x05mkdir\x93" + text + b"\x85R."
    yield "a memo without an entry", b"\x80\x02h\xff."
    yield "an empty stack", b"\x80\x0200000."
    yield "a number of 300,000 digits", b"I" + b"9" * 300_000 + b"\n."
    asked = Call("builtins:bytearray", 1 << 45)
    yield "bytes without measure", pickle.dumps(asked, protocol=2)


def _archives(plain: bytes, marker: Path) -> Iterator[tuple[str, bytes]]:
    call = pickle.dumps(Call("os:mkdir", str(marker)), protocol=2)
    code = f"import os\nos.mkdir({str(marker)!r})\n".encode()
    script = {"a/constants.pkl": call, "a/data.pkl": call, "a/code/__torch__.py": code}
    yield "a zip with a pickle by itself", packed({"archive/data.pkl": call})
    yield "a zip that leads out", packed({f"../../{marker.name}": b"x", "a/data.pkl": call})
    yield "a zip with an absolute name", packed({str(marker): b"x", "a/data.pkl": call})
    yield "a zip of nothing", packed({})
    yield "a zip with two pickles", packed({"a/data.pkl": call, "b/data.pkl": call})
    yield "a zip with a byte order", packed({"a/data.pkl": call, "a/byteorder": b"evil"})
    yield "a bomb", packed({"a/data.pkl": b"\x80\x02" + bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    yield "a TorchScript archive", _script()
    yield "TorchScript with Python in it", packed(script)
    yield "a package of torch", packed({"a/.data/extern_modules": b"os", "a/data.pkl": call})
    yield "a tar that leads out", _tarred(f"../../{marker.name}", tarfile.REGTYPE)
    yield "a tar with a link", _tarred("storages", tarfile.SYMTYPE, str(marker))
    yield "a tar with a device", _tarred("storages", tarfile.CHRTYPE)
    yield "a checkpoint for a pickle", packed({"a/data.pkl": plain})


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


def _with_pickle(plain: bytes, content: bytes) -> bytes:
    """A checkpoint with another pickle in it."""
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    name = next(name for name in files if name.endswith("data.pkl"))
    return packed({**files, name: content})


def _rebuilt(size: tuple[int, ...], stride: tuple[int, ...] = (1,)) -> bytes:
    """A checkpoint with a tensor that its storage is too small for."""
    storage = torch.zeros(1).untyped_storage()
    typed = torch.storage.TypedStorage(wrap_storage=storage, dtype=torch.float, _internal=True)
    call = Call("torch._utils:_rebuild_tensor_v2", typed, 0, size, stride, False, {})
    return zipped({"state_dict": {"weight": call}})


def _tarred(name: str, kind: bytes, to: str = "") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        for part in dict.fromkeys((name, "storages", "tensors", "pickle")):
            entry = tarfile.TarInfo(part)
            if part == name:
                entry.type, entry.linkname = kind, to
            archive.addfile(entry)
    return file.getvalue()


def _script() -> bytes:
    file = io.BytesIO()
    torch.jit.save(torch.jit.trace(torch.nn.Linear(1, 1), torch.zeros(1, 1)), file)
    return file.getvalue()
