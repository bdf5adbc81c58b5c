"""Reads the IDX files of the MNIST family."""

from __future__ import annotations

import gzip
import math
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from art.core.missing import meant
from art.core.planted import open_planted
from art.core.unpacking import BLOCK, unpacked
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

    first = 4 + 4 * dimensions
    with _explained(path), open_planted(path) as opened:
        file = unpacked(path, opened) if path.suffix == ".gz" else opened
        header = _at_most(file, first)
        shape = _shape_of(path, header, dimensions)
        # Python's integers, since a damaged header must not overflow
        size = math.prod(shape)
        values = _at_most(file, size + 1)  # one more tells that there are more
    if len(values) != size:
        found = f"it has {first + len(values)}" if len(values) < size else "it has more"
        fault = "truncated" if len(values) < size else "longer than it says"
        raise DataError(
            f"{path}: {fault}: its header promises {' x '.join(map(str, shape))} values, "
            f"{first + size} bytes, and {found}. Download it again."
        )
    return np.frombuffer(values, np.uint8).reshape(shape)


def _shape_of(path: Path, header: bytearray, dimensions: int) -> tuple[int, ...]:
    import numpy as np

    if len(header) < 4 + 4 * dimensions or header[:4] != bytes((0, 0, UNSIGNED_BYTE, dimensions)):
        raise DataError(
            f"{path}: no IDX file of bytes in {dimensions} dimension(s): it begins with "
            f"{header[:4].hex(' ') or 'nothing'}, not 00 00 08 0{dimensions}. Is it the right one?"
        )
    return tuple(int(size) for size in np.frombuffer(header, ">u4", dimensions, offset=4))


def _at_most(file: IO[bytes], size: int) -> bytearray:
    """The next bytes. Room is made as they come: a header may promise what is not there."""
    found = bytearray()
    while len(found) < size:
        part = file.read(min(size - len(found), BLOCK))
        if not part:
            break
        found += part
    return found


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what can go wrong with the file into one line for a person."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: no whole gzip file ({error}). Download it again.") from error
    except (PathError, DataError):
        raise
    except OSError as error:
        raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from error
