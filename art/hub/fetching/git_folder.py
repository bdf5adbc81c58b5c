"""Fetches a folder of a git repository as it fetches a file: commit, list, bytes, no checkout."""

from __future__ import annotations

import tempfile
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path, PurePosixPath

from art.core.files import atomic_write
from art.errors import HubError, printable
from art.hub.fetching.git import GitRepository
from art.hub.fetching.limits import LIMITS, Limits
from art.hub.sources import GitSource, parse_source

ROOT = "."
MOST_FILES = 200
SECONDS = 120.0
"""A folder is a file at a time, and each is asked for by itself."""


def fetch_git_folder(
    text: str, target: Path, private: Collection[str] = (), limits: Limits = LIMITS
) -> str:
    """Write the files of a folder of a repository below another folder.

    Args:
        text: the source, `git+https://HOST/REPO.git//FOLDER@REVISION`; nothing between `//` and
            `@` is the whole repository.
        target: an empty folder.
        private: hosts that may have an address of a private network.
        limits: of time and size, the size being that of one file.

    Returns:
        The commit.

    Raises:
        HubError: it cannot be had, or holds what is no file.
    """
    source = folder_source(text)
    limits = replace(limits, seconds=max(limits.seconds, SECONDS))
    with tempfile.TemporaryDirectory(prefix="art-git-") as place:
        git = GitRepository(source, Path(place), limits, private)
        commit = git.fetch()
        found = git.blobs(commit)
        if not found or len(found) > MOST_FILES:
            what = f"more than {MOST_FILES} files" if found else "no such folder"
            raise HubError(f"{source}: commit {commit[:12]} has {what}.")
        inner = "" if source.path == ROOT else f"{source.path}/"
        total = 0
        for name, blob in found.items():
            path = target / _inside(source, name.removeprefix(inner))
            path.parent.mkdir(parents=True, exist_ok=True)
            content = git.bytes_of(blob)
            total += len(content)
            if total > limits.pack:
                raise HubError(f"{source}: more than {limits.pack:,} bytes.")
            atomic_write(path, content)
        return commit


def folder_source(text: str) -> GitSource:
    """Read a source that names a folder, or by naming none the whole repository.

    Raises:
        HubError: it is no git source.
    """
    head, mark, rest = text.rpartition("//")
    if mark and not head.endswith(":") and (not rest or rest.startswith("@")):
        found = parse_source(f"{head}//any{rest}")
        assert isinstance(found, GitSource)
        return replace(found, path=ROOT)
    found = parse_source(text.rstrip("/"))
    if not isinstance(found, GitSource):
        raise HubError(f"{text}: a template is fetched by git+https, git+ssh or git+file.")
    return found


def _inside(source: GitSource, name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    parts = path.parts
    if path.is_absolute() or not parts or ".." in parts or ".git" in map(str.lower, parts):
        raise HubError(f"{source}: '{printable(name)}' is not a path inside a folder.")
    return path
