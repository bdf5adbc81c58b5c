"""Room and locks are looked for before anything is trained, on real small file systems."""

from __future__ import annotations

import json
import os
import subprocess

import pytest

import art
from art.errors import StoreError


@pytest.fixture
def small_disk(tmp_path):
    """Mounts a file system of some size for the runs; skipped where that is not allowed."""
    place = tmp_path / "runs"
    place.mkdir()

    def mount(options: str):
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)], capture_output=True
        )
        if done.returncode:
            pytest.skip("mounts are not allowed here")
        return place

    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root may mount")
    yield mount
    subprocess.run(["umount", str(place)], capture_output=True, check=False)


def test_a_disk_without_room_for_records_is_refused_before_a_run_is_begun(small, small_disk):
    place = small_disk("size=2m")
    with pytest.raises(StoreError) as caught:
        art.train(small(stages='["overfit"]'))
    assert "records and figures need 4.2 MB, and 2.1 MB are free" in caught.value.message
    assert not list(place.rglob("record.json")) and not list(place.rglob("*.lock"))


def test_a_model_too_large_for_the_disk_is_refused_before_it_trains(small, small_disk):
    place = small_disk("size=8m")
    config = small(stages='["overfit"]')
    done = art.train(config, overrides=["--model.hidden=[1200]"])
    assert done.exit_code == 0
    done = art.train(config, overrides=["--model.hidden=[1000, 1000]"])
    record = json.loads(sorted(place.rglob("record.json"))[-1].read_text())
    assert done.exit_code == 2 and record["status"] == "refused"
    assert "checkpoints of this model need 29." in record["error"]
    assert len(sorted(place.rglob("metrics.csv"))[-1].read_text().splitlines()) == 1
    subprocess.run(["mount", "-o", "remount,size=64m", str(place)], check=True)
    assert art.train(config, overrides=["--model.hidden=[1000, 1000]"]).exit_code == 0


def test_a_read_only_folder_is_one_message(small, small_disk, art_command):
    place = small_disk("size=8m")
    subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
    done = art_command("train", small(stages='["overfit"]'))
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "the file system is read-only. Choose another folder" in done.stderr
