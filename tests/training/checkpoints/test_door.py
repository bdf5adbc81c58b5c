"""Checkpoints: verified before they are read, never able to run code."""

import os
import pickle

import pytest
import torch

from art.errors import PathError
from art.training.checkpoints.best_weights import BestWeights
from art.training.checkpoints.door import copy_checkpoint, load_checkpoint, save_checkpoint, sidecar

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


def every_line_of_a_save(path):
    """Saves, and copies both files away at every line that the save goes through in ART."""
    import shutil
    import sys

    states = []

    def trace(frame, event, _):
        if "/art/" not in frame.f_code.co_filename:
            return None
        if event == "line":
            copy = path.parent / f"state{len(states)}"
            shutil.copytree(path.parent, copy, ignore=shutil.ignore_patterns("state*"))
            states.append(copy / path.name)
        return trace

    sys.settrace(trace)
    try:
        save_checkpoint({"epoch": 2}, path)
    finally:
        sys.settrace(None)
    return states


def test_a_save_that_ends_at_any_line_leaves_the_old_one_or_the_new(tmp_path):
    path = tmp_path / "a.ckpt"
    save_checkpoint({"epoch": 1}, path)
    states = every_line_of_a_save(path)
    found = [load_checkpoint(state)["epoch"] for state in states]
    assert found == sorted(found) and set(found) == {1, 2}
    # The states in which the sidecar spoke for both: from each of them the next save goes on.
    both = [state for state in states if "before" in sidecar(state).read_text()]
    assert {load_checkpoint(state)["epoch"] for state in both} == {1, 2}
    for state in (both[0], both[-1]):
        epoch = load_checkpoint(state)["epoch"]
        again = every_line_of_a_save(state)
        assert {load_checkpoint(later)["epoch"] for later in again} <= {epoch, 2}


def test_a_checkpoint_that_is_replaced_while_it_is_read_is_read(tmp_path, monkeypatch):
    from art.training.checkpoints import door

    path = tmp_path / "a.ckpt"
    save_checkpoint({"epoch": 1}, path)
    read = []

    def replaced_after_reading(of):
        seals = real(of)
        if not read:
            read.append(1)
            monkeypatch.setattr(door, "read_seals", real)
            save_checkpoint({"epoch": 2}, path)
        return seals

    real = door.read_seals
    monkeypatch.setattr(door, "read_seals", replaced_after_reading)
    assert load_checkpoint(path)["epoch"] == 2 and read


NO_SEALS = [
    *["", "{}", "[]", "null", "{", "[" * 100_000],
    '{"sha256": "ab", "size": 3}',
    '{"sha256": 1, "size": 3}',
    f'{{"sha256": "{"0" * 64}", "size": true}}',
    f'{{"sha256": "{"0" * 64}"}}',
    f'{{"sha256": "{"0" * 64}", "size": 3, "before": [7]}}',
]


@pytest.mark.parametrize("text", NO_SEALS, ids=range(len(NO_SEALS)))
def test_a_sidecar_without_sense_is_refused(tmp_path, text):
    path = tmp_path / "a.ckpt"
    save_checkpoint(CONTENT, path)
    sidecar(path).write_text(text)
    with pytest.raises(PathError, match="cannot be trusted"):
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

    content = path.read_bytes()
    seal = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    sidecar(path).write_text(json.dumps(seal))
    with pytest.raises(PathError, match="no archive of weights"):
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
