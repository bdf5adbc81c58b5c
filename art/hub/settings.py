"""The `[hub]` section of the user's own system.cfg: which indexes to ask, whom to trust."""

from __future__ import annotations

from dataclasses import dataclass
from os.path import lexists
from pathlib import Path
from typing import Any

from art.config.layering.stack import user_system_file
from art.config.reading.document import read
from art.config.reading.text import read_file
from art.errors import HubError, did_you_mean

KEYS = ("indexes", "private_hosts")


@dataclass(frozen=True)
class HubSettings:
    """What the user says of the hub.

    Attributes:
        indexes: sources of further indexes, asked in order after the built-in one.
        private_hosts: hosts that may have an address of a private network.
    """

    indexes: tuple[str, ...] = ()
    private_hosts: tuple[str, ...] = ()


def hub_settings(file: Path | None = None) -> HubSettings:
    """Read `[hub]`.

    Args:
        file: the system config; by default the user's, in the platform's folder for configs.

    Raises:
        HubError: it has a setting that does not exist or is no list of texts.
    """
    file = user_system_file() if file is None else file
    if not lexists(file):
        return HubSettings()
    found: dict[str, tuple[str, ...]] = {}
    for entry in read(read_file(file, "system config"), str(file)).entries:
        if entry.path[0] != "hub":
            continue
        name = ".".join(entry.path[1:])
        if name not in KEYS:
            raise HubError(f"{entry.at}: [hub] has no setting '{name}'.{did_you_mean(name, KEYS)}")
        found[name] = _texts(entry.value, f"{entry.value_at}: [hub] {name}")
    return HubSettings(**found)


def _texts(value: Any, place: str) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise HubError(f'{place} must be a list of texts, ["https://HOST/index.json"].')
