"""Digests tell tensors apart."""

from __future__ import annotations

import torch

from art.training.probing.digests import digest, in_place_of_tensors


def test_equal_tensors_have_equal_digests_and_others_do_not():
    values = torch.randn(50, 40)
    changed = values.clone()
    changed[49, 39] += 1e-6
    assert digest(values) == digest(values.clone())
    assert digest(values.t()) == digest(values.t().contiguous())
    assert digest(values) != digest(changed)
    assert digest(values) != digest(values.reshape(40, 50))
    assert digest(torch.zeros(2)) != digest(torch.zeros(2, dtype=torch.float64))


def test_what_is_constant_and_what_has_equal_rows():
    rows = torch.arange(2000.0).repeat(3, 1)
    late = torch.ones(3, 5000)
    late[2, 4999] = 0.0
    assert (digest(rows).constant, digest(rows).alike) == (False, True)
    assert (digest(torch.ones(3, 5000)).constant, digest(late).constant) == (True, False)
    assert not digest(late).alike
    assert digest(torch.tensor(2.0)).constant
    assert digest(torch.zeros(0)).constant


def test_a_state_keeps_its_form():
    state = {"state": {0: {"step": torch.tensor(1.0), "rate": 0.1}}, "groups": [{"lr": 0.2}]}
    found = in_place_of_tensors(state)
    assert found["state"][0]["step"] == digest(torch.tensor(1.0))
    assert found["groups"] == [{"lr": 0.2}]
    assert found["state"][0]["rate"] == 0.1
