"""`art train SOURCE`: a config from elsewhere is reviewed and saved, and what was reviewed runs."""

from __future__ import annotations

from pathlib import Path

from art.config.layering.stack import SYSTEM_FILE
from art.config.reading.text import hold_to, read_file
from art.hub.getting import Got, Saving, Say, arrive, got_before
from art.hub.lock import with_lock
from art.hub.settings import hub_settings
from art.hub.sources import parse_source, source_name

OTHERWISE = "Nothing is run unreviewed: `art get {}` on a terminal comes first."


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
    if got_before(out, arrived):
        say(f"{out} was made of just this and reviewed before; it runs as it is now.")
        return out
    mine = read_file(out) if out.exists() else None
    title = f"{out}: a config that `art train {source}` fetched. Read it before it is run."
    saving = Saving(out, out.parent / SYSTEM_FILE, arrived, False, say, OTHERWISE.format(source))
    got = saving.reviewed(title, with_lock(arrived.split.recipe, arrived.origin.lock), mine=mine)
    hold(got)
    return got.config


def hold(got: Got) -> None:
    """Let this process read nothing but what was reviewed, from the files that were written."""
    hold_to(got.config, got.text)
    if got.system is not None:
        hold_to(got.system, got.system_text)
