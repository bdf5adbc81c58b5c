"""`art apply` after a real run."""

from __future__ import annotations

import pytest

import art


@pytest.mark.slow
def test_what_regularize_found_goes_into_the_config_and_stays_up_to_date(
    small, tmp_path, art_command
):
    config = small(
        '[stages.regularize]\n@stages = "art.Regularize.v1"\n'
        'attempts = [{"model.dropout": 0.3, "optimizer.weight_decay": 0.1}]\n',
        stages='["overfit", "regularize"]',
    )
    before = config.read_text()
    art.train(config)
    found = art.report(tmp_path / "runs", "small").stages[1]
    done = art_command("apply", tmp_path / "runs" / "small" / "02-regularize", config, "--yes")
    if not found.settings:
        assert done.returncode == 2 and "found no settings" in done.stderr
        pytest.fail(f"the run is no use to this test: {found}")
    assert done.returncode == 0, done.stderr
    assert "+dropout = 0.3" in done.stderr and "wrote" in done.stderr
    after = config.read_text()
    assert "dropout = 0.3" in after and "weight_decay = 0.1" in after
    assert all(line in after for line in before.splitlines())
    assert art.validate(config) == []


def test_without_a_record_it_is_said_in_a_line(small, tmp_path, art_command):
    done = art_command("apply", tmp_path, small(), "--yes")
    assert done.returncode == 2 and "no record here" in done.stderr
    assert done.stderr.count("\n") == 1
