"""Kills inside the saving of a checkpoint: the small form of `make robust-saves`."""

from benchmarks.robustness import saves


def test_a_checkpoint_survives_kills_inside_its_saving():
    figure = saves.measure(saves.SMALL)
    assert figure.holds, figure.faults
    assert f"0 of {saves.SMALL} with TMPDIR on another file system" in figure.text
