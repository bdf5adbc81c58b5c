"""Where a config comes from, as a user writes it: nothing is looked up yet.

digits                                             a name in an index
./digits.cfg                                       a file
https://HOST/digits.cfg                            a page on the web
git+https://HOST/REPO.git//recipes/digits.cfg@v2   a file of a git repository; also
git+ssh://git@HOST/...  git+file:///DIR//...  git+./DIR//...
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from art.core.files import at_home
from art.core.secrets import is_secret
from art.errors import UNSEEN, HubError, printable

NAME = re.compile(r"[A-Za-z0-9][\w-]*(?:/[A-Za-z0-9][\w-]*)?")
HOST = re.compile(r"(?!-)[A-Za-z0-9_.-]{1,253}|[0-9A-Fa-f:.]+")
USER = re.compile(r"[A-Za-z0-9_][\w.-]{0,63}")
REVISION = re.compile(r"[A-Za-z0-9_][\w./+-]{0,200}")
SCHEME = re.compile(r"(?:git\+)?[A-Za-z][A-Za-z0-9.]*:/")
LONGEST = 2_000
LOCAL = ("git+./", "git+../", "git+/", "git+~")
FORMS = (
    "A source is a name of an index, a file, https://HOST/FILE.cfg, or "
    "git+https://HOST/REPO.git//PATH/FILE.cfg@REVISION"
)


@dataclass(frozen=True)
class IndexSource:
    """A name in an index, `digits`, or in one of several, `team/digits`."""

    name: str

    def __str__(self) -> str:
        """As a user writes it."""
        return self.name


@dataclass(frozen=True)
class FileSource:
    """A file of this machine."""

    path: Path

    def __str__(self) -> str:
        """As a user writes it."""
        return str(self.path)


@dataclass(frozen=True)
class HttpsSource:
    """A page on the web.

    Attributes:
        host: without brackets.
        port: 443 where none is written.
        path: with its query, quoted.
        named: the user wrote it; an index did not.
    """

    host: str
    port: int
    path: str
    named: bool = True

    def __str__(self) -> str:
        """As a user writes it."""
        return f"https://{_netloc(self.host, self.port, 443)}{self.path}"


@dataclass(frozen=True)
class GitSource:
    """A file of a git repository.

    Attributes:
        scheme: `https`, `ssh` or `file`.
        repository: the path of the repository on its host.
        path: of the file in it.
        revision: a branch, a tag or a commit; empty for the default branch.
        host, port, user: of the server; empty, and 0, for `file` and where none is written.
        named: the user wrote it; an index did not.
    """

    scheme: str
    repository: str
    path: str
    revision: str = ""
    host: str = ""
    port: int = 0
    user: str = ""
    named: bool = True

    @property
    def url(self) -> str:
        """The repository, as git takes it."""
        user = f"{self.user}@" if self.user else ""
        return f"{self.scheme}://{user}{_netloc(self.host, self.port, 0)}{self.repository}"

    def __str__(self) -> str:
        """As a user writes it."""
        revision = f"@{self.revision}" if self.revision else ""
        return f"git+{self.url}//{self.path}{revision}"


Source = FileSource | HttpsSource | GitSource
"""Where bytes can be fetched from."""


def parse_source(text: str, *, named: bool = True) -> Source | IndexSource:
    """Read what a user, or an index, calls a source.

    Args:
        text: as it is written.
        named: the user wrote it. What an index fetched from elsewhere names is no file, and
            comes by https alone.

    Raises:
        HubError: it is none; the message says what one looks like.
    """
    if not text or len(text) > LONGEST or UNSEEN.search(text) or text != text.strip():
        raise HubError(f"'{printable(text[:80])}' is no source. {FORMS}.")
    if text.startswith("https://"):
        return https_source(text, named=named)
    if text.startswith("git+"):
        return _git_source(text, named)
    if SCHEME.match(text):
        scheme = text.partition(":")[0]
        hint = "use https" if scheme == "http" else f"{FORMS}"
        raise HubError(f"{text}: '{scheme}' is not a way to fetch a config: {hint}.")
    if not named:
        raise HubError(f"{text}: an index may name https and git+https sources alone.")
    if NAME.fullmatch(text) and "/" not in text:
        return IndexSource(text)
    return FileSource(Path(text))


def https_source(text: str, *, named: bool) -> HttpsSource:
    """Read an https address.

    Raises:
        HubError: it is none, or holds a password.
    """
    host, port = _host(text)
    parts = urlsplit(text)
    if parts.scheme != "https":
        raise HubError(f"{printable(text)}: only https is fetched.")
    if parts.username is not None or parts.password is not None:
        raise HubError("a source holds no user and no password: it is shown, logged and kept.")
    secret = any(is_secret(key, value) for key, value in parse_qsl(parts.query))
    if secret or is_secret("", text):
        raise HubError(
            "a source holds no secret: it is shown, and kept in the config, which is made to be "
            "shared. Fetch the file yourself, or the repository by git+ssh."
        )
    if parts.fragment:
        raise HubError(f"{printable(text)}: the part behind # is never sent; leave it out.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return HttpsSource(host, port or 443, path + query, named)


def source_name(source: Source | IndexSource) -> str:
    """The file name that a config of that source gets, `digits.cfg`."""
    if isinstance(source, IndexSource):
        name = source.name.rpartition("/")[2]
    elif isinstance(source, FileSource):
        name = source.path.name
    elif isinstance(source, HttpsSource):
        name = unquote(PurePosixPath(source.path.partition("?")[0]).name)
    else:
        name = PurePosixPath(source.path).name
    stem = re.sub(r"[^A-Za-z0-9_-]+", "-", name.removesuffix(".cfg")).strip("-")[:80]
    return f"{stem or 'config'}.cfg"


def _git_source(text: str, named: bool) -> GitSource:
    rest = text.removeprefix("git+")
    if text.startswith(LOCAL):
        place, _, inner = rest.partition("//")
        rest = f"file://{at_home(place).resolve()}//{inner}"
    scheme, mark, after = rest.partition("://")
    if not mark or scheme not in ("https", "ssh", "file"):
        raise HubError(f"{text}: git is fetched by git+https, git+ssh or git+file alone.")
    if not named and scheme != "https":
        raise HubError(f"{text}: an index may name https and git+https sources alone.")
    place, mark, inner = after.partition("//")
    if not mark or not inner:
        raise HubError(f"{text}: no file is named: write REPOSITORY//PATH/FILE.cfg.")
    path, _, revision = inner.partition("@")
    _check_inside(text, path)
    if "@" in inner and (not REVISION.fullmatch(revision) or ".." in revision):
        raise HubError(f"{text}: '{revision}' is not a revision: give a branch, a tag or a commit.")
    if scheme == "file":
        if not place.startswith("/"):
            raise HubError(f"{text}: a local repository is git+file:///DIR//FILE.cfg.")
        return GitSource("file", place, path, revision, named=named)
    return _on_server(text, f"{scheme}://{place}", (path, revision), named)


def _on_server(text: str, url: str, inner: tuple[str, str], named: bool) -> GitSource:
    host, port = _host(url)
    parts = urlsplit(url)
    user = parts.username or ""
    if parts.password is not None or (user and parts.scheme == "https"):
        raise HubError("a source holds no password and, over https, no user: it is kept and shown.")
    if user and not USER.fullmatch(user):
        raise HubError(f"{text}: '{user}' is not a user name of a git server.")
    if parts.query or parts.fragment or len(parts.path) < 2:
        raise HubError(f"{text}: no repository is named: git+https://HOST/REPO.git//FILE.cfg.")
    if not re.fullmatch(r"/[\w.~+/%-]+", parts.path) or ".." in parts.path.split("/"):
        raise HubError(f"{text}: '{parts.path}' is not the path of a repository.")
    return GitSource(parts.scheme, parts.path, *inner, host, port, user, named)


def _check_inside(text: str, path: str) -> None:
    """A path that leads out of its repository is refused, on any system."""
    pieces = path.split("/")
    if any(piece in ("", ".", "..") or piece.lower() == ".git" for piece in pieces):
        raise HubError(f"{text}: '{path}' is not a path inside a repository.")
    if re.search(r"[\\:*?\[\]^~]", path) or path.startswith("-"):
        raise HubError(
            f"{text}: '{path}' is not a valid path of a config: leave out special characters."
        )


def _host(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 0
    except ValueError:
        raise HubError(f"{printable(url)}: this is not an address.") from None
    if not HOST.fullmatch(host):
        what = f"'{printable(host)}' is not a host name" if host else "no host is named"
        raise HubError(f"{printable(url)}: {what}.")
    return host, port


def _netloc(host: str, port: int, usual: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port in (0, usual) else f"{name}:{port}"
