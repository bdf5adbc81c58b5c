"""Builds a trained model again, from what its run or an export left: no training data is needed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from torch import nn

from art.core.data_info import DataInfo
from art.core.planted import open_planted
from art.core.task import Task
from art.errors import ModelError, PathError, UserError
from art.prediction.building import rebuilt
from art.prediction.facts import read_facts
from art.prediction.finding import Found, config_of
from art.prediction.json_text import read_json
from art.prediction.trained import TrainedModel
from art.training.checkpoints.attributes import set_attributes
from art.training.checkpoints.door import load_checkpoint
from art.training.checkpoints.use import USE, Use, read_use
from art.training.configuring import configured
from art.training.namespaces import is_lightning_module, overrides
from art.training.refusing import trains_itself
from art.training.seeding import derive_seed, seed_all

WEIGHTS = "weights.safetensors"
WRAPPED = "network."
"""Where the weights of a module that ART wraps stand in a checkpoint."""


def checkpoint_of(found: Found) -> dict[str, Any]:
    """The checkpoint of a run, verified, and with all that prediction needs.

    Raises:
        PathError: it is missing or damaged, or lacks something.
    """
    content = load_checkpoint(found.checkpoint)
    weights, changed = content.get("state_dict"), content.get("overrides") or {}
    are_settings = isinstance(changed, dict) and all(isinstance(name, str) for name in changed)
    if not isinstance(weights, dict) or not are_settings:
        raise PathError(f"{found.checkpoint}: not a checkpoint that a stage left.")
    if USE not in content:
        raise PathError(
            f"{found.checkpoint}: made by a version of ART that did not keep what prediction needs "
            f"(the training data's shapes, classes and scaling). Train again: `art train CONFIG "
            f"--force`."
        )
    return content


def of_run(found: Found, content: Mapping[str, Any]) -> TrainedModel:
    """The model of a run.

    Args:
        found: the run.
        content: what `checkpoint_of` read.

    Raises:
        PathError: the weights do not fit the model, or what was kept of its data cannot be read.
        UserError: its function is not registered here.
    """
    weights, changed = content["state_dict"], content.get("overrides") or {}
    use = read_use(read_json(content[USE], str(found.checkpoint)), str(found.checkpoint))
    config = config_of(found).with_settings(changed, str(found.checkpoint))
    blocks = {name: config.block(name) or {} for name in ("task", "data", "model")}
    scores = found.record.scores if found.record else {}
    return restored(
        blocks,
        use,
        weights,
        attributes=content.get("attributes") or {},
        name=config.project.name,
        source=found.checkpoint,
        scores=scores,
    )


def of_export(folder: Path) -> TrainedModel:
    """The model of a folder that `art export` wrote.

    Raises:
        PathError: a file is missing, damaged or not what ART wrote.
        UserError: its function is not registered here.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    facts, use = read_facts(folder)
    weights = _verified(folder / WEIGHTS, facts.sha256)
    try:
        tensors = load(weights)
    except SafetensorError as error:
        raise PathError(f"{folder / WEIGHTS}: cannot be read: {error}") from error
    return restored(
        facts.blocks,
        use,
        tensors,
        attributes=facts.attributes,
        name=facts.project,
        source=folder,
        scores=facts.scores,
    )


def _verified(path: Path, digest: str) -> bytes:
    from hashlib import sha256

    try:
        with open_planted(path) as file:
            content = file.read()
    except OSError as error:
        raise PathError(f"{path}: cannot be read: {error.strerror or error}.") from None
    if sha256(content).hexdigest() != digest:
        raise PathError(f"{path}: changed or damaged since it was exported. Export it again.")
    return content


def restored(
    blocks: Mapping[str, Any],
    use: Use,
    weights: Mapping[str, Any],
    *,
    attributes: Mapping[str, Any],
    name: str,
    source: Path,
    scores: Mapping[str, float],
) -> TrainedModel:
    """The module, built by its registered function and given its weights.

    Args:
        blocks: `task`, `data` and `model` of the config.
        use: what was kept of the training data.
        weights: by the names of a checkpoint, or by the module's own.
        attributes: numbers that the module keeps beside its weights.
        name, source, scores: as in `TrainedModel`.

    Raises:
        PathError: the weights do not fit.
        ModelError: the function returned no module.
    """
    module = _built(blocks["model"], use.data_info)
    try:
        own = trains_itself(module)
        if not own and all(key.startswith(WRAPPED) for key in weights):
            prefix = f"{WRAPPED}{{}}"
            inner = {prefix.format(key) for key in module.state_dict()}
            if inner == set(weights):
                weights = {key.removeprefix(WRAPPED): value for key, value in weights.items()}
                attributes = {k.removeprefix(WRAPPED): v for k, v in attributes.items()}
        if module.state_dict().keys() != weights.keys() and own and overrides(module, "setup"):
            cast(Any, module).setup("fit")  # where it makes its layers
        module.load_state_dict(dict(weights))
        set_attributes(module, attributes)
    except (RuntimeError, TypeError, KeyError, AttributeError) as error:
        said = (str(error) or type(error).__name__).splitlines()[0]
        raise PathError(
            f"{source}: its weights do not fit {blocks['model'].get('@models')}, so they were not "
            f"loaded. Is its code what it was in training? ({said:.200})"
        ) from error
    return TrainedModel(
        module,
        use,
        task=None if own else _task(blocks.get("task") or {}, use.data_info),
        name=name,
        source=source,
        blocks={key: dict(value) for key, value in blocks.items()},
        scores=dict(scores),
    )


def _built(block: Mapping[str, Any], info: DataInfo) -> nn.Module:
    seed_all(derive_seed(0, "model"))
    module = rebuilt(block, "models", data_info=info)
    if not isinstance(module, nn.Module):
        raise ModelError(
            f"@models '{block.get('@models')}' returned {type(module).__name__}; it must return an "
            f"nn.Module or a LightningModule."
        )
    return configured(module) if is_lightning_module(module) else module


def _task(block: Mapping[str, Any], info: DataInfo) -> Task | None:
    if not block:
        return None
    task = rebuilt(block, "tasks")
    if not isinstance(task, Task):
        raise UserError(f"@tasks '{block.get('@tasks')}' is not an art.Task.")
    task.prepare(info)
    return task
