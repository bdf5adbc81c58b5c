"""Lightning's own saving and loading of checkpoints, sent through the one door."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from art.core.secrets import redact
from art.training.checkpoints.door import load_checkpoint, save_checkpoint
from art.training.checkpoints.plain_values import json_values, plain, restored
from art.training.checkpoints.sealing import sidecar
from art.training.namespaces import joined_with, part_of, pl

if TYPE_CHECKING:
    from pytorch_lightning.plugins.io import CheckpointIO
else:
    CheckpointIO = part_of(pl, "plugins.io").CheckpointIO

HYPERPARAMETERS = ("hyper_parameters", "datamodule_hyper_parameters")
"""What Lightning keeps of constructors' arguments; written as JSON's values, secrets as `***`: a
checkpoint is passed on, and whoever builds the class again gives them again."""


class VerifiedIO:
    """Sends Lightning's own saving and loading through the one door."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: Any, storage_options: Any | None = None
    ) -> None:
        """Write what Lightning gathered, without what could not be read back safely."""
        content = {
            name: redact(json_values(value)) if name in HYPERPARAMETERS else plain(value)
            for name, value in checkpoint.items()
        }
        save_checkpoint(content, Path(path))

    def load_checkpoint(
        self, path: Any, map_location: Any | None = None, weights_only: bool | None = None
    ) -> dict[str, Any]:
        """Read a local, verified checkpoint, whatever `weights_only` says."""
        content: dict[str, Any] = restored(load_checkpoint(Path(path)))
        return content

    def remove_checkpoint(self, path: Any) -> None:
        """Remove a checkpoint and its sidecar."""
        Path(path).unlink(missing_ok=True)
        sidecar(Path(path)).unlink(missing_ok=True)


class VerifiedCheckpointIO(VerifiedIO, CheckpointIO):
    """The same as a plugin of Trainers of the namespace that ART is bound to."""


def verified_io(namespace: Any) -> Any:
    """The plugin for a Trainer of any namespace."""
    if namespace is pl:
        return VerifiedCheckpointIO()
    return joined_with(VerifiedIO, "CheckpointIO", "plugins.io", namespace)()
