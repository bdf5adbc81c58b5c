"""Where clean programs are gathered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from benchmarks.faults.program import Program

PLAIN: dict[str, Program] = {}
HARD: dict[str, Program] = {}
Model = TypeVar("Model", bound=Callable[..., Any])


def plain(name: str, data: Callable[[], Any], **settings: Any) -> Callable[[Model], Model]:
    """Gather a model as a plain clean program.

    Args:
        name: the program's name.
        data: makes its data module.
        settings: more of `Program`: `epochs`, `contract`, `kind`, `sections`.
    """
    return _gather(PLAIN, name, data, settings)


def hard(name: str, data: Callable[[], Any], **settings: Any) -> Callable[[Model], Model]:
    """Gather a model as a hard clean program: right, and easily taken for wrong."""
    return _gather(HARD, name, data, settings)


def _gather(
    found: dict[str, Program], name: str, data: Callable[[], Any], settings: dict[str, Any]
) -> Callable[[Model], Model]:
    def gather(model: Model) -> Model:
        if name in PLAIN or name in HARD:
            raise ValueError(f"two clean programs are called {name!r}")
        epochs = settings.pop("epochs", 20)
        found[name] = Program(f"clean_{name}", data, model, epochs, **settings)
        return model

    return gather
