"""Which editor shows a config for review: the one that `git commit` would open."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path, PurePath

from art.core.files import at_home
from art.core.process import first_line
from art.errors import HubError

THERE = ("editor", "nano", "vim", "vi", "ed", "notepad")
"""What is looked for where nobody has said which."""

WAITS = {
    "atom": "--wait",
    "code": "--wait",
    "code-insiders": "--wait",
    "codium": "--wait",
    "cursor": "--wait",
    "gvim": "--nofork",
    "mate": "--wait",
    "mvim": "--nofork",
    "subl": "--wait",
    "windsurf": "--wait",
    "zed": "--wait",
}
"""Editors that return at once, as if all had been read, unless they are told to wait."""

WAITING = ("--wait", "-w", "--nofork", "-f")


def editor_command(environ: Mapping[str, str] | None = None) -> list[str]:
    """The editor's program and its arguments; the file's path is to be added.

    In turn: ART_EDITOR, GIT_EDITOR, the user's core.editor of git, VISUAL, EDITOR, and what is
    there.

    Raises:
        HubError: none is there, or the one that is named is not.
    """
    environ = os.environ if environ is None else environ
    for name in ("ART_EDITOR", "GIT_EDITOR", "core.editor", "VISUAL", "EDITOR"):
        value = _of_git() if name == "core.editor" else environ.get(name, "")
        if value.strip():
            return _parsed(name, value)
    for program in THERE:
        if shutil.which(program):
            return [program]
    raise HubError("no editor is there to review with. ART_EDITOR names one.")


def _of_git() -> str:
    """What git is told for this user or machine.

    A repository's own settings do not count: they may have come with files from elsewhere.
    """
    for whose in ("--global", "--system"):
        value = first_line(["git", "config", whose, "--get", "core.editor"], Path.cwd())
        if value:
            return value
    return ""


def _parsed(name: str, value: str) -> list[str]:
    try:
        words = shlex.split(value)
    except ValueError as error:
        raise HubError(f"{name} = {value}: cannot be read: {error}.") from None
    words = [str(at_home(words[0])), *words[1:]]
    if shutil.which(words[0]) is None:
        raise HubError(f"{name} = {value}: there is no program '{words[0]}' here.")
    return _waiting(words)


def _waiting(words: Sequence[str]) -> list[str]:
    program = PurePath(words[0]).name.lower().removesuffix(".exe").removesuffix(".cmd")
    if program in WAITS and not set(WAITING) & set(words[1:]):
        return [*words, WAITS[program]]
    return list(words)
