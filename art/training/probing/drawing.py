"""Listens to what is drawn at random in a forward pass."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

DROPOUTS = (
    "dropout",
    "dropout1d",
    "dropout2d",
    "dropout3d",
    "alpha_dropout",
    "feature_alpha_dropout",
)
"""Functions of `torch.nn.functional` that take `(input, p, training)`."""
UNIFORM = (torch.rand, torch.rand_like, Tensor.uniform_)
COMPARED = (
    torch.lt, torch.gt, torch.le, torch.ge, Tensor.lt, Tensor.gt, Tensor.le, Tensor.ge,
    Tensor.__lt__, Tensor.__gt__, Tensor.__le__, Tensor.__ge__, torch.floor, Tensor.floor,
    Tensor.floor_,
)  # fmt: skip
BERNOULLI = (torch.bernoulli, Tensor.bernoulli, Tensor.bernoulli_)
OTHERS = (
    torch.randn, torch.randn_like, torch.normal, torch.multinomial, torch.randint, torch.randperm,
    torch.randint_like, Tensor.normal_, Tensor.random_, Tensor.exponential_, torch.poisson,
    torch.nn.functional.rrelu, torch.nn.functional.gumbel_softmax,
)  # fmt: skip


class Draws(TorchFunctionMode):
    """Notes every dropout that is at work and every other random draw made inside it.

    Attributes:
        dropped: what dropped something, in words, in order and each once.
        drawn: other draws, by the name of the function.
    """

    def __init__(self) -> None:
        super().__init__()
        self.dropped: list[str] = []
        self.drawn: list[str] = []
        functional = torch.nn.functional
        self._dropouts = {getattr(functional, name): name for name in DROPOUTS}
        self._uniform: list[Tensor] = []

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Make the call, and note it where it draws."""
        kwargs = kwargs or {}
        result = func(*args, **kwargs)
        self._note(func, args, kwargs, result)
        return result

    def _note(self, func: Any, args: Any, kwargs: dict[str, Any], result: Any) -> None:
        name = getattr(func, "__name__", "")
        if func in self._dropouts:
            share, active = _settings(args, kwargs)
            if active and share > 0:
                _add(self.dropped, f"{self._dropouts[func]}(p={share:.3g}, training=True)")
        elif func is torch.nn.functional.scaled_dot_product_attention:
            share = float(kwargs.get("dropout_p", args[4] if len(args) > 4 else 0.0))
            if share > 0:
                _add(self.dropped, f"scaled_dot_product_attention(dropout_p={share:.3g})")
        elif func in UNIFORM:
            self._uniform.append(result)
            _add(self.drawn, name)
        elif func in BERNOULLI:
            mask = _is_constant(args, func)
            _add(self.dropped if mask else self.drawn, f"{name} mask" if mask else name)
        elif func in OTHERS:
            _add(self.drawn, name)
        elif func in COMPARED and any(_is_in(a, self._uniform) for a in args):
            _add(self.dropped, "a mask of uniform draws")


def _settings(args: Any, kwargs: dict[str, Any]) -> tuple[float, bool]:
    given = dict(zip(("input", "p", "training"), args, strict=False)) | kwargs
    return float(given.get("p", 0.5)), bool(given.get("training", True))


def _is_constant(args: Any, func: Any) -> bool:
    """Whether each number is drawn with the same probability: a mask, and no sample of a model's
    own probabilities."""
    if func is Tensor.bernoulli_:
        share = args[1] if len(args) > 1 else 0.5
        return not isinstance(share, Tensor) or share.numel() < 2
    if len(args) > 1:
        return True
    share = args[0]
    with torch._C.DisableTorchFunction():
        return isinstance(share, Tensor) and bool((share == share.reshape(-1)[0]).all())


def _is_in(value: Any, tensors: list[Tensor]) -> bool:
    return isinstance(value, Tensor) and any(value is tensor for tensor in tensors)


def _add(names: list[str], name: str) -> None:
    if name not in names:
        names.append(name)
