"""Shows a config in the user's editor before it is saved: what is closed there is what counts.

Save and close accepts. An empty file, or an editor that fails, changes nothing. A config with
mistakes comes back with them on top, until it is right or is closed as it came. What a user has
typed is never lost: its file is kept wherever the review ends without it.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from art.config.reading.text import decode
from art.core.files import atomic_write
from art.core.planted import is_stored, read_planted
from art.core.process import attend
from art.errors import ConfigError, Fault, HubError, printable
from art.hub.editor import editor_command
from art.hub.vetting import RESERVED

MOST = 20
"""So many mistakes are shown at once; when these are put right, the others come."""

Validate = Callable[[str], Sequence[Fault]]
"""The mistakes of a config's text; none where it may be saved."""

END = (
    "Save and close to accept what stands below. Empty the file, or leave the editor with an",
    "error, to refuse. Lines that begin with #: or #! are not saved.",
)


@dataclass(frozen=True)
class Proposal:
    """A config to be reviewed.

    Attributes:
        target: where it is to be saved; the editor sees its name.
        text: the config.
        header: what to tell the reader, line by line. It is shown above the config and not saved.
        otherwise: what to do where there is no terminal to show it on.
    """

    target: Path
    text: str
    header: Sequence[str] = ()
    otherwise: str = "--yes accepts it unseen."


def review(
    proposal: Proposal, validate: Validate, *, accept: bool, say: Callable[[str], None]
) -> str:
    """Show a config, and take what the reader makes of it. Nothing is saved here.

    Args:
        proposal: what is shown.
        validate: finds the mistakes of a text.
        accept: do not ask: `--yes`.
        say: takes what is to be told meanwhile.

    Returns:
        The text that was accepted, to the byte as it stood in the editor, without the lines that
        begin with `#:` or `#!`.

    Raises:
        HubError: it was given up, or there is no terminal to show it on.
        ConfigError: `accept` is set and the config has mistakes.
    """
    if accept:
        faults = validate(proposal.text)
        if faults:
            raise ConfigError(faults[:MOST])
        return proposal.text
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        why = "this config needs a review, but there is no terminal to show it on"
        raise HubError(f"{proposal.target}: {why}. {proposal.otherwise}")
    return _Review(proposal, validate, say).hold()


def stripped(text: str) -> str:
    """A text without the lines that a review wrote into it."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.lstrip().startswith(RESERVED))


class _Review:
    """One review, in a folder that only the user can read."""

    def __init__(self, proposal: Proposal, validate: Validate, say: Callable[[str], None]) -> None:
        self._proposal, self._validate, self._say = proposal, validate, say
        self._editor = editor_command()
        self._file = new_folder() / proposal.target.name
        self._last = proposal.text  # what the reader was shown, or has made of it

    def hold(self) -> str:
        faults = self._validate(self._last)
        self._say(f"reviewing {self._proposal.target} in {self._editor[0]}: {self._file}")
        while True:
            shown = self._last
            atomic_write(self._file, self._with_comments(shown, faults))
            text = self._edited()
            self._last = text
            if faults and text == shown:
                raise self._given_up("it was closed with its mistakes as they were")
            faults = self._validate(text)
            if not faults:
                self._clear()
                return text

    def _edited(self) -> str:
        """What stands in the file when the editor has closed it."""
        try:
            code = attend([*self._editor, str(self._file)])
        except OSError as error:
            raise self._given_up(f"{self._editor[0]}: {error.strerror or error}") from None
        if code != 0:
            how = f"was ended by signal {-code}" if code < 0 else f"failed with exit code {code}"
            raise self._given_up(f"the editor {how}")
        try:
            data = read_planted(self._file)
        except FileNotFoundError:
            data = b""
        except OSError as error:  # a pipe would be waited for, a device has no end
            why = f"what the editor left cannot be read: {error.strerror or error}"
            raise self._given_up(why) from None
        try:
            text = stripped(decode(data, self._file.name))
        except ConfigError as error:
            raise self._given_up(str(error.faults[0])) from None
        if not text.strip():
            raise self._given_up("the file is empty")
        return text

    def _with_comments(self, text: str, faults: Sequence[Fault]) -> str:
        told = [
            f"#! {line}".rstrip() for fault in faults[:MOST] for line in fault.render().split("\n")
        ]
        if told:
            told = ["#! Put these right, or close the file as it is to give up.", *told, "#!"]
        if len(faults) > MOST:
            told.append(f"#! ... and {len(faults) - MOST} more mistakes.")
        header = [
            f"#: {printable(line)}".rstrip() for line in [*self._proposal.header, "", *END, ""]
        ]
        return "".join(f"{line}\n" for line in [*told, *header]) + text

    def _given_up(self, why: str) -> HubError:
        """What to raise; the text is kept where it is more than what was proposed."""
        message = f"{self._proposal.target}: {why}; nothing was changed."
        try:
            now = stripped(read_planted(self._file).decode("utf-8", "replace"))
        except OSError:
            if is_stored(self._file):  # a text all the same, if one too large to be read
                return HubError(f"{message} Your text is in {self._file}")
            now = ""
        own = self._proposal.text
        if now.strip() and now != own:
            return HubError(f"{message} Your text is in {self._file}")
        if self._last != own:
            atomic_write(self._file, self._last)
            return HubError(f"{message} Your last text is in {self._file}")
        left = [path.name for path in self._file.parent.iterdir() if path != self._file]
        if left:  # the editor's own copy of what was not saved
            return HubError(f"{message} The editor left {left[0]} in {self._file.parent}")
        self._clear()
        return HubError(message)

    def _clear(self) -> None:
        for path in (self._file.parent, *self._file.parent.iterdir()):
            if path.is_symlink() or not path.is_dir():  # an editor's backup goes as well
                path.unlink()
        try:
            self._file.parent.rmdir()
        except OSError:  # an editor left a folder of its own
            return


def new_folder() -> Path:
    """A new folder that survives a restart, where the user's own folders can be written."""
    from platformdirs import user_state_dir

    place = Path(user_state_dir("art")) / "reviews"
    try:
        place.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="", dir=place))
    except OSError:
        return Path(tempfile.mkdtemp(prefix=f"art-review-{os.getpid()}-"))
