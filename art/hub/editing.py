"""Shows a config that ART has written itself in the user's editor, and saves what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from art.config import load_text
from art.core.files import read_text
from art.errors import ConfigError, Fault
from art.hub.review import Proposal, review
from art.hub.storing import store_reviewed


def edit_and_store(out: Path, text: str, *, say: Callable[[str], None]) -> str:
    """Review a new config and write it.

    Args:
        out: its file; what stands there is replaced.
        text: the config.
        say: takes what is to be told meanwhile.

    Returns:
        What was written.

    Raises:
        HubError: it was given up, there is no terminal, or the file was changed meanwhile.
    """
    before = read_text(out) if out.exists() else None

    def faults_of(candidate: str) -> list[Fault]:
        try:
            load_text(candidate, str(out), folder=out.parent)
        except ConfigError as error:
            return list(error.faults)
        return []

    header = [f"{out}: a new config. Change what you like; mistakes come back with their place."]
    proposal = Proposal(out, text, header, "Leave --edit out to write it as it is.")
    accepted = review(proposal, faults_of, accept=False, say=say)
    store_reviewed(out, accepted, before)
    return accepted
