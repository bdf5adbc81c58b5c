"""The CSV logger: whole rows, at once, that read back as the very same numbers."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from art.core.logger import RunInfo
from art.core.record import Record
from art.errors import StoreError
from art.registries import loggers
from art.registry.loggers.csv_file import CSV

RECORD = Record("p", "s", 1, "0001", None, "passed", "2026-11-23T22:10:00Z")


def run_in(folder: Path) -> RunInfo:
    return RunInfo("p", "s", "0001", None, folder, {})


def read(folder: Path) -> list[dict[str, str]]:
    with (folder / "metrics.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_it_is_registered_under_the_contracts_name():
    assert loggers.get("art.CSV.v1") is CSV


def test_rows_are_there_at_once_and_numbers_round_trip(tmp_path: Path):
    import numpy as np

    logger = CSV()
    logger.start(run_in(tmp_path))
    values = [0.1 + 0.2, 1e-300, math.inf, 12345678901234567.0, float(np.float32(0.1))]
    logger.log([(step, step / 3, "train/loss", value) for step, value in enumerate(values)])
    logger.log([(5, 1, 'val/a "quoted", name', np.float32(0.1))])
    found = read(tmp_path)  # before finish
    assert [float(row["value"]) for row in found] == [*values, values[-1]]
    assert float(found[1]["epoch"]) == 1 / 3
    assert found[5]["name"] == 'val/a "quoted", name' and found[5]["step"] == "5"
    logger.log([(6, 1.0, "train/loss", math.nan)])
    assert math.isnan(float(read(tmp_path)[6]["value"]))
    logger.finish(RECORD)


def test_a_resumed_run_goes_on_without_a_torn_row(tmp_path: Path):
    for step in (1, 2):
        logger = CSV()
        logger.start(run_in(tmp_path))
        logger.log([(step, 0.0, "train/loss", 0.5)])
        logger.finish(RECORD)
        with (tmp_path / "metrics.csv").open("a") as file:
            file.write("3,0.0,train/lo")  # killed while writing
    logger = CSV()
    logger.start(run_in(tmp_path))
    logger.log([(3, 0.0, "train/loss", 0.25)])
    logger.finish(RECORD)
    lines = (tmp_path / "metrics.csv").read_text().splitlines()
    assert lines == [
        "step,epoch,name,value",
        "1,0.0,train/loss,0.5",
        "2,0.0,train/loss,0.5",
        "3,0.0,train/loss,0.25",
    ]


def steps(folder: Path) -> list[int]:
    return [int(row["step"]) for row in read(folder)]


def test_a_rewound_run_forgets_what_it_logs_once_more(tmp_path: Path):
    logger = CSV()
    logger.start(run_in(tmp_path))
    logger.log([(step, 0.0, "train/loss", 0.5) for step in range(5)])
    logger.finish(RECORD)
    with (tmp_path / "metrics.csv").open("a") as file:
        file.write("5,0.0,train/lo")  # killed while writing
    logger = CSV()
    logger.start(run_in(tmp_path))
    logger.rewind(3)
    assert steps(tmp_path) == [0, 1, 2]
    logger.log([(7, 0.0, "train/loss", 0.25)])
    assert steps(tmp_path) == [0, 1, 2, 7]
    logger.rewind(99)  # more than are there: none is lost
    assert steps(tmp_path) == [0, 1, 2, 7]
    logger.rewind(0)
    assert (tmp_path / "metrics.csv").read_text() == "step,epoch,name,value\n"
    logger.finish(RECORD)


def test_rewinding_before_the_start_touches_nothing(tmp_path: Path):
    (tmp_path / "metrics.csv").write_text("step,epoch,name,value\n1,0.0,a,0.5\n")
    CSV().rewind(0)
    assert steps(tmp_path) == [1]


def test_a_line_break_in_a_name_makes_no_second_row(tmp_path: Path):
    logger = CSV()
    logger.start(run_in(tmp_path))
    logger.log([(1, 0.0, "val/a\r\nb", 0.5), (2, 0.0, "c", 0.5)])
    logger.rewind(1)
    assert [row["name"] for row in read(tmp_path)] == ["val/a b"]
    logger.finish(RECORD)


def test_a_folder_that_cannot_be_written_is_an_error_for_people(tmp_path: Path):
    with pytest.raises(StoreError, match=r"cannot write .*metrics.csv: its folder does not exist"):
        CSV().start(run_in(tmp_path / "nowhere"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_an_error_for_people(tmp_path: Path):
    logger = CSV()
    (tmp_path / "metrics.csv").symlink_to("/dev/full")
    with pytest.raises(StoreError, match="the disk is full"):
        logger.start(run_in(tmp_path))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_rows_go_on_when_the_disk_has_room_again(tmp_path: Path):
    logger = CSV()
    (tmp_path / "metrics.csv").symlink_to("/dev/full")
    with pytest.raises(StoreError):
        logger.start(run_in(tmp_path))
    (tmp_path / "metrics.csv").unlink()
    logger.log([(1, 0.0, "train/loss", 0.5)])
    logger.finish(RECORD)
    assert [row["value"] for row in read(tmp_path)] == ["0.5"]
