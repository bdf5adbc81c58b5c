"""Every draw is a function of the seed and of where training is."""

import torch

from art.training.seeding import derive_seed, seed_all, seed_step


def test_a_derived_seed_is_stable_and_depends_on_every_key():
    assert derive_seed(0, "model") == derive_seed(0, "model")
    seeds = {derive_seed(a, b, c) for a in range(4) for b in ("model", "data") for c in range(4)}
    assert len(seeds) == 32
    assert derive_seed(1, "2") == derive_seed("1", 2)  # keys are texts
    assert derive_seed("12", "3") != derive_seed("1", "23")  # and do not run together
    assert all(0 <= seed < 2**32 for seed in seeds)


def test_a_step_draws_the_same_whatever_was_drawn_before():
    seed_step(0, 2, 5)
    expected = torch.rand(3)
    seed_all(123)
    torch.rand(1000)
    seed_step(0, 2, 5)
    assert torch.equal(torch.rand(3), expected)
    seed_step(0, 2, 6)
    assert not torch.equal(torch.rand(3), expected)
