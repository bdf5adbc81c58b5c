"""Single-bit flips of a checkpoint and its sidecar: the small form of `make robust-flips`."""

from benchmarks.robustness import flips


def test_no_flipped_checkpoint_is_accepted():
    figure = flips.measure(flips.SMALL)
    assert figure.holds, figure.faults
    assert figure.text.startswith(f"0 of {flips.SMALL:,} single-bit flips accepted")
