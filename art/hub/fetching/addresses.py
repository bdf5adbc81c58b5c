"""Which addresses a host may have. A name that leads into a private network is refused.

Else a page on the web could send `art get` to a router, a cloud's metadata or a neighbour. The
name is looked up once, and what was vetted is connected to: a second look-up may say another.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Collection

from art.errors import HubError, printable

NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def vetted_address(
    host: str, port: int, *, private: Collection[str], named: bool, seconds: float
) -> str:
    """The address to connect to, as text.

    Args:
        host: a name, or an address.
        port: where.
        private: hosts that may be in a private network.
        named: the user wrote this host: then an address, or `localhost`, is what it says.
        seconds: how long the look-up may take.

    Raises:
        HubError: the name is unknown, or leads into a private network.
    """
    found = _look_up(host, port, seconds)
    if host.lower() in {name.lower() for name in private} or (named and _says_so(host)):
        return found[0]
    inside = [address for address in found if not is_public(address)]
    if inside:
        raise HubError(
            f"{printable(host)} is at {inside[0]}, an address of a private network, and is "
            f"refused. If it is meant, add the name to  private_hosts  in [hub] of your own "
            f"system.cfg."
        )
    return found[0]


def is_public(text: str) -> bool:
    """Whether an address is one of the public internet, whatever it is wrapped in."""
    try:
        address: Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inner = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if address in NAT64:
            inner.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(one is not None and not is_public(str(one)) for one in inner):
            return False
        if address.is_site_local:
            return False
        if any(one is not None for one in inner):
            return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def _says_so(host: str) -> bool:
    """Whether a host is written as an address, or as this machine itself."""
    if host.lower() == "localhost":
        return True
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _look_up(host: str, port: int, seconds: float) -> list[str]:
    found: list[str] = []
    reasons: list[str] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.extend(str(answer[4][0]) for answer in answers)
        except (OSError, UnicodeError) as error:
            reasons.append(getattr(error, "strerror", None) or str(error))

    thread = threading.Thread(target=ask, daemon=True)  # a look-up cannot be told to stop
    thread.start()
    thread.join(seconds)
    if not found:
        why = reasons[0] if reasons else f"no answer in {seconds:.0f} s"
        raise HubError(f"{printable(host)}: the name cannot be looked up: {why}.")
    return list(dict.fromkeys(found))
