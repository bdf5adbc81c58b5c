"""Stateless randomness: every draw is a function of the seed and of where training is.

A run that is killed and resumed draws what it would have drawn, since each draw depends on the
seed, the epoch and the batch alone. What a user's program draws between these points, from any of
the generators, goes on from where they were.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

MAX_SEED = 2**32 - 1  # numpy's limit


def derive_seed(*keys: int | str) -> int:
    """A seed in [0, 2^32) that depends on every key and is stable over machines and versions."""
    text = "\x1f".join(str(key) for key in keys)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=4).digest(), "big")


def seed_all(seed: int) -> None:
    """Seed Python's, numpy's and torch's generators."""
    import random

    import numpy as np

    random.seed(seed)
    np.random.seed(seed & MAX_SEED)
    _seed_torch(seed)


def seed_step(seed: int, epoch: int, batch: int) -> None:
    """Seed torch for one training step: dropout and augmentation draw from here."""
    _seed_torch(derive_seed(seed, "step", epoch, batch))


def _seed_torch(seed: int) -> None:
    """As `torch.manual_seed`, which on a machine without a GPU in use formats the call stack each
    time, to say later where the seed came from: milliseconds a step."""
    import torch

    torch.default_generator.manual_seed(seed)
    if torch.cuda.is_initialized():
        torch.cuda.manual_seed_all(seed)
    if torch.backends.mps.is_available():
        torch.mps.manual_seed(seed)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Draw and seed freely inside; outside the generators go on as if nothing had been drawn."""
    import random

    import numpy as np
    import torch

    # as they come: tensors of them would take longer than all else at the start of an epoch
    python, numpy = random.getstate(), np.random.get_state(legacy=False)
    others = _torch_states(torch)
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy)
        _set_torch_states(torch, others)


def generator_states() -> dict[str, Any]:
    """The states of Python's, numpy's and torch's generators, as tensors and numbers."""
    import random

    import numpy as np
    import torch

    version, numbers, gauss = random.getstate()
    states: dict[str, Any] = {
        "python": [version, torch.tensor(numbers), gauss],
        "numpy": dict(np.random.get_state(legacy=False)),
        **_torch_states(torch),
    }
    states["numpy"]["state"] = {
        name: torch.from_numpy(value.copy()) if isinstance(value, np.ndarray) else value
        for name, value in states["numpy"]["state"].items()
    }
    return states


def set_generator_states(states: dict[str, Any]) -> None:
    """Put the generators into states that `generator_states` gave."""
    import random

    import numpy as np
    import torch

    version, numbers, gauss = states["python"]
    random.setstate((version, tuple(numbers.tolist()), gauss))
    inner = {
        name: value.numpy() if isinstance(value, torch.Tensor) else value
        for name, value in states["numpy"]["state"].items()
    }
    np.random.set_state({**states["numpy"], "state": inner})
    _set_torch_states(torch, states)


def _torch_states(torch: Any) -> dict[str, Any]:
    states: dict[str, Any] = {"torch": torch.get_rng_state()}
    if torch.cuda.is_initialized():
        states["cuda"] = torch.cuda.get_rng_state_all()
    if torch.backends.mps.is_available():
        states["mps"] = torch.mps.get_rng_state()
    return states


def _set_torch_states(torch: Any, states: dict[str, Any]) -> None:
    torch.set_rng_state(states["torch"])
    if "cuda" in states and torch.cuda.is_available():
        torch.cuda.set_rng_state_all(states["cuda"])
    if "mps" in states and torch.backends.mps.is_available():
        torch.mps.set_rng_state(states["mps"])
