"""`art export`: a run's weights for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    run: Annotated[
        Path,
        typer.Argument(
            metavar="RUN", help="A run's folder, a stage's (its newest run), or a checkpoint."
        ),
    ],
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The .safetensors file to write.")],
) -> None:
    """Write the weights of a run's checkpoint as safetensors, which holds numbers alone."""
    from art import api

    left_out = api.export_weights(run, out)
    if left_out:
        console.say(f"left out, since they are no tensors: {', '.join(left_out)}")
    console.say(f"wrote {out}")
