"""Checkpoints: verified before they are read, never able to run code."""

import os
import pickle

import pytest
import torch

from art.errors import PathError
from art.training.checkpoints import (
    BestWeights,
    copy_checkpoint,
    load_checkpoint,
    save_checkpoint,
    sidecar,
)

CONTENT = {"state_dict": {"weight": torch.arange(6.0).reshape(2, 3)}, "epoch": 3}


def test_round_trip(tmp_path):
    path = tmp_path / "checkpoints" / "a.ckpt"
    save_checkpoint(CONTENT, path)
    loaded = load_checkpoint(path)
    assert loaded["epoch"] == 3
    assert torch.equal(loaded["state_dict"]["weight"], CONTENT["state_dict"]["weight"])
    assert sorted(p.name for p in path.parent.iterdir()) == ["a.ckpt", "a.ckpt.sha256"]


@pytest.mark.parametrize("position", [0, 100, -1])
def test_a_flipped_bit_is_refused(tmp_path, position):
    path = tmp_path / "a.ckpt"
    save_checkpoint(CONTENT, path)
    damaged = bytearray(path.read_bytes())
    damaged[position] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(PathError, match="changed or damaged"):
        load_checkpoint(path)


def test_without_its_digest_it_is_refused(tmp_path):
    path = tmp_path / "a.ckpt"
    save_checkpoint(CONTENT, path)
    sidecar(path).unlink()
    with pytest.raises(PathError, match="cannot be trusted"):
        load_checkpoint(path)
    with pytest.raises(PathError, match="no such checkpoint"):
        load_checkpoint(tmp_path / "b.ckpt")


class Hostile:
    def __init__(self, marker):
        self.marker = marker

    def __reduce__(self):
        return (os.mkdir, (str(self.marker),))


def test_a_pickle_with_a_valid_digest_runs_nothing(tmp_path):
    marker = tmp_path / "marker"
    path = tmp_path / "a.ckpt"
    save_checkpoint(CONTENT, path)
    path.write_bytes(pickle.dumps(Hostile(marker)))
    import hashlib
    import json

    sidecar(path).write_text(json.dumps({"sha256": hashlib.sha256(path.read_bytes()).hexdigest()}))
    with pytest.raises(PathError, match="not a checkpoint of plain weights"):
        load_checkpoint(path)
    assert not marker.exists()


def test_the_best_weights_are_kept_by_direction(tmp_path):
    for higher, scores, expected in [(True, [0.1, 0.9, 0.5], 0.9), (False, [3.0, 1.0, 2.0], 1.0)]:
        best = BestWeights(tmp_path / f"{higher}.ckpt", higher_is_better=higher)
        for epoch, score in enumerate(scores):
            best.offer(score, epoch, {"state_dict": {"w": torch.tensor(score)}})
        best.offer(float("nan"), 9, {"state_dict": {"w": torch.tensor(9.0)}})
        best.flush()
        assert best.score == expected
        assert float(load_checkpoint(best.path)["state_dict"]["w"]) == pytest.approx(expected)


def test_the_best_weights_are_a_copy(tmp_path):
    weight = torch.zeros(2)
    best = BestWeights(tmp_path / "a.ckpt", higher_is_better=True)
    best.offer(1.0, 0, {"state_dict": {"w": weight}})
    weight += 5
    best.flush()
    assert load_checkpoint(best.path)["state_dict"]["w"].tolist() == [0.0, 0.0]


def test_a_copied_checkpoint_is_sealed_again(tmp_path):
    save_checkpoint(CONTENT, tmp_path / "a.ckpt")
    copy_checkpoint(tmp_path / "a.ckpt", tmp_path / "deep" / "b.ckpt")
    assert load_checkpoint(tmp_path / "deep" / "b.ckpt")["epoch"] == 3
