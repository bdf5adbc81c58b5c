"""A user's own LightningModule and LightningDataModule: predicted, exported, loaded."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest
import torch

import art
from art.prediction.finding import find_model

CODE = '''
import pytorch_lightning as pl
import torch
from sklearn.datasets import load_wine
from torch.utils.data import DataLoader, TensorDataset, random_split

import art


@art.data("winery.v1")
class WineData(pl.LightningDataModule):
    def setup(self, stage=None):
        inputs, targets = load_wine(return_X_y=True)
        inputs = (inputs - inputs.mean(0)) / inputs.std(0)
        wine = TensorDataset(torch.tensor(inputs).float(), torch.tensor(targets))
        self.parts = random_split(wine, [118, 30, 30], torch.Generator().manual_seed(0))
        self.rows = torch.tensor(inputs[:7]).float()

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=16, shuffle=True)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=8)

    def predict_dataloader(self):
        return DataLoader(self.rows, batch_size=4)


@art.models("winery.v1")
class WineNet(pl.LightningModule):
    def __init__(self, width: int = 8):
        super().__init__()
        self.save_hyperparameters()
        self.net = torch.nn.Sequential(
            torch.nn.Linear(13, width), torch.nn.ReLU(), torch.nn.Linear(width, 3)
        )
        self.seen = 0

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, index):
        self.seen += 1
        return torch.nn.functional.cross_entropy(self(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)

    def on_save_checkpoint(self, checkpoint):
        checkpoint["seen"] = self.seen

    def on_load_checkpoint(self, checkpoint):
        self.seen = checkpoint["seen"]


@art.models("winery_steps.v1")
class Stepping(WineNet):
    def predict_step(self, batch, index):
        x, y = batch
        return self(x).softmax(1)


@art.models("winery_amounts.v1")
class Amounts(pl.LightningModule):
    """Scales its targets itself; its predict_step unpacks a pair."""

    def __init__(self, data_info):
        super().__init__()
        self.mean, self.std = data_info.target_mean[0], data_info.target_std[0]
        self.net = torch.nn.Linear(data_info.input_size, 1)

    def forward(self, x):
        return self.net(x).squeeze(1)

    def training_step(self, batch, index):
        x, y = batch
        return torch.nn.functional.mse_loss(self(x), (y - self.mean) / self.std)

    def predict_step(self, batch, index):
        x, y = batch
        return self(x)

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.05)
'''


@pytest.fixture(scope="module")
def winery(tmp_path_factory):
    """Trains one of the modules; returns the runs folder of its project and the module of code."""
    folder = tmp_path_factory.mktemp("winery")
    (folder / "winery.py").write_text(CODE)
    sys.path.append(str(folder))
    made = importlib.import_module("winery")

    def train(model, data='@data = "winery.v1"', settings=""):
        name = model.partition(".")[0]
        (folder / f"{name}.cfg").write_text(
            f'[project]\nname = "{name}"\nstages = ["overfit"]\n[paths]\nruns = "{folder}/runs"\n'
            f'[data]\n{data}\n[model]\n@models = "{model}"\n{settings}\n'
            "[training]\nmax_epochs = 3\n"
        )
        assert art.train(folder / f"{name}.cfg").exit_code in (0, 1)
        return folder / "runs" / name

    yield train, made
    sys.path.remove(str(folder))


def test_its_own_loaders_are_predicted(winery):
    train, made = winery
    run = train("winery.v1", settings="width = 16")
    weights = torch.load(find_model(run).checkpoint, weights_only=True)["state_dict"]
    net = made.WineNet(16)
    net.load_state_dict(weights)
    data = made.WineData()
    data.setup()
    for split, rows in (
        ("test", torch.stack([x for x, _ in data.parts[2]])),
        ("predict", data.rows),
    ):
        found = art.predict(run, split)
        with torch.no_grad():
            wanted = net(rows).softmax(1).numpy()
        assert found.kind == "probabilities" and np.abs(found.values - wanted).max() <= 1e-6
    assert art.predict(run, "test").targets is not None
    assert art.predict(run, "predict").targets is None


def test_lightning_loads_what_art_saved(winery):
    train, made = winery
    run = train("winery.v1", settings="width = 16")
    module = made.WineNet.load_from_checkpoint(find_model(run).checkpoint)
    assert module.hparams.width == 16 and module.seen > 0
    rows = torch.randn(5, 13)
    trained = art.load_model(run)
    assert torch.equal(module.eval()(rows), trained(rows)) and not trained.module.training


def test_a_file_is_refused_in_one_line_and_a_step_that_does_not_fit_is_named(winery, tmp_path):
    train, _ = winery
    run = train("winery_steps.v1")
    (tmp_path / "new.csv").write_text("a,b\n1,2\n")
    with pytest.raises(art.UserError, match="does not say how its inputs are made from a file"):
        art.predict(run, tmp_path / "new.csv", tmp_path / "out.csv")
    with pytest.raises(art.UserError, match="Stepping cannot predict batch 1 of this loader"):
        art.predict(run, "predict", tmp_path / "out.csv")
    assert not (tmp_path / "out.csv").exists()
    assert art.predict(run, "test").kind == "probabilities"
    with pytest.raises(art.UserError, match=r"no val_dataloader\. It has: predict, test, train"):
        art.predict(run, "val")


def test_amounts_that_a_module_scales_itself_come_in_their_units(winery, pets):
    train, made = winery
    run = train(
        "winery_amounts.v1",
        f'@data = "art.CSV.v1"\nfile = "{pets}"\ntarget = "price"\ndrop = ["id"]',
    )
    model = art.load_model(run)
    found = model.predict(pets)
    inputs = model.prepare(pets)
    module = model.module
    assert isinstance(module, made.Amounts)
    with torch.no_grad():
        wanted = (module.net(inputs).squeeze(1) * module.std + module.mean).numpy()
    assert found.kind == "amounts" and np.abs(found.values - wanted).max() <= 1e-4 * wanted.max()
    assert found.values.mean() > 1000


def test_an_export_names_its_class_and_the_class_alone_is_needed(winery, tmp_path):
    train, _ = winery
    done = art.export(train("winery.v1", settings="width = 16"), tmp_path / "out", onnx=False)
    readme = (done.path / "README.md").read_text()
    assert "from winery import WineNet\n" in readme and "module = WineNet(width=16)\n" in readme
    assert art.load_model(done.path).predict is not None
