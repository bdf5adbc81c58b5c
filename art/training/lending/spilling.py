"""Keeps large tensors in a file, from where they are read when they are needed."""

from __future__ import annotations

import mmap
import os
import shutil
import tempfile
from pathlib import Path
from typing import BinaryIO

import torch
from torch import Tensor, nn

SMALL = 2**16
"""Bytes of a tensor below which it stays in memory."""
ROOM = 4
"""How many times the size of the tensors must be free on the disk."""


class Spilled:
    """The memory of tensors, mapped from a file without a name, which is gone with the process."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._map = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_COPY)

    @classmethod
    def of(cls, model: nn.Module, folder: Path) -> Spilled | None:
        """Move a module's parameters and buffers to the disk; None where that has no room.

        Args:
            model: its tensors stay what they are, but for where their values lie.
            folder: on the disk that is meant.
        """
        tensors = {
            tensor.data_ptr(): tensor
            for tensor in (*model.parameters(), *model.buffers())
            if _can_be_moved(tensor)
        }
        size = sum(_padded(tensor.untyped_storage().nbytes()) for tensor in tensors.values())
        try:
            if not size or shutil.disk_usage(folder).free < ROOM * size:
                return None
            file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - it lives as long as the map
            for tensor in tensors.values():
                flat = tensor.detach().untyped_storage()
                at = file.tell()
                file.write(memoryview(torch.tensor([], dtype=torch.uint8).set_(flat).numpy()))
                file.seek(at + _padded(flat.nbytes()))
            file.truncate(size)
            file.flush()
        except OSError:  # a full disk, or one that cannot be written: they stay in memory
            return None
        made = cls(file, size)
        made._take_the_place_of(list(tensors.values()), model)
        return made

    def _take_the_place_of(self, tensors: list[Tensor], model: nn.Module) -> None:
        at, kept = 0, {}
        for tensor in tensors:
            size = tensor.untyped_storage().nbytes()
            kept[tensor.data_ptr()] = torch.frombuffer(
                self._map, dtype=tensor.dtype, count=size // tensor.element_size(), offset=at
            )
            at += _padded(size)
        for tensor in (*model.parameters(), *model.buffers()):
            if _can_be_moved(tensor) and tensor.data_ptr() in kept:
                tensor.data = kept[tensor.data_ptr()].as_strided(tensor.shape, tensor.stride())

    def let_go(self) -> None:
        """Give the memory back that the values took when they were read."""
        if hasattr(self._map, "madvise"):
            self._map.madvise(mmap.MADV_DONTNEED)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _can_be_moved(tensor: Tensor) -> bool:
    whole = tensor.storage_offset() == 0
    plain = tensor.device.type == "cpu" and tensor.layout == torch.strided
    return whole and plain and tensor.untyped_storage().nbytes() >= SMALL


def _padded(size: int) -> int:
    return -(-size // 4096) * 4096
