"""Arrays in a NumPy file: what becomes of their types and shapes, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from art.errors import DataError, UserError
from art.registry.data.arrays import arrays


def build(**settings: Any):
    module = arrays(**settings)
    module.setup()
    return module


def saved(folder: Path, **content: np.ndarray) -> str:
    np.savez(folder / "some.npz", **content)
    return str(folder / "some.npz")


def test_texts_and_odd_numbers_become_classes_in_order(tmp_path: Path):
    inputs = np.random.RandomState(0).rand(60, 4)
    labels = np.array(["cat", "dog", "ant"] * 20)
    module = build(file=saved(tmp_path, inputs=inputs, targets=labels))
    assert module.class_names == ("ant", "cat", "dog")
    module = build(file=saved(tmp_path, inputs=inputs, targets=np.tile([-1, 1], 30)))
    assert module.class_names == ("-1", "1")
    assert set(module.train_dataloader().targets.tolist()) == {0, 1}


def test_floats_are_a_regression_and_ids_stay_integers(tmp_path: Path):
    file = saved(tmp_path, x=np.arange(80).reshape(40, 2), y=np.random.rand(40, 1))
    module = build(file=file, inputs="x", targets="y", scale="ids")
    train = module.train_dataloader()
    assert train.inputs.dtype == torch.int64 and train.targets.shape == (28,)
    assert module.kind == "regression"


@pytest.mark.parametrize(
    ("shape", "channels", "expected"),
    [
        ((20, 6, 7), "auto", (1, 6, 7)),
        ((20, 6, 7, 3), "auto", (3, 6, 7)),
        ((20, 3, 6, 7), "auto", (3, 6, 7)),
        ((20, 6, 7), "as_is", (6, 7)),
        ((20, 6, 7, 5), "last", (5, 6, 7)),
    ],
)
def test_channels_come_first(tmp_path: Path, shape, channels, expected):
    pixels = np.random.RandomState(0).randint(0, 256, shape).astype(np.uint8)
    file = saved(tmp_path, inputs=pixels, targets=np.arange(20) % 2)
    module = build(
        file=file,
        channels=channels,
        scale="unit",
        val_fraction=0.2,
        test_fraction=0.2,
    )
    inputs = module.train_dataloader().inputs
    assert tuple(inputs.shape[1:]) == expected and 0.9 < inputs.max() <= 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"input": np.zeros((4, 1)), "targets": np.zeros(4)}, "no array 'inputs'.*'input'"),
        ({"inputs": np.zeros((4, 1)), "targets": np.zeros(3)}, "one row a sample"),
        ({"inputs": np.zeros((0, 1)), "targets": np.zeros(0)}, "empty"),
        ({"inputs": np.zeros((4, 1)), "targets": np.zeros(4, complex)}, "complex128"),
        ({"inputs": np.zeros((4, 1)), "targets": np.array([{}] * 4)}, "'targets' holds Python obj"),
    ],
)
def test_arrays_that_are_no_data_set_are_refused(tmp_path: Path, content, words):
    with pytest.raises(DataError, match=words):
        build(file=saved(tmp_path, **content))


def test_files_that_are_no_arrays_are_refused(tmp_path: Path):
    (tmp_path / "text.npz").write_text("hello")
    np.save(tmp_path / "one.npy", np.zeros(3))
    for name, words in (("text.npz", "not an .npz"), ("one.npy", "one array only")):
        with pytest.raises(DataError, match=words):
            build(file=str(tmp_path / name))
    with pytest.raises(UserError, match="no such file"):
        build(file=str(tmp_path / "none.npz"))


def test_no_message_advises_to_read_a_pickle(tmp_path: Path):
    (tmp_path / "text.npz").write_text("hello")
    np.save(tmp_path / "one.npy", np.array([{}], dtype=object), allow_pickle=True)
    for name in ("text.npz", "one.npy"):
        with pytest.raises(DataError, match="reading one can run code") as caught:
            build(file=str(tmp_path / name))
        assert "allow_pickle" not in caught.value.message
        assert "numpy.savez" in caught.value.message


def test_an_array_of_objects_is_named_with_the_way_out(tmp_path: Path):
    labels = np.array(["cat", "dog"] * 20, dtype=object)
    file = saved(tmp_path, inputs=np.zeros((40, 3)), species=labels)
    with pytest.raises(DataError) as caught:
        build(file=file, targets="species")
    assert "the array 'species' holds Python objects" in caught.value.message
    assert "species.astype(str)" in caught.value.message
    module = build(file=saved(tmp_path, inputs=np.zeros((40, 3)), targets=labels.astype(str)))
    assert module.class_names == ("cat", "dog")
    texts = saved(tmp_path, inputs=labels.astype(str), targets=labels.astype(str))
    with pytest.raises(DataError, match=r"array 'inputs', are <U3; numbers are needed"):
        build(file=texts)


@pytest.mark.parametrize("dtype", ["float32", "int64", "bool"])
def test_one_hot_targets_are_told_to_take_the_argmax(tmp_path: Path, dtype):
    import art

    classes = np.arange(300) % 3
    inputs = np.random.RandomState(0).randn(300, 5).astype("float32")
    file = saved(tmp_path, inputs=inputs, targets=np.eye(3)[classes].astype(dtype))
    config = tmp_path / "c.cfg"
    config.write_text(TABULAR.format(file=file, runs=tmp_path / "runs"))
    done = art.train(config)
    (record,) = done.result.records[-1:]
    assert (done.exit_code, record.status) == (2, "refused")
    assert "targets.argmax(1)" in record.error and "one-hot" in record.error
    saved(tmp_path, inputs=inputs, targets=np.eye(3)[classes].argmax(1))
    assert art.train(config).exit_code == 0


def test_a_regression_onto_shares_is_no_one_hot(tmp_path: Path):
    import art

    shares = np.random.RandomState(0).dirichlet([1, 1, 1], 300).astype("float32")
    inputs = np.random.RandomState(1).randn(300, 5).astype("float32")
    file = saved(tmp_path, inputs=inputs, targets=shares)
    config = tmp_path / "c.cfg"
    config.write_text(TABULAR.format(file=file, runs=tmp_path / "runs"))
    error = art.train(config).result.records[0].error
    assert "targets are floats" in error and "argmax" not in error


TABULAR = """
[project]
stages = ["explore", "loss_at_init"]
[paths]
runs = "{runs}"
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "art.Arrays.v1"
file = "{file}"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
"""
