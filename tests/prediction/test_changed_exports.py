"""An export whose model.json was changed, by damage or by someone: one line, never a traceback."""

from __future__ import annotations

import json
import shutil
from copy import deepcopy

import numpy as np
import pytest

import art
from art.errors import ArtError, ConfigError, ModelError, PathError
from art.prediction.exporting.folder import export_model

ODD = (None, True, -1, 1e308, "x", [], {}, ["a"], {"a": 1}, [1, [2]], 10**30, [None])
"""Values of every type that JSON has, and numbers that no machine can count to."""
GONE = object()


@pytest.fixture(scope="module")
def kinds_export(pet_kinds, tmp_path_factory):
    return art.export(pet_kinds, tmp_path_factory.mktemp("kinds") / "model", onnx=False).path


@pytest.fixture(scope="module")
def digits_export(digits, tmp_path_factory):
    return art.export(digits, tmp_path_factory.mktemp("digits") / "model", onnx=False).path


@pytest.fixture(scope="module")
def questions_export(questions, tmp_path_factory):
    return art.export(questions, tmp_path_factory.mktemp("questions") / "model", onnx=False).path


@pytest.fixture
def changed(tmp_path):
    """Copies an export and puts a value in at a path; returns the folder."""

    def change(export, path, value):
        folder = tmp_path / "changed"
        if not folder.exists():
            shutil.copytree(export, folder)
        facts = json.loads((export / "model.json").read_text())
        around = facts
        for key in path[:-1]:
            around = around[key]
        if value is GONE:
            del around[path[-1]]
        else:
            around[path[-1]] = value
        (folder / "model.json").write_text(json.dumps(facts))
        return folder

    return change


def paths(values, path=()):
    """Where something stands: of a list its first item alone, of a dict its first twenty keys."""
    if path:
        yield path
    if isinstance(values, dict):
        for key in list(values)[:20]:
            yield from paths(values[key], (*path, key))
    elif isinstance(values, list) and values:
        yield from paths(values[0], (*path, 0))


def used(folder, rows, out):
    """Load a model, predict, and export it again; nothing but ART's own errors may come of it."""
    model = art.load_model(folder)
    model.predict(deepcopy(rows))
    export_model(model, out, onnx=False)


ROWS = {
    "kinds_export": [{"age": 3, "weight": 4.0, "city": "Sopot", "fur": "long"}] * 2,
    "digits_export": np.ones((2, 8, 8)),
    "questions_export": ["where is my card", "why"],
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", list(ROWS))
def test_whatever_is_changed_only_errors_of_art_come_of_it(name, request, changed, tmp_path):
    export = request.getfixturevalue(name)
    facts = json.loads((export / "model.json").read_text())
    used(export, ROWS[name], tmp_path / "again")
    failed, refused = [], 0
    for path in paths(facts):
        for value in (*ODD, GONE):
            try:
                used(changed(export, path, value), ROWS[name], tmp_path / "again")
            except ArtError as error:
                refused += 1
                assert str(error)
            except Exception as error:
                failed.append((path, value, repr(error)[:200]))
    assert not failed, failed
    assert refused > 200


@pytest.mark.parametrize(
    ("path", "value", "kind", "words"),
    [
        (("scores",), 5, PathError, "'scores' in 'the description' cannot be 5: an object whose"),
        (("blocks",), {}, PathError, "'blocks' lacks 'model'"),
        (("blocks", "task"), True, PathError, "'blocks' in"),
        (("blocks", "model", "@models"), "a\nb", PathError, "registered function is expected"),
        (("attributes",), [1], PathError, "'attributes' in 'the description' cannot be [1]"),
        (("data", "input_shape"), None, PathError, "'input_shape' in 'data' cannot be None"),
        (("data", "output_size"), -1, PathError, "a shape or a count below 0"),
        (("data", "output_size"), 2.0, PathError, "'output_size' in 'data' cannot be 2.0"),
        (("data", "class_names"), [1], PathError, "a list whose items are each text"),
        (("data", "class_names"), GONE, None, ""),
        (("data", "input_shape"), GONE, PathError, "'data' lacks 'input_shape'"),
        (("blocks", "model", "channels"), "x", ConfigError, "channels"),
        (("blocks", "model", "channels"), [10**18], ModelError, "cannot be built"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_expected(
    digits_export, changed, path, value, kind, words
):
    folder = changed(digits_export, path, value)
    if kind is None:  # it has a default
        art.load_model(folder)
        return
    with pytest.raises(kind) as error:
        art.load_model(folder)
    assert words in str(error.value) and "\n" not in str(error.value)
    if kind is PathError:
        assert str(error.value).startswith(f"{folder / 'model.json'}: ")


@pytest.mark.parametrize("value", ["x", [], {}, 0.0, float("nan"), [[1.0], [2.0]]])
def test_a_scale_that_does_not_fit_the_inputs_is_one_line(digits_export, changed, value):
    folder = changed(digits_export, ("data", "reader", "divide"), value)
    with pytest.raises(art.UserError, match="'divide', which scales the inputs, cannot be"):
        art.load_model(folder).predict(np.ones((2, 8, 8)))


@pytest.mark.parametrize("name", ["{there}/evil", "../evil", "-x", "a\nb", "", "x" * 300])
def test_the_name_of_a_hostile_export_leads_nowhere(
    digits_export, changed, tmp_path, art_command, name
):
    there = tmp_path / "victim"
    there.mkdir()
    folder = changed(digits_export, ("project",), name.format(there=there))
    done = art_command("export", folder, "--no-onnx")
    assert done.returncode == 2 and "'project' cannot be" in done.stderr, done.stderr
    assert done.stderr.count("\n") == 1 and not list(there.iterdir())
