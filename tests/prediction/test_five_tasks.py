"""`art predict` says what the module's own forward says in plain torch, for each of the tasks."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import torch

import art
from art.registry.data.carried import FILES


def close(found, wanted):
    """To 1e-6 of the largest value."""
    assert found.shape == wanted.shape
    return np.abs(found - wanted).max() <= 1e-6 * max(1.0, np.abs(wanted).max())


def raw_test_rows(project, file):
    """The lines of a CSV file that are the test split."""
    from art.prediction.finding import config_of, find_model
    from art.running.building import build_data
    from art.training.data_modules.splitting import split_indices

    data = build_data(config_of(find_model(project)), 0)
    with file.open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    loaded = data._read()
    chosen = split_indices(
        loaded.targets,
        {"test": data.splitting.test, "val": data.splitting.val},
        data.splitting.seed,
        stratify=bool(loaded.class_names) and loaded.targets.ndim == 1,
        names=loaded.class_names,
    )["test"]
    return [rows[index] for index in chosen.tolist()], loaded.inputs[chosen]


def written(path, rows):
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize("project", ["pet_kinds", "prices"])
def test_a_table(project, request, pets, in_plain_torch, tmp_path):
    runs = request.getfixturevalue(project)
    rows, _ = raw_test_rows(runs, pets)
    wanted = in_plain_torch(runs)
    model = art.load_model(runs)
    assert close(model.predict(written(tmp_path / "new.csv", rows)).values, wanted)
    assert close(model.predict(rows).values, wanted)
    columns = {name: [row[name] for row in rows] for name in reversed(rows[0])}
    assert close(model.predict(columns).values, wanted)
    if project == "prices":
        assert wanted.mean() > 1000 and model.target == "price"
    else:
        assert model.classes == ("cat", "dog")
        assert set(model.predict(rows).chosen) <= {"cat", "dog"}


def test_images_of_floats(digits, in_plain_torch, tmp_path):
    _, images = raw_test_rows_of(digits)
    np.savez(tmp_path / "new.npz", images=images[:, 0])
    np.save(tmp_path / "new.npy", images)
    wanted = in_plain_torch(digits)
    model = art.load_model(digits)
    for file in ("new.npz", "new.npy"):
        assert close(model.predict(tmp_path / file).values, wanted)
    assert close(model.predict(images[0]).values, wanted[:1])


def raw_test_rows_of(project):
    """Raw inputs of the test split of a data part without a file."""
    from art.prediction.finding import config_of, find_model
    from art.running.building import build_data
    from art.training.data_modules.splitting import split_indices

    data = build_data(config_of(find_model(project)), 0)
    loaded = data._read()
    if loaded.test is not None:
        return data, loaded.test[0]
    chosen = split_indices(
        loaded.targets,
        {"test": data.splitting.test, "val": data.splitting.val},
        data.splitting.seed,
        stratify=bool(loaded.class_names) and loaded.targets.ndim == 1,
        names=loaded.class_names,
    )["test"]
    return data, loaded.inputs[chosen]


def test_texts(questions, in_plain_torch, tmp_path):
    _, texts = raw_test_rows_of(questions)
    (tmp_path / "new.txt").write_text("\n".join(texts) + "\n", encoding="utf-8")
    wanted = in_plain_torch(questions)
    model = art.load_model(questions)
    for values in (tmp_path / "new.txt", FILES / "banking_test.csv", list(texts)):
        assert close(model.predict(values).values, wanted)
    assert model.predict("where is my card").values.shape == (1, 10)


def test_masks_of_pictures(nuclei, in_plain_torch, tmp_path):
    from PIL import Image

    _, images = raw_test_rows_of(nuclei)
    for number, image in enumerate(images):
        Image.fromarray(image[0]).save(tmp_path / f"{number:03}.png")
    wanted = in_plain_torch(nuclei)
    found = art.predict(nuclei, tmp_path)
    assert close(found.values, wanted) and found.names[0] == "000.png"
    art.predict(nuclei, tmp_path, tmp_path / "masks")
    mask = np.asarray(Image.open(tmp_path / "masks" / "001.png"))
    assert (mask == wanted[1].argmax(0)).all()


@pytest.mark.parametrize("project", ["pet_kinds", "prices", "digits", "questions", "nuclei"])
def test_a_split_of_the_runs_own_data(project, request, in_plain_torch):
    runs = request.getfixturevalue(project)
    found = art.predict(runs, "test")
    assert close(found.values, in_plain_torch(runs))
    assert found.targets is not None and len(found.targets) == len(found)


@pytest.mark.parametrize("project", ["pet_kinds", "prices", "digits", "questions", "nuclei"])
def test_an_export_says_the_same_in_art_and_in_onnx(project, request, in_plain_torch, tmp_path):
    onnxruntime = pytest.importorskip("onnxruntime")
    runs = request.getfixturevalue(project)
    done = art.export(runs, tmp_path / "model")
    assert {"weights.safetensors", "model.json", "README.md", "model.onnx"} == set(done.files)
    from art.prediction.finding import config_of, find_model
    from art.running.building import build_data

    inputs, _ = build_data(config_of(find_model(runs)), 0)._tensors["test"]
    wanted = in_plain_torch(runs)
    session = onnxruntime.InferenceSession(tmp_path / "model" / "model.onnx")
    found = session.run(None, {"inputs": inputs.numpy()})[0]
    assert np.abs(found - wanted).max() <= 1e-4 * max(1.0, np.abs(wanted).max())
    again = art.load_model(tmp_path / "model")
    made = again.of_inputs(inputs, tuple(map(str, range(len(inputs)))))
    assert close(made.values, wanted)
    assert not any(name.startswith("network.") for name in again.module.state_dict())
    assert torch.equal(again(inputs), art.load_model(runs)(inputs))


class Encoder(torch.nn.Module):
    """The rows of an image as the words of a sentence."""

    def __init__(self):
        super().__init__()
        layer = torch.nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.encoder = torch.nn.TransformerEncoder(layer, 1)
        self.last = torch.nn.Linear(8, 10)

    def forward(self, images):
        return self.last(self.encoder(images.squeeze(1)).mean(1))


@pytest.mark.parametrize("spoilt", [False, True])
def test_a_transformer_becomes_onnx_and_what_does_not_is_one_line(
    trained, tmp_path, capsys, monkeypatch, spoilt
):
    pytest.importorskip("onnxruntime")
    name = f"encoder_{spoilt}"
    art.models(f"{name}.v1")(Encoder)
    model = f'@models = "{name}.v1"'
    runs = trained(name, "ImageClassification", '@data = "art.Digits.v1"', model, 1)
    if spoilt:  # the fast path, for which ONNX has no word, stays on
        monkeypatch.setattr(torch.backends.mha, "set_fastpath_enabled", lambda on: None)
    capsys.readouterr()
    done = art.export(runs, tmp_path / "model")
    assert ("model.onnx" in done.files) != spoilt, done
    assert "Torch IR graph" not in capsys.readouterr().out
    assert torch.backends.mha.get_fastpath_enabled()
