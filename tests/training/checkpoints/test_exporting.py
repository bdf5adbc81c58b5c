"""Weights as safetensors: every name, verified first, numbers alone."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file

from art.errors import PathError, UserError
from art.training.checkpoints.door import save_checkpoint
from art.training.checkpoints.exporting import export_weights


class Tied(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = torch.nn.Embedding(5, 3)
        self.head = torch.nn.Linear(3, 5)
        self.head.weight = self.embedding.weight
        self.register_buffer("turned", torch.arange(6.0).reshape(2, 3).T)


def test_tied_weights_come_back_under_every_name(tmp_path):
    model = Tied()
    state = {**model.state_dict(), "_extra_state": {"a": 1}}
    save_checkpoint({"state_dict": state}, tmp_path / "a.ckpt")
    assert export_weights(tmp_path / "a.ckpt", tmp_path / "a.safetensors") == ["_extra_state"]
    found = load_file(tmp_path / "a.safetensors")
    assert set(found) == set(model.state_dict())
    other = Tied()
    other.load_state_dict(found)
    assert all(torch.equal(other.state_dict()[name], found[name]) for name in found)
    assert all(torch.equal(model.state_dict()[name], found[name]) for name in found)


def test_a_damaged_checkpoint_is_not_exported(tmp_path):
    path = tmp_path / "a.ckpt"
    save_checkpoint({"state_dict": {"w": torch.zeros(3)}}, path)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(PathError, match="changed or damaged"):
        export_weights(path, tmp_path / "a.safetensors")
    assert not (tmp_path / "a.safetensors").exists()


def test_what_cannot_be_exported_is_said(tmp_path):
    save_checkpoint({"epoch": 1}, tmp_path / "a.ckpt")
    with pytest.raises(PathError, match="holds no weights"):
        export_weights(tmp_path / "a.ckpt", tmp_path / "a.safetensors")
    with pytest.raises(UserError, match=r"ending \.safetensors"):
        export_weights(tmp_path / "a.ckpt", tmp_path / "a.bin")
    with pytest.raises(PathError, match="no such folder"):
        export_weights(tmp_path / "a.ckpt", tmp_path / "no" / "a.safetensors")
