"""Serves the page on loopback: its own files and nothing else."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from art.core.files import atomic_write
from art.errors import PathError
from art.quickstart.filling import filled
from art.quickstart.options import FOLDER, Options

if TYPE_CHECKING:
    from art.quickstart.server import PageServer

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".jinja": "text/plain; charset=utf-8",
}
FILES = (
    "index.html",
    "style.css",
    "icon.svg",
    "page.js",
    "controls.js",
    "highlighting.js",
    "rendering.js",
    "settling.js",
    "options.json",
    "config.cfg.jinja",
    "system.cfg.jinja",
    "vendor/nunjucks/nunjucks.min.js",
)
"""What the page consists of; options.json is served with what completing a config would add."""

ABSENT = b"There is no such file on this page.\n"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    # nunjucks compiles a template into a function, which needs 'unsafe-eval'; no other origin is
    # reached, and no inline script runs.
    "Content-Security-Policy": "default-src 'self'; script-src 'self' 'unsafe-eval'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


def page_files(options: Options) -> dict[str, bytes]:
    """The page's files by name: a folder of them works on any web server.

    Args:
        options: what the page offers.
    """
    files = {name: (FOLDER / name).read_bytes() for name in FILES}
    files["options.json"] = json.dumps(filled(options), ensure_ascii=False).encode()
    return files


def save(options: Options, folder: Path) -> None:
    """Write the page into a folder, for any web server.

    Args:
        options: what the page offers.
        folder: an old page in it is replaced.

    Raises:
        PathError: it cannot be written.
    """
    try:
        for name, content in page_files(options).items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            atomic_write(file, content)
    except OSError as error:
        why = error.strerror or error
        raise PathError(f"--save {folder}: {why}. Choose another folder.") from error


def page_server(options: Options, port: int = 0) -> PageServer:
    """A server of the page on loopback, not yet running.

    Args:
        options: what the page offers.
        port: where to listen; 0 for any free port.

    Raises:
        UserError: the port is taken, or may not be used.
    """
    from art.quickstart.server import PageServer

    content = {
        f"/{name}": (text, {"Content-Type": TYPES[Path(name).suffix], **HEADERS})
        for name, text in page_files(options).items()
    }
    content["/"] = content["/index.html"]
    content[""] = (ABSENT, {"Content-Type": "text/plain; charset=utf-8", **HEADERS})
    return PageServer(content, port)


def serve(options: Options, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the page until it is interrupted.

    Args:
        options: what the page offers.
        port: where to listen; 0 for any free port.
        browser: whether to open it.
        say: told the address.
    """
    with page_server(options, port) as server:
        say(f"{server.address}   Ctrl-C ends it")
        if browser:
            webbrowser.open(server.address)
        server.serve_forever()
