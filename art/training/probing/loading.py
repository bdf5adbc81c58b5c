"""Notes what a model loads while it is built: state dicts, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

Weights = dict[str, Tensor]


@contextmanager
def noted_weights() -> Iterator[list[Weights]]:
    """Gives the state dicts that are read from files or loaded into modules inside, in order."""
    found: list[Weights] = []
    # the reading itself is the caller's own, with the caller's arguments
    read, load = torch.load, nn.Module.load_state_dict  # noqa: TID251

    def noted_read(*args: Any, **kwargs: Any) -> Any:
        content = read(*args, **kwargs)
        _note(found, content)
        return content

    def noted_load(module: nn.Module, state: Mapping[str, Any], *args: Any, **kwargs: Any) -> Any:
        _note(found, state)
        return load(module, state, *args, **kwargs)

    _replace(noted_read, noted_load)
    try:
        yield found
    finally:
        _replace(read, load)


def _replace(read: Callable[..., Any], load: Callable[..., Any]) -> None:
    torch.load = read  # noqa: TID251
    nn.Module.load_state_dict = load  # type: ignore[method-assign]


def _note(found: list[Weights], content: Any) -> None:
    """Keep a mapping's tensors, or those of its `state_dict` or `model`."""
    for key in ("state_dict", "model_state_dict", "model"):
        if isinstance(content, Mapping) and isinstance(content.get(key), Mapping):
            content = content[key]
    if isinstance(content, Mapping):
        tensors = {str(k): v.detach() for k, v in content.items() if isinstance(v, Tensor)}
        if tensors:
            found.append(tensors)
