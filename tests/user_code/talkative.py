"""A module that calls its logger in every way that people do, in every hook where they do it."""

import os
import signal
from pathlib import Path

import pytorch_lightning as pl
import torch
from matplotlib.figure import Figure
from sklearn.datasets import load_wine
from torch.nn.functional import cross_entropy
from torch.utils.data import DataLoader, TensorDataset, random_split

import art


@art.data("talkative.v1")
class Wine(pl.LightningDataModule):
    def setup(self, stage=None):
        x, y = load_wine(return_X_y=True)
        x = (x - x.mean(0)) / x.std(0)
        whole = TensorDataset(torch.tensor(x).float(), torch.tensor(y))
        self.parts = random_split(whole, [118, 30, 30], torch.Generator().manual_seed(0))

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=16, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=30)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=30)


class Point:
    """What MLflow's client takes in `log_batch`."""

    def __init__(self, key, value, step):
        self.key, self.value, self.step = key, value, step


@art.models("talkative.v1")
class Talkative(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.net = torch.nn.Sequential(
            torch.nn.Linear(13, 32), torch.nn.ReLU(), torch.nn.Linear(32, 3)
        )

    def forward(self, x):
        self.logger.log_metrics({"asked": 1.0}, step=0)
        return self.net(x)

    def on_fit_start(self):
        self.logger.log_hyperparams({"width": 32})
        self.logger.experiment.add_graph(self, torch.zeros(1, 13))
        self.logger.experiment.add_text("notes", "begun")
        self.logger.watch(self)

    def on_train_start(self):
        self.writer = self.logger.experiment  # kept over an interruption, or rather not
        self.writer.add_scalar("began", 1.0, 0)

    def training_step(self, batch, index):
        x, y = batch
        loss = cross_entropy(self(x), y)
        self.log("train/loss", loss)
        if "KILL_ME" in os.environ and (self.current_epoch, index) == (1, 3):
            sign = Path(os.environ["KILL_ME"])
            if not sign.exists():
                sign.touch()
                os.kill(os.getpid(), signal.SIGKILL)
        if index == 0:
            epoch = self.current_epoch
            board = self.logger.experiment
            board.add_scalar("tb/norm", self.net[0].weight.norm(), epoch)
            board.add_scalars("tb", {"a": 1.0, "b": torch.tensor(2.0)}, epoch)
            board.add_image("tb/weights", self.net[0].weight.detach()[None], epoch)
            board.add_images("tb/many", torch.rand(4, 3, 5, 6), epoch)
            board.add_histogram("tb/histogram", self.net[0].weight, epoch)
            board.add_mesh("tb/mesh", vertices=torch.rand(1, 3, 3))
            board.log({"wandb/norm": 0.5, "wandb/text": "words"}, step=epoch)
            board.log_metric(self.logger.run_id, "mlflow/norm", 0.25, step=epoch)
            board.log_batch(self.logger.run_id, metrics=[Point("mlflow/batch", 0.125, epoch)])
            board["neptune/norm"].append(0.75)
            board["neptune/set"] = 3
            board.config.update({"width": 32})
            board.define_metric("x", summary="max")
            board.flush()
        return loss

    def validation_step(self, batch, index):
        x, y = batch
        self.log("val_loss", cross_entropy(self(x), y))
        self.logger.experiment.add_image("val/input", x[None], self.global_step)

    def on_validation_end(self):
        figure = Figure()
        figure.subplots().plot([1, 2])
        self.logger.experiment.add_figure("val/figure", figure, self.current_epoch)
        place = Path(self.logger.log_dir) / f"epoch_{self.current_epoch}.txt"
        for path in (place, Path(self.trainer.log_dir) / "last.txt"):
            path.write_text("seen")
        self.logger.experiment.log_artifact(self.logger.run_id, str(place))
        assert self.trainer.logger is self.logger and self.loggers == [self.logger]
        if self.logger.version == 0:
            composed = f"{self.logger.save_dir}/{self.logger.name}/version_{self.logger.version}"
            assert composed == self.logger.log_dir
        assert Path(self.logger.root_dir).is_dir() and Path(self.trainer.default_root_dir).is_dir()

    def test_step(self, batch, index):
        x, y = batch
        loss = cross_entropy(self(x), y)
        self.log("test_loss", loss)
        self.logger.experiment.add_scalar("test/plain", loss, 0)
        self.logger.log_image("test/picture", [x[:4, :4], x[4:8, :4]])

    def predict_step(self, batch, index):
        self.log("predicted", 1.0)
        assert self.logger.name and self.trainer is not None
        return self(batch[0])

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=0.01)
