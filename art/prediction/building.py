"""Builds the parts of a trained model by their registered functions, from settings kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from art.config import build
from art.errors import ArtError, ModelError
from art.training.failures import is_out_of_memory
from art.training.scoring.predictions import UNREADABLE


def rebuilt(block: Mapping[str, Any], registry: str, **given: Any) -> Any:
    """What a block's function makes.

    Args:
        block: its name and settings, as an export or a checkpoint keeps them.
        registry: the registry of the function.
        given: what ART gives to it.

    Raises:
        RegistryError: the function is not registered here.
        ConfigError: a setting is of another type than the function takes.
        ModelError: the function refuses the settings, which may be of another one than in
            training, or needs more memory than there is.
    """
    try:
        return build(block, **given)
    except (*UNREADABLE, AssertionError, OverflowError) as error:
        if isinstance(error, ArtError):
            raise
        if is_out_of_memory(error):
            raise ModelError(
                f"@{registry} '{block.get(f'@{registry}')}' needs more memory than this machine "
                f"has, with the settings that were kept of it."
            ) from error
        said = (str(error) or type(error).__name__).splitlines()[0]
        raise ModelError(
            f"@{registry} '{block.get(f'@{registry}')}' cannot be built with the settings that "
            f"were kept of it. Is its code what it was in training? ({said:.200})"
        ) from error
