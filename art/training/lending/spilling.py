"""Keeps large tensors in a file, from where they are read when they are needed."""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor

ROOM = 4
"""How many times the size of the tensors must be free on the disk."""


class SpilledTensors:
    """Tensors on the CPU whose values lie in a file without a name, which goes with the process.

    Args:
        file: holds the storages of the tensors, one after the other.
        tensors: what they were.
    """

    def __init__(self, file: BinaryIO, tensors: Sequence[Tensor]) -> None:
        self._file = file
        self._storages: dict[int, tuple[int, int]] = {}
        self._views = [
            (_storage(t), t.dtype, t.shape, t.stride(), t.storage_offset(), t.device)
            for t in tensors
        ]
        at = 0
        for tensor in tensors:
            if _storage(tensor) not in self._storages:
                size = tensor.untyped_storage().nbytes()
                self._storages[_storage(tensor)] = at, size
                at += _padded(size)
        self._size = at

    @classmethod
    def of(cls, tensors: Sequence[Tensor], folder: Path) -> SpilledTensors | None:
        """Write tensors to the disk; None where it has no room for them.

        Args:
            tensors: views of one storage share it in the file as well.
            folder: on the disk that is meant.
        """
        if not all(t.layout == torch.strided and t.device.type == "cpu" for t in tensors):
            return None
        storages = {_storage(t): t.untyped_storage() for t in tensors}
        size = sum(_padded(storage.nbytes()) for storage in storages.values())
        try:
            if not size or shutil.disk_usage(folder).free < ROOM * size:
                return None
            file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - as long as this object
            for storage in storages.values():
                begin = file.tell()
                flat = torch.empty(0, dtype=torch.uint8).set_(storage)
                file.write(flat.numpy().data)
                file.seek(begin + _padded(storage.nbytes()))
            file.truncate(size)
            file.flush()
        except OSError:  # a full disk, or one that cannot be written: they stay in memory
            return None
        return cls(file, tensors)

    def tensors(self) -> list[Tensor]:
        """The tensors, read as they are used; changes to them are theirs alone."""
        mapped = mmap.mmap(self._file.fileno(), self._size, access=mmap.ACCESS_COPY)
        flat = {
            key: torch.frombuffer(mapped, dtype=torch.uint8, count=size, offset=at)
            for key, (at, size) in self._storages.items()
            if size
        }
        made = []
        for key, kind, shape, stride, offset, device in self._views:
            storage = flat[key].untyped_storage() if key in flat else torch.UntypedStorage(0)
            made.append(
                torch.empty(0, dtype=kind, device=device).set_(storage, offset, shape, stride)
            )
        return made

    def forget(self) -> None:
        """Let the system drop what it has read of the file."""
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _storage(tensor: Tensor) -> int:
    return tensor.untyped_storage().data_ptr()


def _padded(size: int) -> int:
    return -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
