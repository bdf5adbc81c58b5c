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
    import torch

    random.seed(seed)
    np.random.seed(seed & MAX_SEED)
    torch.manual_seed(seed)


def seed_step(seed: int, epoch: int, batch: int) -> None:
    """Seed torch for one training step: dropout and augmentation draw from here."""
    import torch

    torch.manual_seed(derive_seed(seed, "step", epoch, batch))
