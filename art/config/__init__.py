"""Text -> layers -> located, validated, filled, resolved. The only place that knows confection."""

from __future__ import annotations

from art.config.checking.code_files import code_names
from art.config.checking.usage import PLACES
from art.config.functions.assemble import build
from art.config.functions.settings import settings_of
from art.config.functions.signature import Parameter
from art.config.layering.origins import origin_texts
from art.config.layering.overrides import Override, parse_overrides
from art.config.listing import Part, listed, parameters
from art.config.load import load, load_text
from art.config.peek import Peek, peek
from art.config.reading.secrets import redact
from art.config.recipe import CheckSpec, RecipeConfig, StageSpec
from art.config.sections import STAGES
from art.config.writing.complete import complete_text

__all__ = [
    "PLACES",
    "STAGES",
    "CheckSpec",
    "Override",
    "Parameter",
    "Part",
    "Peek",
    "RecipeConfig",
    "StageSpec",
    "build",
    "code_names",
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
