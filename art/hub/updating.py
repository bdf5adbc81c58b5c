"""`art get --update`: what changed at the source since, merged by key into the user's copy."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from art.config.layering.stack import SYSTEM_FILE
from art.config.reading.lines import Lines
from art.config.reading.text import read_file
from art.config.writing.merge import merge
from art.errors import HubError
from art.hub.getting import Got, Saving, Say, arrive
from art.hub.keeping import kept
from art.hub.lock import Lock, read_lock, with_lock, without_lock
from art.hub.machine import this_machine
from art.hub.settings import HubSettings, hub_settings
from art.hub.splitting import split
from art.hub.vetting import vet

MOST = 500
UNKNOWN = "the version that your copy was made from is not known any more: what differs is yours"


def update(
    config: Path,
    *,
    accept: bool = False,
    system: Path | None = None,
    say: Say = lambda _: None,
) -> Got:
    """Fetch the source of a config again, and merge what changed there.

    Args:
        config: a config with a lock line, as `art get` writes one.
        accept: do not ask.
        system: the system config for new machine settings; by default the one beside it.
        say: takes what is to be told meanwhile.

    Raises:
        HubError: it has no lock, its source cannot be had or is refused, or the review was given
            up.
    """
    mine = read_file(config)
    lock = read_lock(mine)
    if lock is None:
        raise HubError(
            f"{config} has no line `# art-lock: ...`, by which its source is known. "
            f"`art get SOURCE {config}` shows how the two differ."
        )
    settings = hub_settings()
    named = kept(lock.sha256) is not None  # else the lock may be anyone's, and not this user's
    arrived = arrive(lock.source, settings, config.parent, named=named)
    if arrived.origin.lock.sha256 == lock.sha256:
        say(f"{config} is up to date: {lock.source} has not changed.")
        return Got(config, mine)
    _refuse_a_flood(mine, arrived.split.recipe)
    base = _base(lock, settings, config.parent)
    merged = merge(base or "", without_lock(mine), arrived.split.recipe)
    wanted = with_lock(merged.text, arrived.origin.lock)
    saving = Saving(config, system or config.parent / SYSTEM_FILE, arrived, accept, say)
    note = "" if base is not None else f" ({UNKNOWN})"
    title = f"{config}: your copy with what changed at its source{note}."
    return saving.reviewed(title, wanted, mine=mine, merged=merged)


def _refuse_a_flood(mine: str, theirs: str) -> None:
    one, other = ({path: span.text for path, span in Lines(t).keys.items()} for t in (mine, theirs))
    count = sum(one.get(path) != other.get(path) for path in {*one, *other})
    if count > MOST:
        raise HubError(
            f"the new version differs in {count:,} settings, and no one reads so many: fetch it "
            f"under another name with `art get SOURCE OUT`."
        )


def _base(lock: Lock, settings: HubSettings, folder: Path) -> str | None:
    """The config that the user's copy was made from, split as it was then; None where it cannot
    be had any more."""
    data = kept(lock.sha256)
    if data is None and lock.revision:
        try:
            arrived = arrive(lock.source, settings, folder, revision=lock.revision, named=False)
        except HubError:
            return None
        data = arrived.fetched.data
    if data is None or sha256(data).hexdigest() != lock.sha256:
        return None
    return split(vet(data, lock.source).text, this_machine(), folder).recipe
