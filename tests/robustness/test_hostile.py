"""Nothing of a hostile checkpoint or config runs."""

from benchmarks.robustness import hostile


def test_hostile_checkpoints_and_configs_end_in_one_message():
    figure = hostile.measure(hostile.SMALL)
    assert figure.holds, figure
