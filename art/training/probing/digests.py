"""What is kept of a tensor to see later whether another one is the same."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

LOOKED_AT = 1024
"""Numbers that are looked at before all of them are."""


@dataclass(frozen=True)
class Digest:
    """Of a tensor. Two are equal where the tensors have the same shape, kind and bits.

    Attributes:
        shape: of the tensor.
        kind: its dtype.
        sum: a checksum of its bits.
        constant: whether all of its numbers are the same, or there is but one.
        alike: whether it has several rows and all are the same.
    """

    shape: tuple[int, ...]
    kind: torch.dtype
    sum: int
    constant: bool
    alike: bool


def digest(values: Tensor) -> Digest:
    """The digest of a tensor on any device."""
    if is_lazy(values):  # it gets its shape and its values with the first batch
        return Digest((), values.dtype, -1, constant=True, alike=False)
    values = values.detach()
    shape, kind = tuple(values.shape), values.dtype
    if values.layout != torch.strided:
        values = values.to_dense()
    flat = values.cpu().contiguous().view(-1)
    total = zlib.crc32(flat.view(torch.uint8).numpy().data) if flat.numel() else 0
    alike = len(shape) > 0 and shape[0] > 1 and _all_equal(values, values[:1])
    return Digest(shape, kind, total, flat.numel() < 2 or _all_equal(flat, flat[:1]), alike)


def digests(module: nn.Module) -> dict[str, Digest]:
    """Of a module's state dict, as torch itself makes it."""
    return of_tensors(nn.Module.state_dict(module))


def of_tensors(values: Mapping[str, Any]) -> dict[str, Digest]:
    """Of those values that are tensors."""
    return {name: digest(value) for name, value in values.items() if isinstance(value, Tensor)}


def in_place_of_tensors(value: Any) -> Any:
    """A copy of dicts and lists that has digests where there were tensors."""
    if isinstance(value, Tensor):
        return digest(value)
    if isinstance(value, Mapping):
        return {key: in_place_of_tensors(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [in_place_of_tensors(item) for item in value]
    return value


def _all_equal(values: Tensor, first: Tensor) -> bool:
    few = values[:2].reshape(2, -1)[:, :LOOKED_AT] if values.ndim > 1 else values[:LOOKED_AT]
    begin = first.reshape(1, -1)[:, :LOOKED_AT] if values.ndim > 1 else first
    return bool((few == begin).all()) and bool((values == first).all())
