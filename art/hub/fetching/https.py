"""Fetches one file by HTTPS: a certificate that is checked, one host, a limited time and size."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urljoin

from art.errors import HubError, printable
from art.hub.fetching.addresses import vetted_address
from art.hub.fetching.limits import Fetched, Limits
from art.hub.sources import HttpsSource, https_source

MOVED = (301, 302, 303, 307, 308)
PIECE = 65_536


def fetch_https(source: HttpsSource, private: Collection[str], limits: Limits) -> Fetched:
    """Fetch a file. A redirect is followed to the same host alone.

    Raises:
        HubError: there is no such file, the answer is too slow or too large, the certificate is
            not good, or the way leads to another host or into a private network.
    """
    started = time.monotonic()
    address = vetted_address(
        source.host, source.port, private=private, named=source.named, seconds=limits.seconds
    )
    at = source
    for _ in range(limits.redirects + 1):
        left = limits.seconds - (time.monotonic() - started)
        found = _ask(at, address, max(left, 0.01), limits)
        if isinstance(found, bytes):
            return Fetched(found, str(source))
        at = _followed(at, found)
    raise HubError(f"{source}: redirected more than {limits.redirects} times.")


def _followed(at: HttpsSource, target: str) -> HttpsSource:
    """The address of a redirect."""
    try:
        to = https_source(urljoin(str(at), target), named=at.named)
    except (HubError, ValueError):
        to = None
    if to is None or (to.host, to.port) != (at.host, at.port):
        raise HubError(
            f"{at}: redirects to {printable(target[:200])}. Only the same host is followed, over "
            f"https; if that place is meant, name it."
        )
    return to


def _ask(at: HttpsSource, address: str, seconds: float, limits: Limits) -> bytes | str:
    """The file, or the address that it has moved to."""
    deadline = _Deadline(seconds)
    try:
        with deadline, _connected(at, address, seconds, deadline) as connection:
            headers = {
                "Accept": "text/plain, */*;q=0.1",
                "Accept-Encoding": "identity",
                "User-Agent": "art",
            }
            connection.request("GET", at.path, headers=headers)
            found = _answer(at, connection.getresponse(), limits)
            if deadline.passed:  # what was cut off looks like an end
                raise TimeoutError
            return found
    except ssl.SSLCertVerificationError as error:
        raise HubError(
            f"{at}: its certificate is not trusted: {error.verify_message}. SSL_CERT_FILE names "
            f"a file of others to trust."
        ) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        if deadline.passed or isinstance(error, TimeoutError):
            raise HubError(f"{at}: took longer than {limits.seconds:g} s.") from None
        why = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise HubError(f"{at}: cannot be fetched: {printable(why[:200])}.") from None


def _answer(at: HttpsSource, response: http.client.HTTPResponse, limits: Limits) -> bytes | str:
    if response.status in MOVED:
        return response.headers.get("Location", "")
    if response.status != 200:
        reason = printable(response.reason[:80])
        raise HubError(f"{at}: the server answered {response.status} {reason}.")
    packed = response.headers.get("Content-Encoding", "identity")
    if packed.lower() != "identity":
        raise HubError(f"{at}: came packed as {printable(packed[:40])}, which was not asked for.")
    too_large = f"{at}: larger than {limits.size:,} bytes, and no config needs to be."
    if response.length is not None and response.length > limits.size:
        raise HubError(too_large)
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(PIECE):
        size += len(piece)
        if size > limits.size:
            raise HubError(too_large)
        pieces.append(piece)
    if response.length:
        raise HubError(f"{at}: broke off after {size:,} bytes.")
    return b"".join(pieces)


class _Deadline:
    """Cuts a connection off when its time is over, however slowly it drips."""

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> _Deadline:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def watch(self, connection: socket.socket) -> None:
        """Take a connection to cut off."""
        self._socket = connection

    def _cut(self) -> None:
        self.passed = True
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def _connected(
    at: HttpsSource, address: str, seconds: float, deadline: _Deadline
) -> Iterator[http.client.HTTPSConnection]:
    """A connection to the vetted address, whose certificate must be the host's."""
    context = ssl.create_default_context()
    raw = socket.create_connection((address, at.port), timeout=seconds)
    copy = raw.dup()  # wrapping takes the first one's descriptor away
    try:
        deadline.watch(copy)
        connection = http.client.HTTPSConnection(at.host, at.port, context=context)
        try:
            connection.sock = context.wrap_socket(raw, server_hostname=at.host)
            yield connection
        finally:
            connection.close()
    finally:
        raw.close()
        copy.close()
