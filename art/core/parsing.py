"""Parsers of other people's files: whatever they raise becomes one line for a person."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from art.errors import ArtError, DataError, PathError, printable


@contextmanager
def parsing(path: Path, what: str) -> Iterator[None]:
    """Parse a file that may hold anything.

    The libraries that read archives, arrays and pictures raise exceptions of some twenty kinds for
    files that are damaged, encrypted or made to do harm; none of them is a fault of ART.

    Args:
        path: the file.
        what: what it should be, as in `a picture`.

    Raises:
        PathError: the operating system does not let it be read.
        DataError: it is not what it should be, or needs more memory than there is.
    """
    try:
        yield
    except ArtError:
        raise
    except MemoryError as error:  # a header can promise any size
        raise DataError(
            f"{path}: it needs more memory than there is. Is the file complete, and do you trust "
            "its source?"
        ) from error
    except OSError as error:
        if error.errno is None:  # a parser's own, such as a truncated picture
            raise DataError(f"{path}: not {what} that can be read: {_first(error)}") from error
        raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from error
    except Exception as error:
        raise DataError(f"{path}: not {what} that can be read: {_first(error)}") from error


def _first(error: Exception) -> str:
    text = str(error).strip().partition("\n")[0]
    return printable(text[:200]) or type(error).__name__
