"""Damages configs byte by byte, and reads what comes of it as `art` would."""

from __future__ import annotations

import random
import resource
import time
from pathlib import Path

import art
from art.config import complete_text, load_text
from art.config.reading.text import decode
from art.errors import ConfigError, UserError
from tests.yardstick import slowness

CONFIGS = Path(art.__file__).parent / "configs"
SHIPPED = {path.name: path.read_bytes() for path in sorted(CONFIGS.glob("*.cfg"))}
SLOWEST = 2.0  # CPU seconds, on a quiet machine
MOST_MEMORY = 500 * 2**20

PIECES = [
    b"[", b"]", b"[]", b"=", b":", b"\n", b"\n  ", b"\t", b'"', b"'", b"{", b"}", b"${", b"$$",
    b".", b"*", b"@", b"#", b" ; ", b",", b"null", b"true", b"1e999", b"-1", b"0", b"NaN", b"\\",
    b"\\ud800", b"\\u0000", b"[model]\n", b"[models.a]\n", b"[stages.fit.checks]\n", b"[a.b.c]\n",
    b"[model.*.a]\n", b"@models = ", b"@stages = 3\n", b'["x"]', b"checks = {}\n", b"stages = 3\n",
    b'{"@models": "art.MLP.v1"}', b'{"@models": 3}', b"${model}", b"${model.dropout}", b"${paths}",
    b"${project.name}", b"attempts = [{}, 3]\n", b"overrides = [1]\n", b"\xef\xbb\xbf",
    b"\xff\xfe", b"\r", b"\x00", b"\x1b", b"\xe9", "ż".encode(), "\u202e".encode(),
    b"[metrics.scores]\n", b"[[", b"]]" * 40, b"[" * 90, b"x" * 3000, b"a." * 70, b"[DEFAULT]\n",
    b"data = {}\n", b'@checks = "art.Beats.v1"\n', b"lr = ${optimizer.lr}\n",
    b"name = ${paths.runs}\n",
]  # fmt: skip


def damaged(rng: random.Random) -> bytes:
    """A shipped config with a few bytes, pieces or lines changed."""
    text = bytearray(rng.choice(list(SHIPPED.values())))
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(text) + 1)
        kind = rng.randrange(7)
        if kind == 0:
            text[at:at] = rng.choice(PIECES)
        elif kind == 1:
            text[at : at + rng.randint(1, 12)] = rng.choice(PIECES)
        elif kind == 2:
            del text[at : at + rng.randint(1, 30)]
        elif kind == 3 and at < len(text):
            text[at] ^= 1 << rng.randrange(8)
        elif kind == 4:
            text[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 4)))
        elif kind == 5:
            lines = text.split(b"\n")
            lines.insert(rng.randrange(len(lines)), rng.choice(lines))
            text = bytearray(b"\n".join(lines))
        else:
            text = text[: max(at, 20)]
    return bytes(text)


def read(content: bytes) -> str:
    """Read one config as `art` does: what came of it is `read` or `refused`.

    Raises:
        AssertionError: it took too long.
        Exception: anything but a mistake of the user's.
    """
    start = time.process_time()
    try:
        text = decode(content, "config.cfg")
        config = load_text(text, "config.cfg", environ={})
        again = load_text(config.to_text(), "config.cfg", environ={})
        assert again.values == config.values
        filled = complete_text(text, "config.cfg")
        assert complete_text(filled, "config.cfg") == filled
        outcome = "read"
    except UserError as error:
        assert str(error)
        if isinstance(error, ConfigError):
            assert error.faults and all(fault.message for fault in error.faults)
            str(error).encode("utf-8")
        outcome = "refused"
    spent = time.process_time() - start
    assert spent < SLOWEST or spent < SLOWEST * slowness()
    return outcome


def many(count: int, seed: int) -> dict[str, int]:
    """Damage and read so many configs; how many were read and how many refused."""
    found = {"read": 0, "refused": 0}
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        content = damaged(rng)
        try:
            found[read(content)] += 1
        except Exception as error:
            raise AssertionError(f"seed {seed}, number {number}: {content!r}") from error
    return found


def peak_memory() -> int:
    """The most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
