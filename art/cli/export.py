"""`art export`: a trained model for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from art.cli.console import console
from art.cli.options import Code, Run, TrustCode
from art.cli.trusting import trust


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    run: Run,
    out: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUT",
            help="The folder to write; or a .safetensors file for the weights alone. PROJECT-model "
            "by default.",
        ),
    ] = None,
    onnx: Annotated[bool, typer.Option("--onnx/--no-onnx", help="Write model.onnx too.")] = True,
    code: Code = None,
    trust_code: TrustCode = False,
) -> None:
    """Write a model's weights with all that prediction needs: transforms, classes, README, ONNX."""
    from art import api

    done = api.export(
        run, out, onnx=onnx, code=code or (), trust_code=trust(trust_code), say=console.say
    )
    if done.left_out:
        console.say(f"left out, because they are not tensors: {', '.join(done.left_out)}")
    console.say(f"wrote {done.path}" + (f": {', '.join(done.files)}" if done.files else ""))
    if done.onnx:
        console.say(done.onnx)
