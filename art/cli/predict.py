"""`art predict`: what a trained model says of new data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import OVERRIDABLE, Code, Run, SettingsCommand, TrustCode, overrides_in
from art.cli.trusting import trust
from art.errors import UserError, printable


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("predict", cls=SettingsCommand, context_settings=OVERRIDABLE)(predict)


def predict(
    context: typer.Context,
    run: Run,
    values: Annotated[
        str,
        typer.Argument(
            metavar="INPUT",
            help="A file or folder like those of the run's data: .csv, .parquet, .npz, .txt, "
            "pictures; or predict, test, val, train: a split of the run's own data.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUT", help="A .csv, .json, .npz or .parquet file, or a folder for masks."
        ),
    ] = None,
    device: Annotated[str, typer.Option(help="Where the model goes: cpu, cuda.")] = "cpu",
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Predict new data: probabilities and class names, or numbers in the target's own units."""
    from art import api

    made = api.predict(
        run,
        values,
        out,
        code=code or (),
        trust_code=trust(trust_code),
        device=device,
        settings=_of_data(overrides_in(context)),
        say=console.say,
    )
    for note in made.notes:
        console.say(note)
    if out is not None:
        console.say(f"wrote {out}: {len(made):,} prediction{'s' * (len(made) != 1)}")
    elif console.is_terminal:
        from art.prediction.showing import shown

        console.out(shown(made, console.screen()))
    else:
        from art.prediction.writing import as_csv

        lines = as_csv(made).split("\n")  # a pipe may end in a terminal; a file keeps the bytes
        console.out_raw("\n".join(map(printable, lines)))


def _of_data(options: list[str]) -> dict[str, object]:
    """Changes of `[data]`, by dotted name."""
    from art.config import parse_overrides

    found = {".".join(one.path): one.value for one in parse_overrides(options)}
    for name in found:
        if not name.startswith("data."):
            raise UserError(f"--{name}: only settings of [data] can be changed here.")
    return found
