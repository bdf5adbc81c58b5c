"""What `art add` and `art remove` share: which config is meant, and how its change is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import typer

from art.cli.console import console
from art.errors import PathError

KindName = Annotated[
    Literal["stage", "check", "logger", "visualizer", "metric", "data", "model"],
    typer.Argument(help="The kind of part.", metavar="KIND"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")]


class Change(NamedTuple):
    """A config before and after.

    Attributes:
        config: its file; `-` is stdin and stdout.
        before, after: its text.
    """

    config: Path
    before: str
    after: str


def chosen(config: Path | None) -> Path:
    """The config that is meant: the one named, else `config.cfg`, else the folder's only one.

    Raises:
        PathError: there is none, or there are several.
    """
    if config is not None and config.name == SYSTEM_FILE:
        raise PathError(
            f"{config} is a system config: it describes this machine, and parts are added to a "
            f"recipe config. A logger may be written into it by hand."
        )
    if config is not None:
        return config
    found = [path for path in sorted(Path().glob("*.cfg")) if path.name not in NOT_RECIPES]
    if Path("config.cfg") in found:
        return Path("config.cfg")
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(map(str, found))
        raise PathError(f"there are several configs here: {names}. Name the one that is meant.")
    raise PathError("there is no config here. Name one: it is the last argument.")


SYSTEM_FILE = "system.cfg"
NOT_RECIPES = (SYSTEM_FILE, "setup.cfg")


def show(change: Change, dry_run: bool, more: str) -> None:
    """Write a change, and show it as a diff.

    Args:
        change: what changes.
        dry_run: show it only.
        more: what to say when it is done.
    """
    from art.core.files import write_named
    from art.reporting.difference import difference

    if str(change.config) == "-" and not dry_run:
        console.out_config(change.after)
        return
    name = str(change.config)
    console.out_config(difference(change.before, change.after, (name, name), console.colour))
    if dry_run:
        return
    write_named(change.config, change.after)
    console.say(f"wrote {name}. {more}".rstrip())
