"""Makes a project from a template: `art init project`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from art.errors import PathError, printable
from art.projects.rendering import Files, render
from art.projects.sources import built_in, canonical, opened
from art.projects.state import State, write_files, write_state

IGNORED = (".git",)
"""What may be in the folder of a new project already."""

COMMAND = re.compile(r"(?:art [a-z]|python -m pytest)[\w ./=\[\]{}:,@+-]*", re.ASCII)
"""What a README may have people type: it may be from anywhere, and people do type it."""


@dataclass(frozen=True)
class Made:
    """A project that was made.

    Attributes:
        folder: where it is.
        files: what was written, in order, without ART's own.
        commands: what to type in it next, as its README says.
        is_foreign: the template is none of ART's own.
    """

    folder: Path
    files: tuple[str, ...]
    commands: tuple[str, ...]
    is_foreign: bool = False


def make_project(
    folder: Path, source: str, answers: Mapping[str, Any], *, ask: bool = False
) -> Made:
    """Make a project.

    Args:
        folder: a new or an empty one; its name is the project's where the template asks for one.
        source: a built-in template's name, a folder, or a hub source.
        answers: to the template's questions.
        ask: ask the others on the terminal.

    Raises:
        PathError: the folder has something in it.
        UserError: there is no such template, it is refused, or an answer is wrong. Nothing was
            written then.
    """
    if folder.is_dir() and any(path.name not in IGNORED for path in folder.iterdir()):
        raise PathError(f"{folder} is not empty. A project needs a folder of its own.")
    if folder.exists() and not folder.is_dir():
        raise PathError(f"{folder} is a file. A project needs a folder of its own.")
    name = re.sub(r"[^\w.-]+", "-", folder.resolve().name, flags=re.ASCII).strip("-.")
    with opened(source) as template:
        defaults = {"name": name} if name and "name" in template.questions else {}
        made = render(template, answers, defaults=defaults, ask=ask)
        state = State(canonical(source), template.revision, made.answers, made.files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PathError(f"{folder}: cannot be made: {error.strerror or error}.") from None
    write_files(folder, made.files)
    write_state(folder, state)
    foreign = source not in built_in()
    return Made(folder, tuple(sorted(made.files)), next_commands(made.files), foreign)


def next_commands(files: Files) -> tuple[str, ...]:
    """What to type in a new project: the first commands of its README, else what its files say."""
    readme = files["README.md"].content.decode("utf-8", "replace") if "README.md" in files else ""
    block = re.search(r"^```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    told = tuple(line for line in block[1].splitlines() if COMMAND.fullmatch(line)) if block else ()
    if told:
        return told
    code = " --code functions.py" if "functions.py" in files else ""
    configs = [name for name in files if name.endswith(".cfg") and name != "system.cfg"]
    return tuple(f"art train {printable(name)}{code}" for name in sorted(configs)[:1])
