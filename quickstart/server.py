"""The web server of the page: waitress on loopback, with bounds on what a visitor can hold.

One thread waits for all connections and one answers. A connection is for one request, has seconds
to send it and to take the answer, and where all places are taken the one that has waited longest
goes: whoever opens connections and says nothing keeps nobody else away.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

from art.errors import UserError

HOST = "127.0.0.1"
SECONDS = 20
"""A connection may wait so long for its reader or its writer."""
MOST_CONNECTIONS = 100
MOST_BYTES = 16_384
"""Of a request; the page asks with a name alone."""

Start = Callable[[str, list[tuple[str, str]]], Any]


class _Channel(HTTPChannel):
    """A connection that is for one request."""

    def service(self) -> None:
        """Answer it, and close. Requests that come behind the first, unread, would pile up."""
        self.requests[0].headers["CONNECTION"] = "close"
        super().service()

    def waits_since(self) -> float:
        """When it last did something for its answer: the arrival of a byte is nothing of that."""
        return float(self.last_activity if self.is_busy else self.creation_time)

    @property
    def is_busy(self) -> bool:
        """Whether its request is here, or its answer not yet taken."""
        return bool(self.requests or self.total_outbufs_len)


class PageServer(TcpWSGIServer):
    """A server on loopback, not yet running; a context manager that closes it.

    Args:
        content: the body and the headers of each path.
        port: where to listen; 0 for any free port.

    Raises:
        UserError: the port is taken, or may not be used.
    """

    channel_class = _Channel

    def __init__(self, content: Mapping[str, tuple[bytes, Mapping[str, str]]], port: int) -> None:
        # what it has to say of visitors is nothing for the terminal; a fault of ours is
        logging.getLogger("waitress").setLevel(logging.ERROR)
        self._most = _most_connections()
        self._stopped = False
        try:
            super().__init__(_Page(content), adj=_adjustments(port, self._most))
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", "") or str(error)
            raise UserError(f"--port {port}: {why}. Choose another, or leave it out.") from error

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://{HOST}:{self.effective_port}/"

    def serve_forever(self) -> None:
        """Answer until `stop` is called or an exception, such as Ctrl-C, comes."""
        while not self._stopped:
            wasyncore.loop(timeout=1, map=self._map, use_poll=True, count=1)

    def stop(self) -> None:
        """Let `serve_forever` return; for another thread."""
        self._stopped = True
        self.pull_trigger()

    def handle_accept(self) -> None:
        """Take a connection, and give up the one that has waited longest where there is no room."""
        if len(self.active_channels) >= self._most:
            idle = [one for one in self.active_channels.values() if not one.requests]
            for oldest in sorted(idle, key=_Channel.waits_since)[:1]:
                oldest.handle_close()
        super().handle_accept()

    def maintenance(self, now: float) -> None:
        """Close what has waited too long; waitress calls it now and then."""
        for channel in self.active_channels.values():
            if channel.waits_since() < now - SECONDS:
                channel.will_close = True

    def __enter__(self) -> PageServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.task_dispatcher.shutdown(cancel_pending=True, timeout=1)
        wasyncore.close_all(self._map)


class _Page:
    """Answers with a file of the page.

    A page elsewhere can point a name of its own at 127.0.0.1 and read what is served there, so a
    request has to be meant for this address.
    """

    def __init__(self, content: Mapping[str, tuple[bytes, Mapping[str, str]]]) -> None:
        self._content = content

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        host = environ.get("HTTP_HOST", "").rsplit(":", 1)[0]
        found = self._content.get(environ["PATH_INFO"])
        status = "200 OK"
        if host not in (HOST, "localhost") or found is None:
            status, found = "404 Not Found", self._content[""]
        elif environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            status, found = "405 Method Not Allowed", self._content[""]
        body, headers = found
        start(status, [*headers.items(), ("Content-Length", str(len(body)))])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _adjustments(port: int, most: int) -> Adjustments:
    return Adjustments(
        host=HOST,
        port=port,
        threads=1,
        ident=None,
        backlog=1024,
        connection_limit=most + 10,  # which would keep new ones waiting; this server makes room
        cleanup_interval=1,
        channel_timeout=SECONDS,
        log_socket_errors=False,
        max_request_header_size=MOST_BYTES,
        max_request_body_size=MOST_BYTES,
        inbuf_overflow=2 * MOST_BYTES,  # nothing of a request is written to the disk
        outbuf_overflow=1 << 30,
    )


def _most_connections() -> int:
    """So many that half of the files that this process may open are left."""
    if os.name != "posix":
        return MOST_CONNECTIONS
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if files < 0 else max(4, min(MOST_CONNECTIONS, files // 2))
