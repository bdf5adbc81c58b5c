"""Fetches one file of a git repository: no checkout, no hooks, no submodules, nobody's settings.

One commit without its files travels (`--depth 1 --filter=blob:none`), then the one file, which
`git cat-file` prints. Only the bytes come out; the repository that git needs for it is removed.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from art.core.process import Bounds, Captured, capture
from art.errors import HubError, printable
from art.hub.fetching.addresses import vetted_address
from art.hub.fetching.limits import Fetched, Limits
from art.hub.sources import GitSource

COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
ABBREVIATED = re.compile(r"[0-9a-f]{4,39}")
OLDEST = (2, 37)
"""The first git that can be told a host's address: else it looks the name up again, unvetted."""

SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.symlinks": "false",
    "credential.helper": "",
    "fetch.fsckObjects": "true",
    "fetch.recurseSubmodules": "false",
    "fetch.showForcedUpdates": "false",
    "fetch.unpackLimit": "1",
    "gc.auto": "0",
    "http.followRedirects": "false",
    "http.lowSpeedLimit": "1",
    "http.lowSpeedTime": "10",
    "http.sslVerify": "true",
    "maintenance.auto": "false",
    "pack.threads": "1",
    "protocol.allow": "never",
    "protocol.ext.allow": "never",
    "protocol.version": "2",
    "submodule.recurse": "false",
    "transfer.bundleURI": "false",
    "transfer.credentialsInUrl": "die",
}
"""Given on the command line of every call, where nothing that came can change them."""

PARTIAL = """
[core]
    repositoryFormatVersion = 1
[extensions]
    partialClone = origin
[remote "origin"]
    url = {url}
    promisor = true
    partialCloneFilter = blob:none
"""
"""What makes git ask the server for a file when it is wanted, and not before."""

KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")


def fetch_git(source: GitSource, private: Collection[str], limits: Limits) -> Fetched:
    """Fetch a file at a revision, and say which commit that is.

    Raises:
        HubError: git is missing or too old, there is no such repository, revision or file, the
            file is a link, a folder or too large, or it took too long.
    """
    with tempfile.TemporaryDirectory(prefix="art-git-") as folder:
        git = GitRepository(source, Path(folder), limits, private)
        commit = git.fetch()
        return Fetched(git.file(commit), str(source), commit)


class GitRepository:
    """A repository that lives for one fetch."""

    def __init__(
        self, source: GitSource, folder: Path, limits: Limits, private: Collection[str]
    ) -> None:
        self._source, self._folder, self._limits = source, folder, limits
        self._deadline = time.monotonic() + limits.seconds
        self._settings = {**SETTINGS, f"protocol.{source.scheme}.allow": "always"}
        if source.scheme == "https":
            self._settings["http.curloptResolve"] = self._pinned(private)

    def fetch(self) -> str:
        """Fetch one commit; its hexadecimal name."""
        self._run("init", "--quiet", "--bare", "--template=", str(self._folder))
        with (self._folder / "config").open("a", encoding="utf-8") as file:
            file.write(PARTIAL.format(url=json.dumps(self._source.url, ensure_ascii=False)))
        self._run(
            "fetch", "--quiet", "--depth=1", "--filter=blob:none", "--no-tags",
            "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules",
            "origin", f"+{self._source.revision or 'HEAD'}:refs/art/it",
        )  # fmt: skip
        found = self._run("rev-parse", "--verify", "refs/art/it^{commit}").out.decode().strip()
        if not COMMIT.fullmatch(found):
            raise HubError(f"{self._source}: there is no such commit.")
        return found

    def file(self, commit: str) -> bytes:
        """The bytes of the file in a commit."""
        listed = self._run("ls-tree", "-z", "--full-tree", commit, "--", self._source.path).out
        first = listed.split(b"\0")[0]
        mode, _, rest = first.partition(b" ")
        if not first:
            raise HubError(f"{self._source}: commit {commit[:12]} has no such file.")
        if mode not in (b"100644", b"100755"):
            kinds = {b"120000": "a symbolic link", b"160000": "a submodule", b"040000": "a folder"}
            what = kinds.get(mode, "no ordinary file")
            raise HubError(f"{self._source}: this is {what}, and only a file is fetched.")
        return self.bytes_of(rest.partition(b"\t")[0].split()[-1].decode())

    def blobs(self, commit: str) -> dict[str, str]:
        """The files of the folder that the source names, and of those inside it: each one's path
        in the repository, and its object."""
        listed = self._run("ls-tree", "-r", "-z", "--full-tree", commit, "--", self._source.path)
        found = {}
        for entry in listed.out.split(b"\0")[:-1]:
            head, _, name = entry.partition(b"\t")
            mode, kind, blob = head.split()
            path = name.decode("utf-8", "replace")
            if kind != b"blob" or mode == b"120000":
                raise HubError(f"{self._source}: '{printable(path)}' is a link or a submodule, "
                               f"and only files are fetched.")  # fmt: skip
            found[path] = blob.decode()
        return found

    def bytes_of(self, blob: str) -> bytes:
        """The bytes of a file's object."""
        size = self._run("cat-file", "-s", blob).out.strip()
        if not size.isdigit() or int(size) > self._limits.size:
            raise HubError(f"{self._source}: larger than {self._limits.size:,} bytes, and no "
                           f"config needs to be.")  # fmt: skip
        return self._run("cat-file", "blob", blob).out

    def _run(self, *arguments: str) -> Captured:
        settings = [word for item in self._settings.items() for word in ("-c", "=".join(item))]
        done = capture(
            ["git", "--no-replace-objects", *settings, *arguments],
            self._folder,
            seconds=max(self._deadline - time.monotonic(), 0.01),
            size=self._limits.size + 1_000,
            bounds=Bounds(file_size=self._limits.pack),
            environment=self._environment(),
        )
        if done.code != 0 or done.stopped:
            raise HubError(f"{self._source}: {self._why(done)}")
        return done

    def _environment(self) -> dict[str, str]:
        """Nobody's settings, no questions, and for https and files no home folder."""
        found = {name: os.environ[name] for name in KEPT if name in os.environ}
        found |= {
            "HOME": str(self._folder),
            "LC_ALL": "C",
            "GIT_DIR": str(self._folder),
            "GIT_ALLOW_PROTOCOL": self._source.scheme,
            "GIT_ASKPASS": "",
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_LFS_SKIP_SMUDGE": "1",
            "GIT_PROTOCOL_FROM_USER": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "SSH_ASKPASS": "",
        }
        if self._source.scheme == "ssh":  # a host that is known, a key that is there: no questions
            for name in ("HOME", "SSH_AUTH_SOCK", "USER", "LOGNAME"):
                if name in os.environ:
                    found[name] = os.environ[name]
            found["GIT_SSH_COMMAND"] = (
                "ssh -oBatchMode=yes -oStrictHostKeyChecking=yes -oForwardAgent=no "
                "-oClearAllForwardings=yes -oPermitLocalCommand=no -oConnectTimeout=10"
            )
        certificates = os.environ.get("GIT_SSL_CAINFO") or os.environ.get("SSL_CERT_FILE")
        if certificates:
            found["GIT_SSL_CAINFO"] = str(Path(certificates).resolve())
        return found

    def _pinned(self, private: Collection[str]) -> str:
        """The host's vetted address, for git to connect to."""
        source = self._source
        version = self._version()
        if version < OLDEST:
            raise HubError(
                f"{source}: git {'.'.join(map(str, version))} is too old: "
                f"{'.'.join(map(str, OLDEST))} or later is needed."
            )
        port = source.port or 443
        seconds = max(self._deadline - time.monotonic(), 0.01)
        address = vetted_address(
            source.host, port, private=private, named=source.named, seconds=seconds
        )
        host = f"[{source.host}]" if ":" in source.host else source.host
        return f"{host}:{port}:[{address}]" if ":" in address else f"{host}:{port}:{address}"

    def _version(self) -> tuple[int, ...]:
        done = capture(["git", "--version"], self._folder, seconds=10, size=1_000)
        if done.stopped == "missing":
            raise HubError("git is not installed, and a git+ source needs it.")
        return tuple(map(int, re.findall(rb"\d+", done.out)[:2]))

    def _why(self, done: Captured) -> str:
        """What went wrong, in words."""
        if done.stopped == "missing":
            return "git is not installed, and a git+ source needs it."
        if done.stopped == "time":
            return f"took longer than {self._limits.seconds:g} s."
        told = [line for line in done.err.splitlines() if line.strip()]
        if (
            done.stopped == "size"
            or "too large" in done.err
            or "signal 25" in done.err
            or done.code == -25
        ):
            return f"sent more than {self._limits.pack:,} bytes."
        wanted = self._source.revision
        if "couldn't find remote ref" in done.err or "not our ref" in done.err:
            hint = " Write a commit in full." if ABBREVIATED.fullmatch(wanted) else ""
            return f"the repository has no revision '{wanted or 'HEAD'}'.{hint}"
        if "invalid index-pack" in done.err:  # its own end is not told
            return f"sent a pack that is not sound, or of more than {self._limits.pack:,} bytes."
        if "redirect" in done.err or "returned error: 30" in done.err:
            return "the repository has moved; name its new address."
        fatal = [line for line in told if line.startswith(("fatal:", "error:"))] or told
        with suppress(IndexError):
            return f"git says: {printable(fatal[0][:300])}"
        return f"git failed with exit code {done.code}."
