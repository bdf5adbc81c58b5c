"""Input that is not what the model was trained on: one located line, exit 2, nothing written."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import torch

import art
from art.errors import DataError
from art.prediction.finding import find_model


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))[:12]


def written(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture
def new(tmp_path, pets):
    """Writes rows of the pets' file, each changed; returns the file."""

    def write(**changes):
        rows = rows_of(pets)
        for row in rows:
            for name, value in changes.items():
                if value is None:
                    del row[name]
                else:
                    row[name] = value
        return written(tmp_path / "new.csv", rows)

    return write


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"weight": None}, "no column 'weight', which the model was trained on"),
        ({"weight": None, "Weight": "3"}, "Did you mean 'Weight'?"),
        ({"weight": None, "age": None}, "no columns 'age', 'weight'"),
        ({"weight": "heavy"}, "new.csv:2: 'heavy' in column 'weight'"),
        ({"weight": "1e999"}, "new.csv:2: '1e999' in column 'weight'"),
    ],
)
def test_a_table_that_does_not_fit_is_one_line(
    pet_kinds, new, art_command, tmp_path, changes, words
):
    done = art_command("predict", pet_kinds, new(**changes), "out.csv")
    assert done.returncode == 2 and words in done.stderr, done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / "out.csv").exists()


def test_what_can_be_read_otherwise_is_read_and_said(pet_kinds, new, pets):
    plain = art.predict(pet_kinds, new())
    assert plain.notes == (
        "'age': 2 rows without a value, read as 6.9, the training split's median.",
    )
    moved = new()
    rows = rows_of(moved)
    written(moved, [dict(reversed(row.items())) for row in rows])
    assert (art.predict(pet_kinds, moved).values == plain.values).all()

    city = art.predict(pet_kinds, new(city="Hel"))
    assert "'city': 'Hel', in 12 rows from" in city.notes[1] and "none of its 3" in city.notes[1]
    filled = art.predict(pet_kinds, new(age=""))
    assert "'age': 12 rows without a value" in filled.notes[0]
    extra = art.predict(pet_kinds, new(colour="red"))
    assert extra.notes[-1] == "'colour': not used: the model was trained without it."
    assert (extra.values == plain.values).all()


def test_a_median_stands_for_a_missing_number(pet_kinds, new):
    model = art.load_model(pet_kinds)
    median = model.data_info.reader["numbers"]["age"]["missing"]
    assert (model.predict(new(age="")).values == model.predict(new(age=str(median))).values).all()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nothing.csv", "no such file"),
        ("folder", "this is a folder"),
        ("pets.npz", "this is a .npz file, and the model takes a table"),
        ("empty.csv", "an empty file"),
        ("header.csv", "no rows under the header"),
    ],
)
def test_a_file_of_another_kind_is_one_line(pet_kinds, tmp_path, name, words):
    (tmp_path / "folder").mkdir()
    np.savez(tmp_path / "pets.npz", inputs=np.zeros(3))
    (tmp_path / "empty.csv").touch()
    (tmp_path / "header.csv").write_text("age,weight\n")
    with pytest.raises(art.UserError) as error:
        art.predict(pet_kinds, tmp_path / name, tmp_path / "out.csv")
    assert words in str(error.value) and "\n" not in str(error.value)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("out", "words"),
    [("out.txt", "one of the endings"), ("no/out.csv", "no such folder"), ("", "this is a folder")],
)
def test_a_place_that_cannot_be_written_is_said_first(pet_kinds, new, tmp_path, out, words):
    if not out:
        (tmp_path / "made.csv").mkdir()
    with pytest.raises(art.UserError, match=words):
        art.predict(pet_kinds, new(), tmp_path / (out or "made.csv"))


def picture(path, size=(96, 96), mode="L", value=7):
    from PIL import Image

    Image.new(mode, size, value).save(path)
    return path


def test_pictures(nuclei, tmp_path):
    model = art.load_model(nuclei)
    grey = model.predict(picture(tmp_path / "grey.png"))
    assert grey.values.shape == (1, 2, 96, 96) and grey.of_pixels
    same = model.predict(picture(tmp_path / "rgb.png", mode="RGB", value=(7, 7, 7)))
    assert (same.values == grey.values).all()
    for file, words in (
        (picture(tmp_path / "wide.png", (128, 96)), "128x96 pixels .* trained on 96x96"),
        (picture(tmp_path / "red.png", mode="RGB", value=(9, 7, 7)), "its channels are red, green"),
        (picture(tmp_path / "deep.png", mode="I;16"), "more than 8 bits"),
    ):
        with pytest.raises(DataError, match=words) as error:
            model.predict(file)
        assert str(file) in str(error.value)
    (tmp_path / "torn.png").write_bytes((tmp_path / "grey.png").read_bytes()[:60])
    with pytest.raises(art.UserError, match=r"torn\.png"):
        model.predict(tmp_path / "torn.png")
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match="no picture in this folder"):
        model.predict(tmp_path / "none")


def test_bytes_are_not_taken_for_scaled_values_nor_pictures_for_floats(nuclei, digits, tmp_path):
    with pytest.raises(DataError, match="trained on bytes, 0 to 255"):
        art.load_model(nuclei).predict(np.random.rand(2, 96, 96))
    with pytest.raises(DataError, match="ART cannot tell how they correspond"):
        art.load_model(digits).predict(picture(tmp_path / "digit.png", (8, 8)))


def test_arrays(digits, tmp_path):
    model = art.load_model(digits)
    with pytest.raises(DataError, match=r"shape \(3, 9, 9\), .* samples of shape \(1, 8, 8\)"):
        model.predict(np.zeros((3, 9, 9)))
    broken = np.zeros((3, 8, 8))
    broken[1, 2, 3] = np.nan
    with pytest.raises(DataError, match=r"row 2: nan at \[0, 2, 3\]"):
        model.predict(broken)
    np.savez(tmp_path / "new.npz", pictures=broken, labels=broken)
    with pytest.raises(DataError, match="no array 'images'"):
        model.predict(tmp_path / "new.npz")
    (tmp_path / "text.npz").write_text("no")
    with pytest.raises(DataError, match="not a file of plain arrays"):
        model.predict(tmp_path / "text.npz")


def test_texts(questions, tmp_path):
    model = art.load_model(questions)
    (tmp_path / "new.txt").write_text("where is my card\n\nwhy\n")
    with pytest.raises(DataError, match=r"new\.txt:2: no word"):
        model.predict(tmp_path / "new.txt")
    (tmp_path / "new.csv").write_text("texts,n\nwhere is it,1\n")
    with pytest.raises(DataError, match=r"no column 'text' .* Did you mean 'texts'"):
        model.predict(tmp_path / "new.csv")
    assert model.predict(["qqq zzz"]).notes == ("1 of 1 texts hold no word of the training split.",)


def test_parquet(pet_kinds, pets, tmp_path):
    arrow = pytest.importorskip("pyarrow")
    from pyarrow.parquet import read_table, write_table

    rows = rows_of(pets)
    table = {name: [row[name] or None for row in rows] for name in rows[0]}
    table["weight"] = [float(value) for value in table["weight"]]
    write_table(arrow.table(table), tmp_path / "new.parquet")
    found = art.predict(pet_kinds, tmp_path / "new.parquet", tmp_path / "out.parquet")
    assert (found.values == art.predict(pet_kinds, rows).values).all()
    assert read_table(tmp_path / "out.parquet").column("kind").to_pylist() == found.chosen


def test_the_script_of_an_export_reads_a_gap_as_the_model_does(pet_kinds, tmp_path, monkeypatch):
    import json

    art.export(pet_kinds, tmp_path / "model")
    readme = (tmp_path / "model" / "README.md").read_text()
    script = "".join(readme[readme.index("import csv") :].partition("for row in rows])")[:2])
    table = json.loads((tmp_path / "model" / "model.json").read_text())["data"]["reader"]
    row = dict.fromkeys(table["numbers"], "1") | dict.fromkeys(table["categories"], "x")
    (tmp_path / "model" / "new.csv").write_text(
        "\n".join(",".join(line) for line in (row, {**row, "age": "NA"}.values())) + "\n"
    )
    monkeypatch.chdir(tmp_path / "model")
    made = {"torch": torch}
    exec(script, made)  # noqa: S102 - the script that ART wrote itself
    place = list(table["numbers"]).index("age")
    of = table["numbers"]["age"]
    wanted = (of["missing"] - of["subtract"]) / of["divide"]
    assert float(made["inputs"][0, place]) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("value", ["1e41", "-1e300", "1e308"])
def test_a_number_that_is_infinite_to_the_model_is_refused(
    pet_kinds, new, art_command, tmp_path, value
):
    done = art_command("predict", pet_kinds, new(weight=value), "out.csv")
    assert done.returncode == 2 and f"new.csv:2: '{value}' in column 'weight' is" in done.stderr
    assert "32-bit" in done.stderr and "Warning" not in done.stderr
    assert not (tmp_path / "out.csv").exists()


def test_of_an_array_as_well():
    from art.core.data_info import DataInfo
    from art.registry.readers.array import ArrayReader

    reader = ArrayReader(DataInfo((2,), 1, "regression"), [2], False)
    with pytest.raises(DataError, match=r"row 2: 1e\+39 at \[1\] is too large for the model"):
        reader.rows(np.array([[1.0, 2.0], [3.0, 1e39]]))
    assert reader.rows(np.array([[1.0, 2.0]])).inputs.dtype == np.float32


def test_a_row_without_an_answer_is_told_and_has_no_class():
    from art.prediction.answers import Predictions
    from art.prediction.trained import _without_an_answer
    from art.prediction.writing import as_csv, as_records

    values = np.array([[0.9, 0.1], [np.nan, np.nan]], dtype=np.float32)
    made = Predictions("probabilities", values, ("1", "2"), ("no", "yes"))
    assert as_csv(made).splitlines()[2] == "2,,nan,nan"
    assert as_records(made)[1] == {"row": "2", "prediction": "", "p(no)": None, "p(yes)": None}
    (note,) = _without_an_answer(made)
    assert "gives NaN for 1 row, the first of them row 2" in note


def test_the_input_and_a_runs_own_files_are_never_replaced(pet_kinds, new, art_command, tmp_path):
    file = new()
    before = file.read_text()
    done = art_command("predict", pet_kinds, file, file)
    assert done.returncode == 2 and "this is the input itself" in done.stderr
    assert file.read_text() == before
    record = find_model(pet_kinds).folder / "record.json"
    kept = record.read_bytes()
    done = art_command("predict", pet_kinds, file, record)
    assert done.returncode == 2 and "what ART keeps" in done.stderr
    assert record.read_bytes() == kept


def test_a_link_in_place_of_the_result_stays_one(pet_kinds, new, art_command, tmp_path):
    (tmp_path / "kept.csv").write_text("old")
    (tmp_path / "out.csv").symlink_to("kept.csv")
    done = art_command("predict", pet_kinds, new(), "out.csv")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.csv").is_symlink()
    assert (tmp_path / "kept.csv").read_text().startswith("row,")


@pytest.mark.parametrize("overrides", [{5: 1}, ["a"]])
def test_a_checkpoint_with_other_overrides_is_refused(overrides, tmp_path):
    from art.prediction.finding import Found
    from art.prediction.restoring import checkpoint_of
    from art.training.checkpoints.door import save_checkpoint

    path = tmp_path / "best.ckpt"
    save_checkpoint({"state_dict": {}, "overrides": overrides, "art_use": "{}"}, path)
    with pytest.raises(art.errors.PathError, match="not a checkpoint that a stage left"):
        checkpoint_of(Found(path, tmp_path, None, ""))


def test_a_model_that_no_machine_can_hold_is_refused_in_a_line():
    from art.api.populating import populate
    from art.core.data_info import DataInfo
    from art.errors import ModelError
    from art.prediction.building import rebuilt

    populate()
    info = DataInfo((4,), 2, "classification")
    with pytest.raises(ModelError, match="needs more memory than this machine has"):
        rebuilt({"@models": "art.MLP.v1", "hidden": [10**12]}, "models", data_info=info)
