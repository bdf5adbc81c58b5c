"""Reads the model.json of an export: others may have written it, so all is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from art.config.names import FOLDER
from art.core.fields import read_fields
from art.core.files import LONGEST_FOLDER, read_text
from art.errors import DataError, PathError, printable
from art.prediction.json_text import read_json
from art.registries import NAME
from art.training.checkpoints.use import Use, read_use

FACTS = "model.json"
SCHEMA = 1


@dataclass(frozen=True)
class Facts:
    """What an export says of its model.

    Attributes:
        project: the project's name, which becomes a folder's.
        sha256: of the weights.
        blocks: the config's `task`, `data` and `model`; the first two may be empty or missing.
        scores: of the run that made it.
        attributes: numbers, and lists that were tensors, by dotted name.
    """

    project: str
    sha256: str
    blocks: dict[str, dict[str, Any]]
    scores: dict[str, float] = field(default_factory=dict)
    attributes: dict[str, Any] = field(default_factory=dict)


def read_facts(folder: Path) -> tuple[Facts, Use]:
    """What an export's model.json holds, and what it keeps of the training data.

    Raises:
        PathError: it is missing or damaged, or was not written by this version of ART; the message
            names the key and what is expected.
    """
    path = folder / FACTS
    values = read_json(read_text(path, "description of the model"), str(path))
    if not isinstance(values, dict) or values.get("schema") != SCHEMA:
        raise PathError(f"{path}: not a description that this version of ART reads.")
    try:
        facts = read_fields(Facts, values, "the description")
        _check_names(facts)
        attributes = {name: _number(name, value) for name, value in facts.attributes.items()}
    except DataError as error:
        raise PathError(f"{path}: {error}") from error
    facts = Facts(facts.project, facts.sha256, facts.blocks, facts.scores, attributes)
    return facts, read_use(values, str(path))


def _check_names(facts: Facts) -> None:
    name = facts.project
    if not FOLDER.fullmatch(name) or len(name.encode("utf-8", "replace")) > LONGEST_FOLDER:
        raise DataError(
            f"'project' cannot be '{printable(name):.60}': a name of letters, digits, '-', '_' and "
            f"'.' is expected, with no '-' or '.' at its beginning, {LONGEST_FOLDER} bytes at most."
        )
    if "model" not in facts.blocks:
        raise DataError("'blocks' lacks 'model'.")
    for section, block in facts.blocks.items():
        _check_block(section, block)


def _check_block(section: str, block: Mapping[str, Any]) -> None:
    """A block names its function, `@models`, by a text that is nothing but a name."""
    for key, value in block.items():
        plain = isinstance(value, str) and (value == "" or NAME.fullmatch(value))
        if key.startswith("@") and not plain:
            raise DataError(
                f"'{printable(key):.60}' in '{section:.60}' cannot be {value!r:.60}: the name of a "
                f"registered function is expected."
            )
    if section == "model" and not block.get("@models"):
        raise DataError("'model' in 'blocks' lacks '@models'.")


def _number(name: str, value: Any) -> Any:
    """A number as it is, a list as the tensor that it was."""
    if isinstance(value, bool | int | float):
        return value
    try:
        if isinstance(value, list):
            return torch.tensor(value)
    except (TypeError, ValueError, RuntimeError, OverflowError):
        pass
    raise DataError(
        f"'{printable(name):.60}' in 'attributes' cannot be {value!r:.60}: a number, or a list of "
        f"numbers, is expected."
    )
