"""Brings the bytes of one file from elsewhere, within limits. The one place that uses a network."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from art.hub.fetching.files import fetch_file
from art.hub.fetching.git import fetch_git
from art.hub.fetching.https import fetch_https
from art.hub.fetching.limits import LIMITS, Fetched, Limits
from art.hub.sources import FileSource, GitSource, HttpsSource, Source

__all__ = ["LIMITS", "Fetched", "Limits", "fetch"]


def fetch(
    source: Source,
    *,
    private: Collection[str] = (),
    limits: Limits = LIMITS,
    revision: str = "",
) -> Fetched:
    """Fetch the file that a source names. Nothing of it is run, opened or unpacked.

    Args:
        source: where it is.
        private: hosts that may have an address of a private network; a host that is itself
            written as such an address may anyway, if the user wrote it.
        limits: of time and size.
        revision: of a git source, in place of the one that it names.

    Raises:
        HubError: it cannot be had, or is refused; the message says why.
    """
    if isinstance(source, FileSource):
        return fetch_file(source, limits)
    if isinstance(source, HttpsSource):
        return fetch_https(source, private, limits)
    assert isinstance(source, GitSource)
    if revision:
        source = replace(source, revision=revision)
    return fetch_git(source, private, limits)
