"""One small trained model a task, made once for all tests."""

from __future__ import annotations

import csv
import random

import numpy as np
import pytest

import art
from art import api

CONFIG = """
[project]
name = "{name}"
stages = ["overfit"]
[paths]
runs = "{runs}"
[task]
@tasks = "art.{task}.v1"
[data]
{data}
[model]
{model}
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.01
[training]
max_epochs = {epochs}
"""


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """Trains a config's `overfit` stage; returns the runs folder."""
    runs = tmp_path_factory.mktemp("prediction") / "runs"

    def train(name: str, task: str, data: str, model: str, epochs: int = 2):
        path = runs.parent / f"{name}.cfg"
        path.write_text(
            CONFIG.format(name=name, runs=runs, task=task, data=data, model=model, epochs=epochs)
        )
        assert art.train(path).exit_code == 0
        return runs / name

    return train


@pytest.fixture(scope="session")
def pets(tmp_path_factory):
    """A CSV file with numbers, texts, missing values of both, a whole class and an amount."""
    path = tmp_path_factory.mktemp("pets") / "pets.csv"
    draw = random.Random(0)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "age", "weight", "city", "fur", "price", "kind"])
        for number in range(240):
            kind = draw.choice(["cat", "dog"])
            weight = draw.gauss(4 if kind == "cat" else 20, 1)
            writer.writerow([
                number,
                "" if number % 9 == 0 else round(draw.uniform(0, 15), 1),
                round(weight, 3),
                draw.choice(["Gdynia", "Sopot", "Łódź"]),
                "" if number % 11 == 0 else draw.choice(["short", "long"]),
                round(1000 + 200 * weight + draw.gauss(0, 10), 2),
                kind,
            ])  # fmt: skip
    return path


@pytest.fixture(scope="session")
def pet_kinds(trained, pets):
    """A tabular classification."""
    data = f'@data = "art.CSV.v1"\nfile = "{pets}"\ntarget = "kind"\ndrop = ["id", "price"]'
    return trained("kinds", "TabularClassification", data, '@models = "art.MLP.v1"')


@pytest.fixture(scope="session")
def prices(trained, pets):
    """A tabular regression."""
    data = f'@data = "art.CSV.v1"\nfile = "{pets}"\ntarget = "price"\ndrop = ["id"]'
    return trained("prices", "TabularRegression", data, '@models = "art.MLP.v1"')


@pytest.fixture(scope="session")
def digits(trained):
    """An image classification of floats."""
    return trained(
        "digits", "ImageClassification", '@data = "art.Digits.v1"', '@models = "art.CNN.v1"'
    )


@pytest.fixture(scope="session")
def questions(trained):
    """A text classification."""
    model = '@models = "art.TextCNN.v1"\nembedding = 8\nfilters = 8'
    return trained("questions", "TextClassification", '@data = "art.Banking.v1"', model, 1)


@pytest.fixture(scope="session")
def nuclei(trained):
    """A segmentation of images of bytes."""
    model = '@models = "art.UNet.v1"\nchannels = [4, 8]'
    return trained("nuclei", "Segmentation", '@data = "art.Nuclei.v1"', model, 1)


@pytest.fixture(scope="session")
def in_plain_torch():
    """What the weights of a project say of a split, by torch alone: the module's forward on the
    tensors that the data part made in training, then softmax or the target's scale."""
    import torch

    from art.config import build
    from art.prediction.finding import config_of, find_model
    from art.running.building import build_data

    def predict(project, split: str = "test") -> np.ndarray:
        api.populate()
        found = find_model(project)
        config = config_of(found)
        data = build_data(config, 0)
        kept = torch.load(found.checkpoint, weights_only=True)["state_dict"]
        model = build(config.block("model"), data_info=art.load_model(project).data_info)
        model.load_state_dict({name.removeprefix("network."): w for name, w in kept.items()})
        model.eval()
        inputs, _ = data._tensors[split]
        _, train_targets = data._tensors["train"]
        with torch.no_grad():
            outputs = model(inputs)
        if data.kind == "regression":
            std, mean = train_targets.double().std(unbiased=False), train_targets.double().mean()
            return (outputs.squeeze(1).double() * std + mean).numpy()
        return outputs.softmax(1).numpy()

    return predict
