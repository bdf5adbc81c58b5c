"""Asks whether code that a config names may run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from art.cli.console import console

if TYPE_CHECKING:
    from art.api.trusting import Trust
    from art.core.agreed_code import CodeFile


def trust(flag: bool) -> Trust:
    """What the user says of a config's code files: yes by `--trust-code`; else a terminal is
    asked, and elsewhere only what was agreed to before runs."""
    if flag:
        return True
    return ask if console.asks else False


def ask(files: Sequence[CodeFile]) -> bool:
    """Show the files that nobody has agreed to, and ask."""
    from art.core.agreement import was_agreed

    changed = [file for file in files if was_agreed(file)]
    several = len(files) > 1
    if changed:
        head = "This code has changed since you agreed to it:"
    else:
        head = "This config names code that you have not agreed to run:"
    console.say(f"{head}\n")
    for file in files:
        console.say(f"  {file.path}")
        how = f", imported by {file.imported_by.name}" if file.imported_by else ""
        console.say(f"    {len(file.data):,} bytes{how}")
        console.say(f"    sha256 {file.sha256}")
    what = "these files" if several else "this file"
    console.say(f"\nCode can do all that you can do on this machine. Read {what} first.")
    answer = console.ask(
        f"Run {what} now, and whenever {'they are' if several else 'it is'} unchanged? [y/N] "
    )
    return answer.strip().lower() in ("y", "yes")
