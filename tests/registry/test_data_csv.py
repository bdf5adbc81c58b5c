"""CSV tables: typed columns, encoded by the training split alone, and faults by their line."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from art.errors import DataError, PathError
from art.registry.data.csv_table import csv_table


def build(path: Path, **settings: Any):
    module = csv_table(str(path), **{"target": "y", **settings})
    module.setup()
    return module


def table(folder: Path, rows: int = 40, header: str = "size,kind,y", row=None) -> Path:
    row = row or (lambda i: f"{i},{'abc'[i % 3]},{i * 0.5}")
    path = folder / "table.csv"
    path.write_text("\n".join([header, *(row(index) for index in range(rows))]) + "\n")
    return path


def everything(module) -> tuple[torch.Tensor, torch.Tensor]:
    parts = [module.train_dataloader(), module.val_dataloader(), module.test_dataloader()]
    return torch.cat([p.inputs for p in parts]), torch.cat([p.targets for p in parts])


def test_numbers_are_scaled_and_texts_become_columns(tmp_path: Path):
    module = build(table(tmp_path))
    assert module.feature_names == ("size", "kind=a", "kind=b", "kind=c")
    train = module.train_dataloader()
    assert train.inputs[:, 0].mean().abs() < 1e-6
    assert (train.inputs[:, 1:].sum(1) == 1).all()
    inputs, targets = everything(build(table(tmp_path), scale="none"))
    assert inputs[:, 0].equal(targets * 2)  # rows keep their targets
    assert inputs[:, 1].equal((inputs[:, 0] % 3 == 0).float())


def test_missing_numbers_become_the_training_splits_median(tmp_path: Path):
    gaps = table(tmp_path, row=lambda i: f"{'NA' if i % 5 == 0 else i},a,{i * 0.5}")
    module = build(gaps, scale="none", drop=["kind"])
    train = module.train_dataloader()
    missing = train.targets * 2 % 5 == 0
    median = float(np.median(train.inputs[~missing].numpy()))
    assert 0 < int(missing.sum()) < len(missing)
    assert train.inputs[missing].eq(median).all()
    val = module.val_dataloader()
    assert val.inputs[val.targets * 2 % 5 == 0].eq(median).all()


def test_a_category_that_the_training_split_lacks_is_all_zeros(tmp_path: Path):
    path = table(tmp_path)
    held_out = build(path).val_dataloader().targets
    unseen = {int(value * 2) for value in held_out.tolist()}
    path = table(tmp_path, row=lambda i: f"{i},{'new' if i in unseen else 'a'},{i * 0.5}")
    module = build(path)
    assert module.feature_names == ("size", "kind=a")
    assert module.val_dataloader().inputs[:, 1].eq(0).all()


def test_a_missing_category_is_one_of_its_own(tmp_path: Path):
    path = table(tmp_path, row=lambda i: f"{i},{'a' if i % 2 else ''},{i * 0.5}")
    assert build(path).feature_names == ("size", "kind=(missing)", "kind=a")


@pytest.mark.parametrize(
    ("target", "kind", "names"),
    [
        (lambda i: i % 3, "auto", ("0", "1", "2")),
        (lambda i: i % 12, "auto", tuple(str(i) for i in range(12))),  # 2 before 10
        (lambda i: "yes" if i % 2 else "no", "auto", ("no", "yes")),
        (lambda i: i * 0.5, "auto", ()),
        (lambda i: i % 3, "regression", ()),
        (lambda i: 0.5 * (i % 2), "classification", ("0.0", "0.5")),
    ],
)
def test_what_the_target_is(tmp_path: Path, target, kind, names):
    module = build(table(tmp_path, rows=120, row=lambda i: f"{i},a,{target(i)}"), kind=kind)
    assert module.class_names == names
    assert module.kind == ("classification" if names else "regression")
    assert module.train_dataloader().targets.dtype == (torch.int64 if names else torch.float32)


def test_gzip_a_byte_order_mark_quotes_and_blank_lines_are_read(tmp_path: Path):
    text = '\ufeff"size, in m"; y\n' + "\n".join(f'"{i}";{i}.5\n' for i in range(40))
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(text.encode()))
    module = build(path, delimiter=";")
    assert module.feature_names == ("size, in m",)
    assert len(everything(module)[1]) == 40


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"target": "yy"}, r"no column 'yy' \(the target\). Did you mean 'y'|Known: kind, size, y"),
        ({"drop": ["sise"]}, "no column 'sise' .in drop.* 'size'"),
        ({"target": "kind", "kind": "regression"}, "not all numbers"),
        ({"drop": ["size", "kind"]}, "no column is left"),
        ({"max_categories": 2}, "column 'kind' has 3 different texts"),
        ({"delimiter": ";"}, "one column only.*Is its delimiter ','"),
    ],
)
def test_settings_that_do_not_fit_the_file(tmp_path: Path, settings, words):
    with pytest.raises(DataError, match=words):
        build(table(tmp_path), **settings)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "an empty file"),
        (b"x,y\n", "no rows under the header"),
        (b"x,x\n1,2\n", "two columns are named 'x'"),
        (b"x,y\n1,2\n3\n", r":3: 1 values, but the header names 2"),
        (b"x,y\n1,2\n3,\n4,NaN\n", r":3: no value for the target 'y', and so in 2 of 3 rows"),
        (b"x,y\n1,a\n2,a\n", "all 2 samples are of one class"),
        (b"x,y\n\xff,1\n", "not UTF-8"),
        (b'x,y\n"1,2\n', "not a CSV file"),
        (b"x,y\n1,1.5\n2,2.5\n", "2 samples cannot fill 3 splits"),
    ],
)
def test_faulty_files_are_refused(tmp_path: Path, content: bytes, words: str):
    path = tmp_path / "bad.csv"
    path.write_bytes(content)
    with pytest.raises(DataError, match=words):
        build(path)


def test_a_class_that_is_too_small_is_named(tmp_path: Path):
    path = tmp_path / "species.csv"
    rows = ["5.1,setosa", "7.0,virginica"] * 75 + ["9.9,alien"]
    path.write_text("\n".join(["length,species", *rows]))
    with pytest.raises(DataError) as caught:
        build(path, target="species")
    assert caught.value.message.startswith('class "alien" has 1 of 151 samples, but 3 splits need')
    path.write_text("length,species\n1,alien\n2,alien\n3,alien\n")
    with pytest.raises(DataError, match='all 3 samples are of one class, class "alien"'):
        build(path, target="species")


def test_files_that_are_not_there_or_not_whole(tmp_path: Path):
    with pytest.raises(PathError, match="no such file"):
        build(tmp_path / "none.csv")
    (tmp_path / "iris.csv").write_text("x,y\n1,2\n")
    with pytest.raises(PathError, match=r"no such file\. Did you mean '.*/iris\.csv'"):
        build(tmp_path / "irsi.csv")
    with pytest.raises(PathError, match="a folder"):
        build(tmp_path)
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(b"x,y\n" + b"1,2\n" * 1000)[:-9])
    with pytest.raises(DataError, match="gzip"):
        build(cut)
