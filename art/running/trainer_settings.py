"""`[training]` and `[system]` of a config as the engine takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from art.config import RecipeConfig
from art.config.sections import System, Training
from art.errors import UserError
from art.training.settings import TrainingSettings

COURSE = (
    "min_epochs", "min_steps", "max_time", "val_check_interval", "num_sanity_val_steps",
    "reload_dataloaders_every_n_epochs", "log_every_n_steps",
)  # fmt: skip
"""Settings of `[training]` that go to Lightning's Trainer under their own names."""

MACHINE = ("strategy", "benchmark", "inference_mode", "sync_batchnorm", "use_distributed_sampler")
"""The same of `[system]`."""

LIMITED = ("train", "val", "test")

LIGHTNINGS_LOOP = {
    "val_check_interval": "it is validated at the end of epochs, see check_val_every_n_epoch",
    "min_steps": "min_epochs says how long it trains at least",
    "num_sanity_val_steps": "loss_at_init sees whether it runs",
    "reload_dataloaders_every_n_epochs": "its loaders are asked for once",
    "log_every_n_steps": "the loss of every step is kept",
    "inference_mode": "it is scored in torch.inference_mode already",
}
"""Settings that mean nothing for a model that ART wraps, and what there is in their place."""


def training_settings(config: RecipeConfig, own_loop: bool) -> TrainingSettings:
    """`[training]` and `[system]` as the engine takes them.

    `max_batch_size` keeps the science: a batch that does not fit is cut up and its gradients are
    summed. A wrapped module does that inside its step. A user's own module is given smaller
    batches (see `machine_config`) and accumulates them.

    Args:
        own_loop: whether the model is a user's own LightningModule.

    Raises:
        UserError: a setting needs Lightning's own loop, and ART wraps the model.
    """
    training, system = config.training, config.system
    batch_size = (config.block("data") or {}).get("batch_size")
    limit = system.max_batch_size
    accumulate = training.accumulate_grad_batches
    micro = None
    if limit and isinstance(batch_size, int) and batch_size > limit:
        if own_loop:
            accumulate *= -(-batch_size // limit)
        else:
            micro = limit
    if not own_loop:
        _refuse_what_needs_lightnings_loop(training, system)
    return TrainingSettings(
        max_epochs=training.max_epochs,
        max_steps=training.max_steps,
        accumulate=accumulate,
        micro_batch=micro,
        gradient_clip=training.gradient_clip_val,
        validate_every=training.check_val_every_n_epoch,
        patience=training.early_stopping_patience,
        accelerator=system.accelerator,
        devices=system.devices,
        precision=precision_of(system),
        deterministic=training.deterministic,
        directions=config.contract.directions,
        clip_by=training.gradient_clip_algorithm,
        course=_chosen(training, COURSE),
        limits=_limits(training),
        machine={**_chosen(system, MACHINE), **_chosen(training, ("detect_anomaly",))},
    )


def precision_of(system: System) -> str:
    """The precision by Lightning's name for it."""
    if system.precision != "auto":
        return str(system.precision)
    import torch

    on_gpu = system.accelerator in ("auto", "gpu", "cuda") and torch.cuda.is_available()
    native = on_gpu and torch.cuda.is_bf16_supported(including_emulation=False)
    return "bf16-mixed" if native else "32-true"


def _refuse_what_needs_lightnings_loop(training: Training, system: System) -> None:
    """Say of each setting that would silently do nothing that it does not.

    Raises:
        UserError: there is one.
    """
    for section, content in (("training", training), ("system", system)):
        for name in _chosen(content, LIGHTNINGS_LOOP):
            raise UserError(
                f"[{section}] {name} is for a LightningModule that trains itself. ART wraps this "
                f"model: {LIGHTNINGS_LOOP[name]}. Remove the setting."
            )


def _chosen(section: Training | System, names: Iterable[str]) -> dict[str, Any]:
    """The settings of those names that are not the default."""
    defaults: Mapping[str, Any] = {each.name: each.default for each in fields(section)}
    return {
        name: getattr(section, name)
        for name in names
        if name in defaults and getattr(section, name) != defaults[name]
    }


def _limits(training: Training) -> dict[str, int | float]:
    """Batches of each split that are used, where a setting says how many."""
    found = {split: getattr(training, f"limit_{split}_batches") for split in LIMITED}
    return {split: limit for split, limit in found.items() if limit is not None}
