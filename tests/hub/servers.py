"""A real HTTPS server on loopback: pages, and repositories behind `git http-backend`."""

from __future__ import annotations

import os
import ssl
import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Page = Callable[[BaseHTTPRequestHandler], None]

IDENTITY = {
    "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@b", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def make_certificate(folder: Path) -> Path:
    """A certificate for this machine that nobody has signed, with its key, in one file."""
    file = folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:art.test,IP:127.0.0.1",
         "-keyout", str(file), "-out", str(folder / "public.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes(file.read_bytes() + (folder / "public.pem").read_bytes())
    return file


def git(folder: Path, *words: str) -> str:
    """Run git as somebody without settings; what it prints."""
    done = subprocess.run(
        ["git", *words], cwd=folder, check=True, capture_output=True, text=True,
        env={**_own_environment()},
    )  # fmt: skip
    return done.stdout.strip()


def _own_environment() -> dict[str, str]:
    """A server's and a committer's own, whatever a test lets its user have."""
    return {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | IDENTITY


class Web:
    """The server.

    Args:
        certificate: file with certificate and key.
        root: the folder of the repositories, `/git/NAME`.
    """

    def __init__(self, certificate: Path, root: Path) -> None:
        self.root = root
        self.pages: dict[str, Page] = {}
        self.asked: list[str] = []
        self.sent = 0  # bytes of git's answers
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """The address of a page."""
        return f"https://{host}:{self.port}{path}"

    def text(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> str:
        """Serve a text; its address."""
        data = body.encode() if isinstance(body, str) else body

        def page(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            if "Content_Length" not in headers and "Transfer_Encoding" not in headers:
                handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)

        return self.page(path, page)

    def page(self, path: str, page: Page) -> str:
        """Serve whatever a function sends; its address."""
        self.pages[path] = page
        return self.url(path)

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.asked.append(self.path)
                self.close_connection = True
                path = self.path.partition("?")[0]
                try:
                    if path in web.pages:
                        web.pages[path](self)
                    elif path.startswith("/git/"):
                        web.backend(self)
                    else:
                        self.send_error(404)
                except OSError:  # the other end had enough
                    return

            def do_POST(self) -> None:
                self.do_GET()

            def log_message(self, *_: object) -> None:
                return

        return Handler

    def backend(self, handler: BaseHTTPRequestHandler) -> None:
        """Let git answer, as a CGI program."""
        path, _, query = handler.path.partition("?")
        headers = handler.headers
        length = int(headers.get("Content-Length") or 0)
        body = handler.rfile.read(length) if length else _chunks(handler)
        done = subprocess.run(
            ["git", "http-backend"],
            input=body,
            capture_output=True,
            env={
                **_own_environment(), "GIT_PROJECT_ROOT": str(self.root),
                "GIT_HTTP_EXPORT_ALL": "1", "PATH_INFO": path.removeprefix("/git"),
                "QUERY_STRING": query, "REQUEST_METHOD": handler.command,
                "CONTENT_TYPE": headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": headers.get("Git-Protocol", ""), "REMOTE_ADDR": "127.0.0.1",
            },
        )  # fmt: skip
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        handler.send_response(int(lines.pop("Status", "200").split()[0]))
        for name, value in lines.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer)
        self.sent += len(answer)


def _chunks(handler: BaseHTTPRequestHandler) -> bytes:
    if "chunked" not in handler.headers.get("Transfer-Encoding", ""):
        return b""
    body = b""
    while size := int(handler.rfile.readline().split(b";")[0], 16):
        body += handler.rfile.read(size)
        handler.rfile.readline()
    return body


def drip(seconds: float, first: bytes = b"") -> Page:
    """A page of one byte every now and then."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    return page


def endless(first: bytes) -> Page:
    """A page that does not end."""

    def page(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(first)
        while True:  # until whoever reads it has gone: so many bytes are read in no time
            handler.wfile.write(b"10000\r\n" + b"# x\n" * 16384 + b"\r\n")

    return page
