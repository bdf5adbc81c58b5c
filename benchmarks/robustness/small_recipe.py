"""A recipe of real stages on bundled data that runs in three seconds."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

CONFIG = """
[project]
name = "small"
stages = ["explore", "baseline", "loss_at_init", "overfit_one_batch", "overfit", "evaluate"]

[paths]
runs = "runs"

[data]
@data = "art.BreastCancer.v1"
batch_size = 64

[model]
@models = "art.MLP.v1"
hidden = [8]

[task]
@tasks = "art.TabularClassification.v1"

[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.02

[training]
max_epochs = 15
"""


def write_recipe(folder: Path, text: str = CONFIG) -> Path:
    """The recipe as a file in a folder, whose runs go to `runs` beside it."""
    path = folder / "small.cfg"
    path.write_text(text)
    return path


def art(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Run one command of ART in this process, in a folder: exit code, stdout, stderr.

    A traceback comes back as exit code 1 with its text, as from a process of its own.
    """
    from art.cli.app import run

    before, out, error = Path.cwd(), io.StringIO(), io.StringIO()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            code = run(list(arguments))
    except Exception:
        import traceback

        code = 1
        error.write(traceback.format_exc())
    finally:
        os.chdir(before)
    return code, out.getvalue(), error.getvalue()
