"""Eight processes on one project: the small form of `make robust-processes`."""

from benchmarks.robustness import processes


def test_eight_processes_on_one_project_lose_nothing():
    figure = processes.measure(processes.SMALL)
    assert figure.holds, figure.faults
    assert "0 lost, 0 corrupt" in figure.text
