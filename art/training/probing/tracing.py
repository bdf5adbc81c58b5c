"""Notes what passes through a model in one call: activations, and layers in their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from art.training.namespaces import pl

FUNCTIONS: dict[Any, str] = {
    nn.functional.relu: "relu",
    torch.relu: "relu",
    Tensor.relu: "relu",
    torch.relu_: "relu",
    Tensor.relu_: "relu",
    nn.functional.relu6: "relu",
    torch.tanh: "tanh",
    Tensor.tanh: "tanh",
    torch.sigmoid: "sigmoid",
    Tensor.sigmoid: "sigmoid",
}


class Activations(TorchFunctionMode):
    """Notes the outputs of every activation that can die or saturate, by any name it is called.

    Attributes:
        outputs: (`relu`, `tanh` or `sigmoid`, outputs) of each call, in order.
    """

    def __init__(self) -> None:
        super().__init__()
        self.outputs: list[tuple[str, Tensor]] = []

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Make the call, and note what it gave."""
        result = func(*args, **(kwargs or {}))
        name = FUNCTIONS.get(func) if callable(func) else None
        if name is not None and isinstance(result, Tensor):
            with torch._C.DisableTorchFunction():
                self.outputs.append((name, result.detach().clone()))
        return result


@dataclass
class CalledLayer:
    """A linear layer or convolution as it was called.

    Attributes:
        name: of the module in the model.
        module: the layer.
        inputs: what it was given; the very tensor.
        outputs: what it gave.
    """

    name: str
    module: nn.Module
    inputs: Any
    outputs: Any


def called_layers(model: nn.Module, call: Callable[[], Any]) -> list[CalledLayer]:
    """The linear layers and convolutions that a call goes through, in order."""
    found: list[CalledLayer] = []

    def hook(name: str) -> Callable[..., None]:
        def note(module: nn.Module, given: tuple[Any, ...], outputs: Any) -> None:
            found.append(CalledLayer(name, module, given[0] if given else None, outputs))

        return note

    handles = [
        module.register_forward_hook(hook(name))
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear | nn.modules.conv._ConvNd)
    ]
    try:
        call()
    finally:
        for handle in handles:
            handle.remove()
    return found


class Silenced(pl.Callback):
    """Lets a layer give zeros in training, and notes what another one is then given.

    Args:
        silent: the name of the layer that gives zeros.
        other: the name of the layer that is listened to.

    Attributes:
        received: the other layer's inputs, call by call.
    """

    def __init__(self, silent: str, other: str) -> None:
        self.received: list[Tensor] = []
        self._names = silent, other

    def on_train_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        """Put hooks on both; the module is this run's own, so they stay."""
        modules = dict(pl_module.named_modules())
        for part in modules.values():
            if isinstance(part, nn.modules.dropout._DropoutNd):
                part.p = 0.0
        modules[self._names[0]].register_forward_hook(lambda m, given, out: torch.zeros_like(out))
        modules[self._names[1]].register_forward_pre_hook(
            lambda m, given: self.received.append(given[0].detach())
        )
