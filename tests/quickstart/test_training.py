"""A config of each task, as the page makes it, through the whole recipe."""

import pytest

from art.quickstart.options import load_options


@pytest.mark.slow
@pytest.mark.parametrize("task", [one for one in load_options()["task"].values if one != "none"])
def test_the_first_config_of_each_task_trains_to_the_last_gate(art_command, task):
    done = art_command("init", "config", "new.cfg", "--task", task)
    command = done.stderr.strip().split("Next: art ", 1)[1].split()
    trained = art_command(*command)
    assert trained.returncode == 0, trained.stdout + trained.stderr
    assert "7 of 7 passed" in art_command("report", "runs/new").stdout
