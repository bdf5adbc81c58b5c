"""`art get`: fetch a config, review it, save it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from art.cli.console import console
from art.cli.options import Code
from art.errors import UserError, typed

if TYPE_CHECKING:
    from art.hub.getting import Got

Yes = Annotated[bool, typer.Option("--yes", help="Accept it without a review.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("get")(get)


def get(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A name, a file, https://HOST/FILE or git+https://HOST/REPO//FILE@REV; "
            "with --update, a config that was fetched before.",
        ),
    ] = "",
    out: Annotated[
        Path | None, typer.Argument(metavar="OUT", help="Where to save it; here by default.")
    ] = None,
    yes: Yes = False,
    show: Annotated[bool, typer.Option("--list", help="Show the names of the indexes.")] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Merge what changed at a config's source since.")
    ] = False,
    system: Annotated[
        Path | None,
        typer.Option("--system", metavar="FILE", help="Where machine settings go to."),
    ] = None,
    code: Code = None,
) -> None:
    """Fetch a config, split off its machine's settings, review it in your editor, save it.

    Save and close accepts; an empty file, or an editor that fails, changes nothing.
    """
    from art import api

    if show:
        _show_entries()
        return
    if not source:
        raise UserError("art get needs a SOURCE. `art get --list` shows the names of the indexes.")
    if update and out is not None:
        raise UserError("--update takes one config, which it changes, and no second name.")
    if update:
        api.update(source, accept=yes, system=system, code=code or (), say=console.say)
        return
    got = api.get(source, out, accept=yes, system=system, code=code or (), say=console.say)
    if got.is_unmeasured:
        _fit(got)
    options = "".join(f" --code {typed(path)}" for path in code or ())
    console.say(f"Next: art train {typed(got.config)}{options}")


def _fit(got: Got) -> None:
    """Measure what fits here. It is good to have, and no reason to fail."""
    from art import api

    try:
        console.say(api.fit_system(got))
    except UserError as error:
        why = error.message.partition("\n")[0]
        console.say(f"max_batch_size was not measured: {why}")
        console.say(f"`art init system --fit {got.config}` does it later.")


def _show_entries() -> None:
    from art import api

    entries = api.hub_entries(console.say)
    width = max(len(entry.name) for entry in entries)
    index = ""
    for entry in entries:
        if entry.index != index:
            index = entry.index
            console.out(f"# {index}")
        console.out(f"{entry.name:<{width}}  {entry.title}")
