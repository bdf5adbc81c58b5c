"""Hostile names, pages and texts: what makes each, and what its refusal says."""

from __future__ import annotations

import gzip
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.hub.conftest import DIGITS
from tests.hub.servers import Web, drip, endless


@dataclass
class Scene:
    """What a hostile source is made with.

    Attributes:
        web: the server.
        repository: makes a repository from files.
        marker: a file that must never be there: it is what hostile code would write.
        kept: what must stay open.
    """

    web: Web
    repository: Callable[..., str]
    marker: Path
    kept: list[object] = field(default_factory=list)

    @property
    def run(self) -> str:
        """A program that would leave the marker."""
        return f"touch {self.marker}"

    def page(self, body: str | bytes, status: int = 200, **headers: str) -> str:
        """The address of a text."""
        return self.web.text("/x.cfg", body, status, **headers)

    def moved(self, to: str, status: int = 302) -> str:
        """The address of a redirect."""
        return self.page(b"", status, Location=to)


def _loop(scene: Scene) -> str:
    return scene.moved("/x.cfg?again")


def _other_port(scene: Scene) -> str:
    return scene.moved(f"https://127.0.0.1:{scene.web.port + 1}/x.cfg")


def _bomb(scene: Scene) -> str:
    return scene.page(gzip.compress(b"# x\n" * 10_000_000), Content_Encoding="gzip")


def _slow_page(scene: Scene) -> str:
    return scene.web.page("/x.cfg", drip(20, b"HTTP/1.1 200 OK\r\n\r\n"))


def _silent(scene: Scene) -> str:
    listening = socket.create_server(("127.0.0.1", 0))
    scene.kept.append(listening)  # it takes connections, and never speaks
    return f"https://127.0.0.1:{listening.getsockname()[1]}/x.cfg"


def _slow_headers(scene: Scene) -> str:
    return scene.web.page("/x.cfg", drip(20, b"HTTP/1.1 200 OK\r\nX-A: "))


def _short_page(scene: Scene) -> str:
    return scene.page(DIGITS, Content_Length=str(len(DIGITS) + 50))


def _endless_page(scene: Scene) -> str:
    return scene.web.page(
        "/x.cfg", endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    )


def _endless_headers(scene: Scene) -> str:
    return scene.web.page(
        "/x.cfg", lambda h: h.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 999)
    )


def _slow_git(scene: Scene) -> str:
    scene.web.page("/slow/info/refs", drip(20, b"HTTP/1.1 200 OK\r\n\r\n"))
    return f"git+{scene.web.url('/slow')}//x.cfg"


def _fifo(scene: Scene) -> str:
    path = scene.marker.parent / "fifo.cfg"
    os.mkfifo(path)
    return str(path)


def _index_to(scene: Scene, source: str, digest: str = "") -> str:
    """A name in an index of the user's, which leads somewhere."""
    entry = f'{{"name": "bad", "title": "x", "source": "{source}", "sha256": "{digest}"}}'
    url = scene.web.text("/index.json", f'{{"schema": 1, "configs": [{entry}]}}')
    file = Path(os.environ["XDG_CONFIG_HOME"]) / "art" / "system.cfg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'[hub]\nindexes = ["{url}"]\n')
    return "bad"


def _wrong_digest(scene: Scene) -> str:
    scene.web.text("/one.cfg", DIGITS)
    return _index_to(scene, "one.cfg", "0" * 64)


def _text(change: Callable[[str], str | bytes]) -> Callable[[Scene], str]:
    return lambda scene: scene.page(change(DIGITS))


def _added(line: str) -> Callable[[Scene], str]:
    return _text(lambda text: text.replace("lr = 0.002", f"lr = 0.002\n{line}"))


NAMES = {
    "ext runs a program": (lambda s: f"git+ext::sh -c '{s.run}'//x.cfg", "alone"),
    "ext as a scheme": (lambda s: f"git+ext://sh -c {s.run}//x.cfg", "alone"),
    "fd as a scheme": (lambda s: "git+fd://17//x.cfg", "alone"),
    "git's own protocol": (lambda s: "git+git://127.0.0.1/r//x.cfg", "alone"),
    "git over http": (lambda s: "git+http://127.0.0.1/r//x.cfg", "alone"),
    "an option as a host": (lambda s: f"git+ssh://-oProxyCommand={s.run}/r//x.cfg", "not a host"),
    "an option as a user": (lambda s: "git+ssh://-oProxyCommand=x@h/r//x.cfg", "not a user"),
    "an option as a revision": (lambda s: "git+https://127.0.0.1/r//x.cfg@--upload-pack=x",
                                "not a revision"),
    "a refspec as a revision": (lambda s: "git+https://127.0.0.1/r//x.cfg@a:refs/heads/b",
                                "not a revision"),
    "an option as a path": (lambda s: "git+https://127.0.0.1/r//--output=x", "special"),
    "a path that leads out": (lambda s: "git+https://127.0.0.1/r//../../x.cfg", "inside"),
    "a path into .git": (lambda s: "git+https://127.0.0.1/r//.git/config", "inside"),
    "a path with a drive": (lambda s: "git+https://127.0.0.1/r//C:x.cfg", "special"),
    "a path of another system": (lambda s: "git+https://127.0.0.1/r//..\\..\\x.cfg", "special"),
    "a pattern as a path": (lambda s: "git+https://127.0.0.1/r//:(glob)**", "special"),
    "a repository that leads out": (lambda s: "git+https://127.0.0.1/a/../../r//x.cfg", "path"),
    "http": (lambda s: "http://127.0.0.1/x.cfg", "use https"),
    "file": (lambda s: "file:///etc/passwd", "not a way to fetch"),
    "javascript": (lambda s: "javascript://x", "not a way to fetch"),
    "a password": (lambda s: "https://me:secret@127.0.0.1/x.cfg", "no password"),
    "a secret in the query": (lambda s: "https://127.0.0.1/x.cfg?token=GHSAT0AAAA", "no secret"),
    "a known kind of secret": (lambda s: "https://127.0.0.1/ghp_abcdefgh1234/x", "no secret"),
    "a control character": (lambda s: "https://127.0.0.1/x\x1b[2J.cfg", "is no source"),
    "a line break": (lambda s: "https://127.0.0.1/x\r\nHost: evil/x.cfg", "is no source"),
    "a name from right to left": (lambda s: "https://127.0.0.1/\u202egfc.x", "is no source"),
    "a host in other letters": (lambda s: "https://127.0.0.\u0661/x.cfg", "not a host"),
    "a device": (lambda s: "/dev/zero", "not a regular file"),
    "a pipe": (_fifo, "not a regular file"),
    "a folder": (lambda s: "/etc", "folder"),
}  # fmt: skip

PAGES = {
    "to another port": (_other_port, "Only the same host"),
    "to another host": (lambda s: s.moved("https://example.com/x.cfg"), "Only the same host"),
    "to another name of the host": (lambda s: s.moved(f"https://localhost:{s.web.port}/x"),
                                    "Only the same host"),
    "down to http": (lambda s: s.moved("http://127.0.0.1/x.cfg"), "Only the same host"),
    "to a file": (lambda s: s.moved("file:///etc/passwd"), "Only the same host"),
    "to a protocol of its own": (lambda s: s.moved("gopher://127.0.0.1:25/_HELO"), "Only the same"),
    "to a name with a password": (lambda s: s.moved(f"https://u:p@127.0.0.1:{s.web.port}/x"),
                                  "Only the same host"),
    "to the metadata of a cloud": (lambda s: s.moved("https://169.254.169.254/latest"),
                                   "Only the same host"),
    "to nowhere": (lambda s: s.page(b"", 302), "redirected more than"),
    "to itself": (_loop, "redirected more than"),
    "an endless page": (_endless_page, "larger than"),
    "endless headers": (_endless_headers, "cannot be fetched"),
    "a page that says it is large": (lambda s: s.page("x", Content_Length="99999999"),
                                     "larger than"),
    "a page that breaks off": (_short_page, "broke off"),
    "a bomb": (_bomb, "packed as gzip"),
    "no such page": (lambda s: s.web.url("/none"), "answered 404"),
    "a server's error with escapes": (lambda s: s.page("\x1b[2J", 500), "answered 500"),
    "a page of a site": (lambda s: s.page("<!DOCTYPE html><script>x()</script>"), "web page"),
    "a private address in an index": (lambda s: _index_to(s, "https://10.0.0.1/x.cfg"),
                                      "private network"),
    "this machine in an index": (lambda s: _index_to(s, "https://localhost:1/x.cfg"),
                                 "private network"),
    "a file in an index": (lambda s: _index_to(s, "file:///etc/passwd"), "not a way to fetch"),
    "a local repository in an index": (lambda s: _index_to(s, "git+file:///tmp/r//x.cfg"),
                                       "https and git+https"),
    "ssh in an index": (lambda s: _index_to(s, "git+ssh://h/r//x.cfg"), "https and git+https"),
    "another digest than the index says": (_wrong_digest, "its index says"),
    "an index that is none": (lambda s: _index_to(s, '"}]}{'), "this is not an index"),
}  # fmt: skip

TEXTS = {
    "bytes that are no text": (_text(lambda t: t.encode() + b"\xff\xfe"), "not UTF-8"),
    "UTF-16": (_text(lambda t: t.encode("utf-16")), "UTF-16"),
    "nothing": (_text(lambda t: " \n"), "empty"),
    "a NUL": (_added("# \0"), "control character"),
    "an escape sequence": (_added("# \x1b[2K\x1b[1A"), "control character"),
    "an escape of one byte": (_added("# \x9b2K"), "control character"),
    "a backspace": (_added("# evil\b\b\b\bgood"), "control character"),
    "a lone carriage return": (_added("x = 1\r# y = 2"), "control character"),
    "text from right to left": (_added("# \u202e evil"), "direction of text"),
    "an isolate": (_added("# \u2067 evil \u2069"), "direction of text"),
    "a blank without width": (_added("# l\u200br = 1"), "cannot be seen"),
    "tags": (_added("# \U000e0041"), "cannot be seen"),
    "a line separator": (_added("# x\u2028y = 1"), "cannot be seen"),
    "text out of sight": (_added("# ok" + " " * 300 + "evil = 1"), "out of sight"),
    "text far below": (_text(lambda t: t + "\n" * 200 + "[evil]\nx = 1\n"), "out of sight"),
    "a line without an end": (_added("# " + "x" * 6_000), "shows no one"),
    "a modeline of vim": (_added("# vim: set foldmethod=marker foldlevel=0:"), "modeline"),
    "an expression for vim": (_added("# vim: fdm=expr:fde=system('touch\\ x')"), "modeline"),
    "a modeline of ex": (_added("# ex: set nomodifiable:"), "modeline"),
    "a first line for emacs": (_text(lambda t: f"# -*- eval: (evil) -*-\n{t}"), "modeline"),
    "variables for emacs": (_added("# Local Variables:\n# eval: (evil)\n# End:"), "modeline"),
    "a secret": (_added('api_key = "hf_abcdefghijk"'), "looks like a secret"),
    "a function of Python": (_text(lambda t: t.replace("CNN.v1", "os.system")), "unknown"),
    "a registry that is none": (_added('x = {"@os": "system"}'), "unknown"),
    "settings without an end": (_added("x = " + "[" * 4_000), "nested more than"),
    "ten thousand loggers": (_text(lambda t: t + "".join(
        f'[loggers.a{n}]\nproject = "x"\n' for n in range(10_000))), "too many"),
    "ten thousand paths": (_text(lambda t: t + "[paths]\n" + "".join(
        f'a{n} = "x"\n' for n in range(10_000))), "too many"),
    "ten thousand sections of one name": (_text(lambda t: t + "[system]\nx = 1\n" * 5_000),
                                          "is in the config"),
    "ten thousand functions": (_text(lambda t: t + "".join(
        f'[metrics.a{n}]\n@metrics = "x.a{n}.v1"\nodd\n' for n in range(9_000))), "'odd'"),
    "a section of the hub": (_text(lambda t: t + '[hub]\nindexes = ["https://evil"]\n'), "unknown"),
}  # fmt: skip

SLOW = {
    "a slow page": (_slow_page, "took longer than 0.5 s"),
    "a server that says nothing": (_silent, "took longer than 0.5 s"),
    "slow headers": (_slow_headers, "took longer than 0.5 s"),
    "a slow git server": (_slow_git, "took longer than 0.5 s"),
}
