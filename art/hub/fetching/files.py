"""Reads a config from a file of this machine."""

from __future__ import annotations

import os
import stat

from art.core.files import at_home
from art.core.missing import meant
from art.errors import HubError
from art.hub.fetching.limits import Fetched, Limits
from art.hub.sources import FileSource


def fetch_file(source: FileSource, limits: Limits) -> Fetched:
    """Read a regular file; a device or a pipe would never end.

    Raises:
        HubError: it is missing, no regular file, too large or unreadable.
    """
    path = at_home(source.path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise HubError(f"{path}: this is no regular file.")
            data = file.read(limits.size + 1)
    except IsADirectoryError:
        raise HubError(f"{path}: this is a folder, not a config.") from None
    except FileNotFoundError:
        raise HubError(f"{path}: no such file.{meant(path)}") from None
    except OSError as error:
        raise HubError(f"{path}: cannot be read: {error.strerror or error}.") from None
    if len(data) > limits.size:
        raise HubError(f"{path}: larger than {limits.size:,} bytes, and no config needs to be.")
    return Fetched(data, str(path))
