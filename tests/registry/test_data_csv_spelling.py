"""CSV tables whose numbers, gaps and labels are spelt in other ways than the usual one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from art.errors import DataError
from art.registry.data._spelling import Spelling
from art.registry.data.csv_table import csv_table

ROWS = 60


def build(folder: Path, column: Any, target: Any = lambda i: "ab"[i % 2], **settings: Any):
    """A table of a column `x`, one of plain numbers and the target `y`, written and read."""
    mark = settings.get("delimiter", ";")
    lines = [f"x{mark}z{mark}y"]
    lines += [f"{column(i)}{mark}{i * 0.5}{mark}{target(i)}" for i in range(ROWS)]
    path = folder / "table.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    module = csv_table(str(path), "y", **{"delimiter": mark, "scale": "none", **settings})
    module.setup()
    return module


def column_of(module: Any, name: str) -> torch.Tensor:
    at = module.feature_names.index(name)
    parts = [module.train_dataloader(), module.val_dataloader(), module.test_dataloader()]
    return torch.cat([part.inputs[:, at] for part in parts]).sort().values


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (lambda i: f"{i},5", "table.csv:2: '0,5' in column 'x' is a number if you set [data]"),
        (lambda i: f"{i + 1},500.25", """if you set [data] thousands = ","."""),
        (lambda i: f"{i + 1},500", """if you set [data] decimal = ",", or thousands = ","."""),
        (lambda i: f"{i}.5%", "'0.5%' in column 'x' is a number with '%', and so are 59 other"),
        (lambda i: "7.5kg" if i == 9 else i, "table.csv:11: '7.5kg' in column 'x' is no number"),
        (lambda i: "-" if i in (3, 5) else i, """missing = ["", "nan", "-"]"""),
        (lambda i: "inf" if i == 3 else i, "'inf' in column 'x' is no number; 59 of 60"),
    ],
)  # fmt: skip
def test_numbers_that_are_spoilt_are_located(tmp_path: Path, column, words):
    with pytest.raises(DataError, match=r"[\s\S]") as caught:
        build(tmp_path, column)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("column", "settings", "values"),
    [
        (lambda i: f"{i},5", {"decimal": ","}, [i + 0.5 for i in range(ROWS)]),
        (lambda i: f"{i + 1},500", {"thousands": ","}, [1000 * i + 1500 for i in range(ROWS)]),
        (
            lambda i: f"1.{i:03d},25",
            {"thousands": ".", "decimal": ","},
            [1000 + i + 0.25 for i in range(ROWS)],
        ),
    ],
)
def test_the_settings_that_the_message_names_read_them(tmp_path: Path, column, settings, values):
    module = build(tmp_path, column, **settings, drop=["z"])
    assert column_of(module, "x").tolist() == values


def test_a_point_is_no_number_where_a_comma_stands_before_the_decimals(tmp_path: Path):
    with pytest.raises(DataError, match=r"'0\.0' in column 'z' is a number if you set"):
        build(tmp_path, lambda i: f"{i},5", decimal=",")


@pytest.mark.parametrize(
    "column",
    [
        lambda i: "0123"[i % 4] if i % 5 else "3+",  # codes with a text among them
        lambda i: f"{i} Main Street" if i % 2 else f"{i} Hill Road",
        lambda i: f"row {i % 7}",
    ],
)
def test_texts_with_numbers_in_them_stay_texts(tmp_path: Path, column):
    names = build(tmp_path, column).feature_names
    assert names[0] == "z" and all(name.startswith("x=") for name in names[1:])


def test_a_column_may_be_kept_as_texts(tmp_path: Path):
    names = build(tmp_path, lambda i: f"{i % 3},5", texts=["x"]).feature_names
    assert names == ("z", "x=0,5", "x=1,5", "x=2,5")


def test_a_class_called_none_can_be_declared(tmp_path: Path):
    with pytest.raises(
        DataError, match=r"'none' for the target 'y' is read as no value, and so in 20"
    ):
        build(tmp_path, lambda i: i, lambda i: ("none", "mild", "severe")[i % 3])
    module = build(tmp_path, lambda i: i, lambda i: ("none", "mild", "severe")[i % 3], missing=[""])
    assert module.class_names == ("mild", "none", "severe")


def test_one_number_is_one_class_however_it_is_written(tmp_path: Path):
    module = build(tmp_path, lambda i: i, lambda i: ("0", "1", "0.0", "1.0")[i % 4])
    assert module.class_names == ("0", "1")
    assert set(module.train_dataloader().targets.tolist()) == {0, 1}


@pytest.mark.parametrize(
    ("text", "number"),
    [("1,234", 1234.0), ("12,34", None), ("1,234.5", 1234.5), ("1_000", None), ("nan", None)],
)
def test_thousands_stand_in_groups_of_three(text, number):
    assert Spelling(thousands=",").number(text) == number
