"""`art train SOURCE`: a config from elsewhere is reviewed and saved, and what was reviewed runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from art.config.layering.stack import SYSTEM_FILE
from art.config.reading.text import hold_to, read_file
from art.errors import typed
from art.hub.getting import Got, Saving, Say, arrive
from art.hub.lock import read_lock, with_lock
from art.hub.remembering import is_remembered, was_reviewed
from art.hub.settings import hub_settings
from art.hub.sources import parse_source, source_name

OTHERWISE = "Nothing is run unreviewed: `art get {}` on a terminal comes first."
CHANGED = (
    "It has changed since you reviewed it. `art train {}` runs it as your own; on a terminal this "
    "command shows it again."
)


def opened(source: str, *, say: Say) -> Path:
    """The file of a config from elsewhere, which was reviewed: now, or when it was fetched.

    From here on this process reads the reviewed bytes from it, or refuses.

    Args:
        source: as a user writes it.
        say: takes what is to be told meanwhile.

    Raises:
        HubError: it cannot be had, is refused, or the review was given up. There is no way around
            the review.
    """
    out = Path(source_name(parse_source(source)))
    arrived = arrive(source, hub_settings(), out.parent)
    lock = arrived.origin.lock
    mine = read_file(out) if out.exists() else None
    is_made_of_it = mine is not None and read_lock(mine) == lock
    if mine is not None and is_made_of_it and is_remembered(out, lock, mine):
        say(f"{out} is what you reviewed before; it runs as it is.")
        hold_to(out, mine)
        return out
    wanted = with_lock(arrived.split.recipe, lock)
    saving = Saving(out, out.parent / SYSTEM_FILE, arrived, False, say, OTHERWISE.format(source))
    if mine is not None and is_made_of_it and was_reviewed(out, lock):
        title = f"{out}: it has changed since you reviewed it. Read it before it is run."
        saving = replace(saving, otherwise=CHANGED.format(typed(out)))
        got = saving.reviewed(title, mine, mine=mine, fetched=wanted)
    else:
        title = f"{out}: a config that `art train {source}` fetched. Read it before it is run."
        got = saving.reviewed(title, wanted, mine=mine)
    hold(got)
    return got.config


def hold(got: Got) -> None:
    """Let this process read nothing but what was reviewed, from the files that were written."""
    hold_to(got.config, got.text)
    if got.system is not None:
        hold_to(got.system, got.system_text)
