"""Reads the IDX files of the MNIST family."""

from __future__ import annotations

import gzip
import math
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from art.core.missing import meant
from art.core.planted import open_planted
from art.errors import DataError, PathError

if TYPE_CHECKING:
    import numpy as np

UNSIGNED_BYTE = 0x08


def read_pair(folder: Path, prefix: str) -> tuple[np.ndarray, np.ndarray]:
    """Images `(N, H, W)` and labels `(N,)`, both uint8, of `train` or `t10k`.

    Raises:
        PathError: the folder or a file is missing or unreadable.
        DataError: a file is truncated or no IDX file of bytes, or the two differ in length.
    """
    images_at = _find(folder, f"{prefix}-images-idx3-ubyte")
    labels_at = _find(folder, f"{prefix}-labels-idx1-ubyte")
    images, labels = _read(images_at, 3), _read(labels_at, 1)
    if len(images) != len(labels):
        raise DataError(
            f"{images_at} has {len(images)} images but {labels_at.name} has {len(labels)} labels. "
            f"The two files do not belong together; download them again."
        )
    return images, labels


def read_images(path: Path) -> np.ndarray:
    """Images `(N, H, W)`, uint8, of one file.

    Raises:
        PathError, DataError: as for `read_pair`.
    """
    return _read(path, 3)


def _find(folder: Path, name: str) -> Path:
    if not folder.exists():
        near = meant(folder)
        raise PathError(
            f"{folder}: no such folder.{near} Set [data] folder to where the IDX files are."
        )
    if not folder.is_dir():
        raise PathError(f"{folder}: this is a file; [data] folder must be the folder of {name}.gz.")
    for candidate in (folder / name, folder / f"{name}.gz"):
        if candidate.exists():
            return candidate
    present = ", ".join(sorted(path.name for path in folder.iterdir())[:6]) or "nothing"
    raise PathError(f"{folder}: neither {name} nor {name}.gz is there; it holds {present}.")


def _read(path: Path, dimensions: int) -> np.ndarray:
    """An array of bytes with that many dimensions. Format: two zero bytes, a type, the number of
    dimensions, each dimension as four bytes with the highest first, then the values."""
    import numpy as np

    content = _content(path)
    header = 4 + 4 * dimensions
    if len(content) < header or content[:4] != bytes((0, 0, UNSIGNED_BYTE, dimensions)):
        raise DataError(
            f"{path}: no IDX file of bytes in {dimensions} dimension(s): it begins with "
            f"{content[:4].hex(' ') or 'nothing'}, not 00 00 08 0{dimensions}. Is it the right one?"
        )
    shape = tuple(int(size) for size in np.frombuffer(content, ">u4", dimensions, offset=4))
    # Python's integers, since a damaged header must not overflow
    wanted, found = header + math.prod(shape), len(content)
    if found != wanted:
        fault = "truncated" if found < wanted else "longer than it says"
        raise DataError(
            f"{path}: {fault}: its header promises {' x '.join(map(str, shape))} values, "
            f"{wanted} bytes, and it has {found}. Download it again."
        )
    return np.frombuffer(content, np.uint8, offset=header).reshape(shape)


def _content(path: Path) -> bytes:
    try:
        with open_planted(path) as file:
            if path.suffix == ".gz":
                with gzip.open(file) as unpacked:
                    return unpacked.read()
            return file.read()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: no whole gzip file ({error}). Download it again.") from error
    except OSError as error:
        raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from error
