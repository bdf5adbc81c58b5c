"""Text -> layers -> located, validated, filled, resolved. The only place that knows confection."""

from __future__ import annotations

from art.config.assemble import build
from art.config.complete import complete_text
from art.config.load import load, load_text
from art.config.overrides import Override, parse_overrides
from art.config.recipe import CheckSpec, RecipeConfig, StageSpec
from art.config.secrets import redact
from art.config.sections import ENGINE_KEYS
from art.config.signature import Parameter, signature_of


def parameters(registry_name: str, name: str) -> list[Parameter]:
    """The settings of a registered function, in order, for people.

    Raises:
        RegistryError: there is no such function.
    """
    kept = {parameter.name for parameter in ENGINE_KEYS.get(registry_name, ())}
    found = signature_of(registry_name, name).parameters
    return [parameter for key, parameter in found.items() if key not in kept]


__all__ = [
    "CheckSpec",
    "Override",
    "Parameter",
    "RecipeConfig",
    "StageSpec",
    "build",
    "complete_text",
    "load",
    "load_text",
    "parameters",
    "parse_overrides",
    "redact",
]
