"""Torch's main optimizers; the fused form, one kernel for all parameters, where there is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

from annotated_types import Ge, Gt, Lt

from art.registries import optimizers

if TYPE_CHECKING:
    from torch.optim import Optimizer

Rate = Annotated[float, Gt(0)]
Decay = Annotated[float, Ge(0)]
Beta = Annotated[float, Ge(0), Lt(1)]


@optimizers("torch.Adam.v1")
def adam(
    params: Iterable[Any],
    lr: Rate = 0.001,
    betas: tuple[Beta, Beta] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: Decay = 0.0,
) -> Optimizer:
    """Adam (Kingma and Ba 2015). Weight decay is added to the gradient; see AdamW."""
    from torch.optim import Adam

    return Adam(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, fused=True)


@optimizers("torch.AdamW.v1")
def adamw(
    params: Iterable[Any],
    lr: Rate = 0.001,
    betas: tuple[Beta, Beta] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: Decay = 0.01,
) -> Optimizer:
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019)."""
    from torch.optim import AdamW

    return AdamW(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, fused=True)


@optimizers("torch.SGD.v1")
def sgd(
    params: Iterable[Any],
    lr: Rate = 0.01,
    momentum: Beta = 0.9,
    weight_decay: Decay = 0.0,
    nesterov: bool = False,
) -> Optimizer:
    """Stochastic gradient descent with momentum."""
    from torch.optim import SGD

    return SGD(
        params, lr=lr, momentum=momentum, weight_decay=weight_decay, nesterov=nesterov, fused=True
    )


@optimizers("torch.RMSprop.v1")
def rmsprop(
    params: Iterable[Any],
    lr: Rate = 0.001,
    alpha: Beta = 0.99,
    eps: float = 1e-8,
    weight_decay: Decay = 0.0,
    momentum: Beta = 0.0,
) -> Optimizer:
    """RMSprop: the gradient over a running mean of its size (Hinton, lecture 6 of 2012)."""
    from torch.optim import RMSprop

    return RMSprop(
        params, lr=lr, alpha=alpha, eps=eps, weight_decay=weight_decay, momentum=momentum
    )


@optimizers("torch.Adagrad.v1")
def adagrad(
    params: Iterable[Any], lr: Rate = 0.01, eps: float = 1e-10, weight_decay: Decay = 0.0
) -> Optimizer:
    """Adagrad: the gradient over the root of its summed squares (Duchi and others 2011)."""
    from torch.optim import Adagrad

    return Adagrad(params, lr=lr, eps=eps, weight_decay=weight_decay)
