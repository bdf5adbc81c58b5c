"""Compiles a model with `torch.compile`, where this machine can."""

from __future__ import annotations

import os
import shutil

import torch

from art.errors import UserError
from art.training.namespaces import pl
from art.training.wrapping import TaskModule

COMPILERS = ("c++", "g++", "clang++")


def compile_in_place(module: pl.LightningModule) -> None:
    """Compile a module's forward pass at its first call; the names of its weights stay.

    Raises:
        UserError: the CPU needs a C++ compiler, and this machine has none.
    """
    found = os.environ.get("CXX") or next(filter(shutil.which, COMPILERS), None)
    if found is None and not torch.cuda.is_available():
        raise UserError(
            "[system] compile = true needs a C++ compiler, and the path has none. Install one "
            "(g++), or remove the setting."
        )
    (module.network if isinstance(module, TaskModule) else module).compile()
