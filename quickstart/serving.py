"""Serves the page on loopback: its own files and nothing else."""

from __future__ import annotations

import json
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

from art.core.files import atomic_write
from art.errors import PathError, UserError
from art.quickstart.filling import filled
from art.quickstart.options import FOLDER, Options

HOST = "127.0.0.1"
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


def page_server(options: Options, port: int = 0) -> ThreadingHTTPServer:
    """A server of the page on loopback, not yet running.

    Args:
        options: what the page offers.
        port: where to listen; 0 for any free port.

    Raises:
        UserError: the port is taken, or may not be used.
    """
    content = {f"/{name}": text for name, text in page_files(options).items()}
    content["/"] = content["/index.html"]
    handler = type("Page", (_Page,), {"content": content})
    try:
        return ThreadingHTTPServer((HOST, port), handler)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", "") or str(error)
        raise UserError(f"--port {port}: {why}. Choose another, or leave it out.") from error


def serve(options: Options, port: int, *, browser: bool, say: Callable[[str], None]) -> None:
    """Serve the page until it is interrupted.

    Args:
        options: what the page offers.
        port: where to listen; 0 for any free port.
        browser: whether to open it.
        say: told the address.
    """
    with page_server(options, port) as server:
        address = f"http://{HOST}:{server.server_address[1]}/"
        say(f"{address}   Ctrl-C ends it")
        if browser:
            webbrowser.open(address)
        server.serve_forever()


class _Page(BaseHTTPRequestHandler):
    content: ClassVar[dict[str, bytes]] = {}

    def do_GET(self) -> None:
        """Answer with a file of the page.

        A page elsewhere can point a name of its own at 127.0.0.1 and read what is served there, so
        a request has to be meant for this address.
        """
        host = self.headers.get("Host", "").rsplit(":", 1)[0]
        path = self.path.split("?", 1)[0].split("#", 1)[0]
        if host not in (HOST, "localhost") or path not in self.content:
            self.send_error(404, "There is no such file on this page")
            return
        body = self.content[path]
        name = "index.html" if path == "/" else path
        self.send_response(200)
        self.send_header("Content-Type", TYPES[name[name.rindex(".") :]])
        self.send_header("Content-Length", str(len(body)))
        for header, value in HEADERS.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the terminal is for the address."""
