"""`art completion`: what the shell asks when Tab is pressed."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import typer

from art.cli.app import ASK
from art.cli.completion.scripts import SCRIPTS
from art.cli.console import console
from art.errors import UserError, printable

HARMLESS = re.compile(r"[A-Za-z0-9_.,=@+:/-]+")
"""Words that mean themselves to every shell. Others are not offered: a config that was downloaded
may name a block `$(...)`, and Tab and Enter would run it."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("completion")(completion)


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], typer.Argument(help="Your shell.")],
) -> None:
    """Write the script that lets a shell complete what you type.

    bash: art completion bash > ~/.local/share/bash-completion/completions/art
    """
    console.out_raw(SCRIPTS[shell])


def complete(app: typer.Typer, words: list[str]) -> int:
    """Answer a shell: a line that says what follows, then a line for each word it may offer.

    Typer parses no options here: its parser costs more than the answer.

    Args:
        app: the whole command line.
        words: the shell's name, then what its script sends; see `completion_line`.
    """
    from typer.main import get_command

    from art.cli.completion.answer import answer
    from art.cli.completion.line import bash_line, split_line

    shell, *sent = words or [""]
    if len(sent) < 2:
        raise UserError(f"art {ASK} is for the shells' scripts: see art completion --help.")
    before, current, after = (bash_line if shell == "bash" else split_line)(sent)
    found = answer(get_command(app), before, current, after)
    cut = _typed_before(current, sent[0]) if shell == "bash" else 0
    lines = [found.kind]
    for word in found.words:
        if not HARMLESS.fullmatch(word.text):
            continue
        text = word.text[cut:]
        if shell == "bash":  # it adds no space itself, so that a key can be followed by its value
            lines.append(text if word.goes_on else f"{text} ")
        else:
            lines.append(f"{text}\t{printable(word.doc)}" if word.doc else text)
    console.out("\n".join(lines))
    return 0


def _typed_before(current: str, last: str) -> int:
    """How much of the current word bash takes for earlier words: it ends words at `=`, `:`, `@`."""
    if last and current.endswith(last):
        return len(current) - len(last)
    return max((current.rfind(mark) + 1 for mark in "=:@"), default=0)
