"""Reads a config from a file of this machine."""

from __future__ import annotations

from art.core.files import at_home, unreadable
from art.core.planted import open_planted
from art.errors import HubError
from art.hub.fetching.limits import Fetched, Limits
from art.hub.sources import FileSource


def fetch_file(source: FileSource, limits: Limits) -> Fetched:
    """Read a regular file; a device or a pipe would never end.

    Raises:
        HubError: it is missing, no regular file, too large or unreadable.
    """
    path = at_home(source.path)
    try:
        with open_planted(path) as file:
            data = file.read(limits.size + 1)
    except OSError as error:
        raise HubError(unreadable(path, "config", error).message) from None
    if len(data) > limits.size:
        raise HubError(f"{path}: larger than {limits.size:,} bytes, and no config needs to be.")
    return Fetched(data, str(path))
