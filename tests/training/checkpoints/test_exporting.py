"""Weights as safetensors: every name, verified first, numbers alone."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load

import art
from art.errors import ModelError, PathError
from art.training.checkpoints.door import save_checkpoint
from art.training.checkpoints.exporting import as_safetensors


class Tied(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(5, 3)
        self.head = torch.nn.Linear(3, 5)
        self.head.weight = self.embedding.weight
        self.register_buffer("turned", torch.arange(6.0).reshape(2, 3).T)


def test_tied_weights_come_back_under_every_name():
    model = Tied()
    state = {**model.state_dict(), "_extra_state": {"a": 1}}
    content, left_out = as_safetensors(state)
    assert left_out == ["_extra_state"]
    found = load(content)
    assert set(found) == set(model.state_dict())
    other = Tied()
    other.load_state_dict(found)
    assert all(torch.equal(other.state_dict()[name], found[name]) for name in found)
    assert all(torch.equal(model.state_dict()[name], found[name]) for name in found)


@pytest.mark.parametrize("out", ["a.safetensors", "a"])
def test_a_damaged_checkpoint_is_not_exported(tmp_path, out):
    path = tmp_path / "a.ckpt"
    save_checkpoint({"state_dict": {"w": torch.zeros(3)}}, path)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(PathError, match="changed or damaged"):
        art.export(path, tmp_path / out)
    assert not (tmp_path / out).exists()


def test_what_cannot_be_exported_is_said(tmp_path, small):
    with pytest.raises(ModelError, match="no weights"):
        as_safetensors({"_extra_state": 1})
    save_checkpoint({"epoch": 1}, tmp_path / "a.ckpt")
    with pytest.raises(PathError, match="not a checkpoint that a stage left"):
        art.export(tmp_path / "a.ckpt", tmp_path / "a.safetensors")
    save_checkpoint({"state_dict": {"w": torch.zeros(3)}}, tmp_path / "a.ckpt")
    with pytest.raises(PathError, match="Train again"):
        art.export(tmp_path / "a.ckpt", tmp_path / "a.safetensors")
    art.train(small(stages='["overfit"]'))
    with pytest.raises(art.UserError, match=r"a file that ends in \.safetensors"):
        art.export(tmp_path / "runs", tmp_path / "a.bin")
    with pytest.raises(PathError, match="no such folder"):
        art.export(tmp_path / "runs", tmp_path / "no" / "a.safetensors")
