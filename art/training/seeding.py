"""Stateless randomness: every draw is a function of the seed and of where training is.

No generator state is kept or stored. A run that is killed and resumed draws what it would have
drawn, since each draw depends on the seed, the epoch and the batch alone.
"""

from __future__ import annotations

import hashlib

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
