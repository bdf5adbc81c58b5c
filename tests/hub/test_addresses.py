"""Which addresses may be connected to."""

from __future__ import annotations

import socket

import pytest

from art.errors import HubError
from art.hub.fetching import addresses, fetch
from art.hub.fetching.addresses import is_public, vetted_address
from art.hub.sources import parse_source
from tests.hub.conftest import DIGITS

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "255.255.255.255", "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "fec0::1",
    "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "2002:a00:1::1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "not an address",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_private_networks(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet(address):
    assert is_public(address)


@pytest.fixture
def resolved(monkeypatch):
    """Lets names have addresses, in turn."""

    def say(*answers: list[str]) -> list[str]:
        asked: list[str] = []
        real = socket.getaddrinfo

        def look_up(host, port, *rest, **named):
            if host[0].isdigit():  # what was vetted is connected to: no name any more
                return real(host, port, *rest, **named)
            asked.append(host)
            found = answers[min(len(asked), len(answers)) - 1]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

        monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)
        return asked

    return say


def vetted(host: str, private: tuple[str, ...] = (), named: bool = True) -> str:
    return vetted_address(host, 443, private=private, named=named, seconds=5)


def test_a_name_that_leads_into_a_private_network_is_refused_by_default(resolved):
    resolved(["10.0.0.7"])
    with pytest.raises(HubError, match=r"is at 10\.0\.0\.7.*private_hosts"):
        vetted("art.test")
    assert vetted("art.test", private=("ART.test",)) == "10.0.0.7"


def test_one_private_address_among_public_ones_is_enough(resolved):
    resolved(["1.1.1.1", "127.0.0.1"])
    with pytest.raises(HubError, match="private network"):
        vetted("art.test")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost", "::1"])
def test_what_the_user_wrote_as_an_address_is_meant_and_what_an_index_wrote_is_not(resolved, host):
    resolved(["127.0.0.1"])
    assert vetted(host) == "127.0.0.1"
    with pytest.raises(HubError, match="private network"):
        vetted(host, named=False)


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001"])
def test_odd_spellings_of_an_address_are_names_like_any_other(host):
    with pytest.raises(HubError, match=r"private network|cannot be looked up"):
        vetted(host)


def test_a_name_is_looked_up_once_so_that_a_second_answer_counts_for_nothing(resolved, web):
    """DNS rebinding: public when it is vetted, private when it is connected to."""
    asked = resolved(["127.0.0.1"], ["10.0.0.1"])
    web.text("/digits.cfg", DIGITS)
    source = parse_source(web.url("/digits.cfg", "art.test"))
    assert fetch(source, private=("art.test",)).data == DIGITS.encode()
    assert asked == ["art.test"]


def test_git_connects_to_the_vetted_address_too(web, repository, monkeypatch):
    url = repository({"digits.cfg": DIGITS}, "pinned").replace("127.0.0.1", "art.test")
    monkeypatch.setattr(
        addresses.socket, "getaddrinfo",
        lambda host, port, **_: [(2, 1, 6, "", ("127.0.0.1", port))],
    )  # fmt: skip
    # no resolver of this machine knows art.test: git can only have been told where it is
    found = fetch(parse_source(f"{url}//digits.cfg"), private=("art.test",))
    assert found.data == DIGITS.encode()


def test_a_name_without_an_answer_takes_no_longer_than_the_limit(monkeypatch):
    import time

    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *_, **__: time.sleep(5) or [])
    started = time.monotonic()
    with pytest.raises(HubError, match="no answer in 0 s"):
        vetted_address("art.test", 443, private=(), named=True, seconds=0.2)
    assert time.monotonic() - started < 3


def test_a_certificate_that_nobody_trusts_is_refused(web, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    web.text("/digits.cfg", DIGITS)
    with pytest.raises(HubError, match=r"not trusted.*SSL_CERT_FILE"):
        fetch(parse_source(web.url("/digits.cfg")))
