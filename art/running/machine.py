"""Refuses, before anything runs, what this machine lacks."""

from __future__ import annotations

from art.config import RecipeConfig
from art.errors import UserError


def refuse_what_is_missing(config: RecipeConfig) -> None:
    """Look whether the devices that `[system]` asks for are there.

    Raises:
        UserError: they are not, or there are several of them.
    """
    system = config.system
    if not _is_one(system.devices):
        raise UserError(
            f"{_place(config, 'devices')}[system] devices = {system.devices}: training on "
            f"several devices is not supported yet. Use 1."
        )
    if system.accelerator in ("auto", "cpu"):
        return
    from art.training.namespaces import part_of, pl

    registry = part_of(pl, "accelerators").AcceleratorRegistry
    names = ("cuda", "mps") if system.accelerator == "gpu" else (system.accelerator,)
    if not any(registry.get(name).is_available() for name in names):
        raise UserError(
            f'{_place(config, "accelerator")}[system] accelerator = "{system.accelerator}": '
            f"this machine has none. `--system.accelerator=auto` takes what there is."
        )


def _is_one(devices: int | list[int] | str) -> bool:
    return devices in (1, "1", "auto") or (isinstance(devices, list) and len(devices) == 1)


def _place(config: RecipeConfig, key: str) -> str:
    """Where a setting stands, to begin a message with; nothing for a default."""
    at = config.origins.get(("system", key))
    return f"{at}: " if at else ""
