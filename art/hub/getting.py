"""`art get`: fetch, vet, split, review, save. Nothing is written before it was accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from art.config.checking.foreign import foreign_faults
from art.config.layering.stack import SYSTEM_FILE
from art.config.reading.text import read_file
from art.config.writing.merge import Merged
from art.errors import Fault, HubError
from art.hub.code_files import code_lines, lacking_code
from art.hub.describing import Origin, header
from art.hub.fetching import Fetched, fetch
from art.hub.index import find
from art.hub.keeping import keep
from art.hub.lock import Lock, with_lock
from art.hub.machine import this_machine
from art.hub.remembering import remember
from art.hub.review import Proposal, review
from art.hub.settings import HubSettings, hub_settings
from art.hub.sources import GitSource, HttpsSource, IndexSource, parse_source, source_name
from art.hub.splitting import Split, lacking, merged_system, split
from art.hub.storing import store_reviewed
from art.hub.vetting import vet

Say = Callable[[str], None]


@dataclass(frozen=True)
class Got:
    """What was saved.

    Attributes:
        config: the config's file.
        text: what was accepted, to the byte.
        system: the system config's file; None where nothing was added to it.
        system_text: all of it; empty where nothing was added.
        is_unmeasured: its author's machine had a limit of samples, which says nothing of this one.
    """

    config: Path
    text: str
    system: Path | None = None
    system_text: str = ""
    is_unmeasured: bool = False


@dataclass(frozen=True)
class Arrived:
    """A config that came and was looked at.

    Attributes:
        fetched: its bytes.
        split: without the settings of its author's machine.
        origin: where it is from.
    """

    fetched: Fetched
    split: Split
    origin: Origin


def get(
    source: str,
    out: Path | None = None,
    *,
    accept: bool = False,
    system: Path | None = None,
    say: Say = lambda _: None,
) -> Got:
    """Fetch a config, show it for review, and save what was accepted.

    Args:
        source: as a user writes it.
        out: where to save it, a file or a folder; by default under its own name, here.
        accept: do not ask.
        system: the system config that machine settings go to; by default the one beside `out`.
        say: takes what is to be told meanwhile.

    Raises:
        HubError: it cannot be had, is refused, or the review was given up.
        ConfigError: `accept` is set and it has mistakes.
    """
    settings = hub_settings()
    parsed = parse_source(source)
    out = out or Path(source_name(parsed))
    if out.is_dir():
        out = out / source_name(parsed)
    arrived = arrive(source, settings, out.parent)
    wanted = with_lock(arrived.split.recipe, arrived.origin.lock)
    mine = read_file(out) if out.exists() else None
    if mine == wanted:
        say(f"{out} is there already, and the same.")
        return Got(out, wanted)
    if mine is not None and accept:
        raise HubError(
            f"{out} is there already and differs, and --yes replaces nothing. Look at it without "
            f"--yes, or choose another name."
        )
    save = Saving(out, system or out.parent / SYSTEM_FILE, arrived, accept, say)
    reading = "" if accept else " Read it before it is saved."
    title = f"{out}: a config that `art get {source}` fetched.{reading}"
    return save.reviewed(title, wanted, mine=mine)


def arrive(
    source: str,
    settings: HubSettings,
    folder: Path,
    *,
    revision: str = "",
    named: bool = True,
) -> Arrived:
    """Fetch and vet a config, and split its machine's settings off. Nothing is written.

    Args:
        source: as a user writes it.
        settings: indexes, and whom to trust.
        folder: where it is to be saved.
        revision: of a git source, in place of its own.
        named: the user wrote the source; else a host that is an address is refused.

    Raises:
        HubError: it cannot be had, or is refused.
    """
    parsed = parse_source(source)
    expected = ""
    if isinstance(parsed, IndexSource):
        entry = find(parsed, settings)
        parsed, expected = entry.source, entry.sha256
    if not named and isinstance(parsed, HttpsSource | GitSource):
        parsed = replace(parsed, named=False)
    fetched = fetch(parsed, private=settings.private_hosts, revision=revision)
    digest = sha256(fetched.data).hexdigest()
    if expected and digest != expected:
        raise HubError(f"{source}: its sha256 is {digest}, and its index says {expected}.")
    vetted = vet(fetched.data, fetched.place)
    lock = Lock(source, fetched.revision, digest)
    origin = Origin(lock, fetched.place, len(fetched.data), vetted.dropped)
    return Arrived(fetched, split(vetted.text, this_machine(), folder), origin)


@dataclass(frozen=True)
class Saving:
    """How one config is reviewed and saved.

    Attributes:
        out: the config's file.
        system: the file for what was split off.
        arrived: what came.
        accept: do not ask.
        say: takes what is to be told meanwhile.
        otherwise: what to do where there is no terminal.
    """

    out: Path
    system: Path
    arrived: Arrived
    accept: bool
    say: Say
    otherwise: str = Proposal.otherwise

    def reviewed(
        self,
        title: str,
        text: str,
        *,
        mine: str | None = None,
        merged: Merged | None = None,
        fetched: str | None = None,
    ) -> Got:
        """Show a config; save what is accepted, to the byte.

        Args:
            title: what this is, in a sentence.
            text: what is shown.
            mine: what stands in the file now.
            merged: what an update brings.
            fetched: what came, where it is the user's own file that is shown.
        """
        present = read_file(self.system, "system config") if self.system.exists() else ""
        system_text = merged_system(present, self.arrived.split.system)
        if system_text != present:
            self._refuse_linked_system()

        def faults_of(candidate: str) -> list[Fault]:
            return foreign_faults(candidate, self.out.name, system=system_text)

        lines = header(
            title,
            text,
            origin=self.arrived.origin,
            system=lacking(present, self.arrived.split.system),
            notes=self.arrived.split.notes,
            mine=mine,
            merged=merged,
            fetched=fetched,
            code=[*code_lines(text, self.out.parent)],
        )
        for line in lines if self.accept else ():
            self.say(line)
        proposal = Proposal(self.out, text, lines, self.otherwise)
        accepted = review(proposal, faults_of, accept=self.accept, say=self.say)
        changed = system_text != present
        store_reviewed(self.out, accepted, mine)
        self.say(f"wrote {self.out}")
        if changed:
            store_reviewed(self.system, system_text, present if self.system.exists() else None)
            self.say(f"wrote {self.system}")
        keep(self.arrived.fetched.data)
        if not self.accept:  # what --yes took was read by nobody
            remember(self.out, self.arrived.origin.lock, accepted)
        for line in lacking_code(self.out, accepted):
            self.say(line)
        had_limit = self.arrived.split.had_limit
        if changed:
            return Got(self.out, accepted, self.system, system_text, had_limit)
        return Got(self.out, accepted, is_unmeasured=had_limit)

    def _refuse_linked_system(self) -> None:
        """A link beside a config is of whoever made the folder: only files that the user named are
        written through one."""
        if self.system.is_symlink() and self.system == self.out.parent / SYSTEM_FILE:
            raise HubError(
                f"{self.system} is a link to {self.system.readlink()}, and this config has "
                f"settings for it. Name the file that is to hold them with --system FILE."
            )
