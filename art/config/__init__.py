"""Text -> layers -> located, validated, filled, resolved. The only place that knows confection."""

from __future__ import annotations

from art.config.assemble import build
from art.config.complete import complete_text
from art.config.listing import Part, listed, parameters
from art.config.load import load, load_text
from art.config.origins import origin_texts
from art.config.overrides import Override, parse_overrides
from art.config.peek import Peek, peek
from art.config.recipe import CheckSpec, RecipeConfig, StageSpec
from art.config.secrets import redact
from art.config.settings import settings_of
from art.config.signature import Parameter
from art.config.usage import PLACES

__all__ = [
    "PLACES",
    "CheckSpec",
    "Override",
    "Parameter",
    "Part",
    "Peek",
    "RecipeConfig",
    "StageSpec",
    "build",
    "complete_text",
    "listed",
    "load",
    "load_text",
    "origin_texts",
    "parameters",
    "parse_overrides",
    "peek",
    "redact",
    "settings_of",
]
