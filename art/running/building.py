"""Builds data, models and metrics from a config's blocks, each freshly seeded."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from torch import nn

from art.config import RecipeConfig, build
from art.core.data_info import DataInfo
from art.core.metric import MetricCalculator
from art.core.task import Task
from art.errors import DataError, ModelError, UserError
from art.registries import metrics as metrics_registry
from art.training.data_modules.of_module import data_of
from art.training.namespaces import is_data_module, is_lightning_module, overrides, pl
from art.training.refusing import refuse_what_would_be_passed_over, trains_itself
from art.training.scoring.torch_metrics import as_calculator
from art.training.seeding import derive_seed, seed_all
from art.training.wrapping import TaskModule, is_own_optimizer

FALLBACK_METRICS = {
    "classification": "art.Classification.v1",
    "segmentation": "art.Classification.v1",
    "regression": "art.Regression.v1",
}
"""Scores where the config has neither `[task]` nor `[metrics]`."""


def new_data(config: RecipeConfig, seed: int) -> pl.LightningDataModule:
    """The data module, which is not set up yet.

    Raises:
        DataError: the registered function returned something else.
    """
    block = dict(config.block("data") or {})
    seed_all(derive_seed(seed, "data"))
    data = build(block) if block else _data_of_model(config)
    if not is_data_module(data):
        raise DataError(
            f"@data '{block.get('@data')}' returned {type(data).__name__}; it must return a "
            f"LightningDataModule."
        )
    if hasattr(data, "seed") and not callable(data.seed):
        data.seed = derive_seed(seed, "order")
    return data


def build_data(config: RecipeConfig, seed: int) -> pl.LightningDataModule:
    """The data module, prepared and set up for training."""
    data = new_data(config, seed)
    data.prepare_data()
    data.setup("fit")
    return data


def _data_of_model(config: RecipeConfig) -> Any:
    """The loaders that the model brings, where the config has no `[data]`."""
    block = config.block("model") or {}
    return data_of(build(block), str(block.get("@models")))


def build_task(config: RecipeConfig, data_info: DataInfo) -> Task | None:
    """The task, prepared for the data; None where the config has none.

    Raises:
        UserError: the registered function returned something else.
    """
    block = config.block("task")
    if not block:
        return None
    task = build(block)
    if not isinstance(task, Task):
        raise UserError(
            f"@tasks '{block.get('@tasks')}' returned {type(task).__name__}; it must return an "
            f"art.Task."
        )
    task.prepare(data_info)
    return task


def new_model(config: RecipeConfig, data_info: DataInfo, seed: int) -> nn.Module:
    """An untrained model, as its function returns it.

    Raises:
        ModelError: the registered function returned no module, or one that cannot be trained.
    """
    block = config.block("model") or {}
    name = str(block.get("@models"))
    seed_all(derive_seed(seed, "model"))
    model = build(block, data_info=data_info)
    if not isinstance(model, nn.Module):
        raise ModelError(
            f"@models '{name}' returned {type(model).__name__}; it must return an nn.Module or a "
            f"LightningModule."
        )
    if is_lightning_module(model) and overrides(model, "configure_model"):
        model.configure_model()  # Lightning calls it again, and it must bear that
    _refuse_frozen(model, name)
    refuse_what_would_be_passed_over(model, name, tested="test" in data_info.sizes)
    return model


def trainable(model: nn.Module, config: RecipeConfig, data_info: DataInfo) -> pl.LightningModule:
    """A user's own LightningModule as it is, any other module wrapped.

    Raises:
        ModelError: it cannot be trained with what the config has.
    """
    name = str((config.block("model") or {}).get("@models"))
    if trains_itself(model):
        return _own(model, config, name)
    return _wrapped(model, config, data_info, name)


def build_model(config: RecipeConfig, data_info: DataInfo, seed: int) -> pl.LightningModule:
    """An untrained model, ready to be trained."""
    return trainable(new_model(config, data_info, seed), config, data_info)


def _refuse_frozen(model: nn.Module, name: str) -> None:
    """A module that makes its layers later, in `setup`, is let through."""
    later = is_lightning_module(model) and overrides(model, "setup")
    if not later and not any(p.requires_grad for p in model.parameters()):
        raise ModelError(
            f"@models '{name}' returned a {type(model).__name__} with no parameter to train: "
            f"nothing requires a gradient. Unfreeze a part of it."
        )


def _own(model: pl.LightningModule, config: RecipeConfig, name: str) -> pl.LightningModule:
    optimizer = config.block("optimizer")
    if is_own_optimizer(model):
        if optimizer:
            raise ModelError(
                f"@models '{name}' brings its own optimizer (configure_optimizers), and the "
                f"config has an [optimizer] section as well. Remove one of them."
            )
        return model
    if not optimizer:
        raise ModelError(
            f"@models '{name}' has a training_step but no configure_optimizers, and the config "
            f"has no [optimizer] section. Add one of them."
        )

    def configure_optimizers() -> Any:
        return build(optimizer, params=[p for p in model.parameters() if p.requires_grad])

    model.configure_optimizers = configure_optimizers  # type: ignore[method-assign]
    return model


def _wrapped(
    model: nn.Module, config: RecipeConfig, data_info: DataInfo, name: str
) -> pl.LightningModule:
    optimizer, scheduler = config.block("optimizer"), config.block("scheduler")
    task = build_task(config, data_info)
    missing = [f"[{s}]" for s, v in (("task", task), ("optimizer", optimizer)) if not v]
    if missing or task is None:
        raise ModelError(
            f"@models '{name}' is a plain {type(model).__name__} without a training_step of its "
            f"own, so the config needs {' and '.join(missing)}. Add them, or bring a "
            f"LightningModule that trains itself."
        )

    def make_scheduler(made: Any, total_steps: int, total_epochs: int) -> Any:
        return build(
            scheduler or {}, optimizer=made, total_steps=total_steps, total_epochs=total_epochs
        )

    return TaskModule(
        model,
        task,
        data_info,
        make_optimizer=lambda params: build(optimizer or {}, params=params),
        make_scheduler=make_scheduler if scheduler else None,
    )


def build_metrics(
    config: RecipeConfig, stage: str, data_info: DataInfo
) -> dict[str, MetricCalculator]:
    """The metric calculators that are on in a stage, by their names in the config.

    Without a `[task]` that of the data's kind comes first, unless there is a `[metrics.scores]`.
    """
    blocks: Mapping[str, Any] = config.parts("metrics", stage)
    made = {name: as_calculator(build(block)) for name, block in blocks.items()}
    written = config.values.get("metrics", {})
    fallback = FALLBACK_METRICS.get(data_info.kind)
    named = fallback in [block.get("@metrics") for block in written.values()]
    if fallback and "task" not in config.values and "scores" not in written and not named:
        return {"scores": as_calculator(metrics_registry.get(fallback)()), **made}
    return made


def machine_config(config: RecipeConfig, own_loop: bool) -> RecipeConfig:
    """The config with the batch size that this machine can hold, for a user's own module."""
    limit = config.system.max_batch_size
    batch_size = (config.block("data") or {}).get("batch_size")
    if own_loop and limit and isinstance(batch_size, int) and batch_size > limit:
        parts = -(-batch_size // limit)
        return config.with_settings({"data.batch_size": -(-batch_size // parts)}, "max_batch_size")
    return config


def accepts(function: Any, name: str) -> bool:
    """Whether a function has a parameter of that name."""
    return name in inspect.signature(function).parameters
