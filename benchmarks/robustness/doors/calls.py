"""What the fork server is asked to do where no command of ART's does it."""

from __future__ import annotations

import sys
from pathlib import Path


def load_as_lightning_does(source: str) -> None:
    """Load a checkpoint through the plugin that every Trainer of ART's has."""
    from art.training.checkpoints.lightning_io import VerifiedCheckpointIO

    VerifiedCheckpointIO().load_checkpoint(source, weights_only=False)


def ask_for_editor(marker: str) -> None:
    """Fail where the editor is one that would leave the marker."""
    from art.hub.editor import editor_command

    if Path(marker).name in " ".join(editor_command({})):
        sys.exit("the editor is of the repository")


def unpickle(path: str) -> None:
    """Do what ART never does, to show that the watch sees it."""
    import pickle

    pickle.loads(Path(path).read_bytes())  # noqa: S301 - the file is our own
