"""For the tests of training code: a program is held to be sound, in CI as well.

Names are loaded when they are first used: importing this does nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from art.testing.soundness import assert_sound as assert_sound

__all__ = ["assert_sound"]  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'art.testing' has no attribute '{name}'")
    return getattr(import_module("art.testing.soundness"), name)
