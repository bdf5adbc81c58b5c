"""Writes a folder with all that prediction needs: weights, what was learnt of the data, how to."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from torch import Tensor

from art.core.files import atomic_write, make_folder
from art.errors import PathError, UserError
from art.prediction.exporting.onnx import as_onnx
from art.prediction.exporting.readme import readme_of
from art.prediction.facts import FACTS, SCHEMA
from art.prediction.restoring import WEIGHTS
from art.prediction.trained import TrainedModel
from art.training.checkpoints.attributes import attributes_of
from art.training.checkpoints.exporting import as_safetensors

ONNX, README = "model.onnx", "README.md"
SINGLE = ".safetensors"


@dataclass(frozen=True)
class Exported:
    """What was written.

    Attributes:
        path: the folder, or the file of weights alone.
        files: names of the files in it.
        left_out: what of the state dict is no tensor, and so in no file.
        onnx: how close model.onnx comes, or why there is none; empty where none was asked for.
    """

    path: Path
    files: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    onnx: str = field(default="")


def export_model(model: TrainedModel, out: Path | None, *, onnx: bool = True) -> Exported:
    """Write a model's folder, or its weights alone where `out` ends in .safetensors.

    All is made before the first file is written; model.json, which bears the digest of the weights,
    comes last.

    Raises:
        UserError: the target is in the way, or its folder is missing.
        StoreError: the disk is full or read-only.
    """
    out = out or Path(f"{model.name}-model")
    _refuse_target(out)
    weights, left_out = as_safetensors(model.module.state_dict())
    if out.suffix == SINGLE:
        atomic_write(out, weights)
        return Exported(out, left_out=tuple(left_out))
    content, said = as_onnx(model) if onnx else (None, "")
    facts = _facts(model, sha256(weights).hexdigest())
    files: dict[str, str | bytes] = {WEIGHTS: weights}
    if content is not None:
        files[ONNX] = content
    files[README] = readme_of(model, facts, content is not None, said)
    files[FACTS] = json.dumps(facts, indent=1, ensure_ascii=False) + "\n"
    make_folder(out)
    if content is None:
        (out / ONNX).unlink(
            missing_ok=True
        )  # one of an earlier export would not be of these weights
    for name, made in files.items():
        atomic_write(out / name, made)
    return Exported(out, tuple(files), tuple(left_out), said)


def _refuse_target(out: Path) -> None:
    if not out.parent.is_dir():
        raise PathError(f"{out.parent}: no such folder. Make it first.")
    if out.suffix == SINGLE:
        if out.is_dir():
            raise PathError(f"{out}: this is a folder, not a file.")
        return
    if out.suffix and not out.exists():
        raise UserError(
            f"{out}: name a folder, which then holds weights, classes, scaling and a README, or a "
            f"file that ends in {SINGLE} for the weights alone."
        )
    if out.is_file():
        raise PathError(f"{out}: this is a file. Name a folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / FACTS).is_file():
        raise UserError(f"{out}: this folder holds other files. Name a new one.")


def _facts(model: TrainedModel, digest: str) -> dict[str, Any]:
    """The content of model.json."""
    scale = model.task.target_scale() if model.task is not None else None
    blocks = {**model.blocks, "data": {"@data": model.blocks.get("data", {}).get("@data", "")}}
    return {
        "schema": SCHEMA,
        "project": model.name,
        "source": str(model.source),
        "scores": model.scores,
        "sha256": digest,
        "blocks": blocks,
        "target": {"multiply": list(scale[0]), "add": list(scale[1])} if scale else None,
        "attributes": {
            name: value.tolist() if isinstance(value, Tensor) else value
            for name, value in attributes_of(model.module).items()
        },
        **model.use.to_json(),
    }
