"""Text -> layers -> located, validated, filled, resolved. The only place that knows confection.

Names are loaded when they are first used: a run with nothing to do only peeks at its config.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from art.config.checking.code_files import code_names as code_names
    from art.config.checking.usage import PLACES as PLACES
    from art.config.functions.assemble import build as build
    from art.config.functions.settings import settings_of as settings_of
    from art.config.functions.signature import Parameter as Parameter
    from art.config.layering.origins import origin_texts as origin_texts
    from art.config.layering.overrides import Override as Override
    from art.config.layering.overrides import parse_overrides as parse_overrides
    from art.config.listing import Part as Part
    from art.config.listing import listed as listed
    from art.config.listing import parameters as parameters
    from art.config.loading import load as load
    from art.config.loading import load_text as load_text
    from art.config.names import STAGES as STAGES
    from art.config.peeking import Peek as Peek
    from art.config.peeking import peek as peek
    from art.config.recipe import RecipeConfig as RecipeConfig
    from art.config.specs import CheckSpec as CheckSpec
    from art.config.specs import StageSpec as StageSpec
    from art.config.writing.complete import complete_text as complete_text

_PLACES = {
    "checking.code_files": ("code_names",),
    "checking.usage": ("PLACES",),
    "functions.assemble": ("build",),
    "functions.settings": ("settings_of",),
    "functions.signature": ("Parameter",),
    "layering.origins": ("origin_texts",),
    "layering.overrides": ("Override", "parse_overrides"),
    "listing": ("Part", "listed", "parameters"),
    "loading": ("load", "load_text"),
    "names": ("STAGES",),
    "peeking": ("Peek", "peek"),
    "recipe": ("RecipeConfig",),
    "specs": ("CheckSpec", "StageSpec"),
    "writing.complete": ("complete_text",),
}
_PLACE_OF = {name: place for place, names in _PLACES.items() for name in names}

__all__ = sorted(_PLACE_OF)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    place = _PLACE_OF.get(name)
    if place is None:
        raise AttributeError(f"module 'art.config' has no attribute '{name}'")
    value = getattr(import_module(f"art.config.{place}"), name)
    globals()[name] = value
    return value
