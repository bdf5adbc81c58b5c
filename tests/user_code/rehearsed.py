"""Programs with hooks, callbacks and schedules: sound ones, and ones with a mistake each."""

import copy

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset
from torchmetrics import MaxMetric
from torchmetrics.classification import MulticlassAccuracy, MulticlassF1Score

import art


def _tensors(loader):
    from sklearn import datasets

    x, y = getattr(datasets, loader)(return_X_y=True)
    x = torch.tensor((x - x.mean(0)) / (x.std(0) + 1e-6), dtype=torch.float32)
    order = torch.randperm(len(x), generator=torch.Generator().manual_seed(0))
    return x[order], torch.tensor(y)[order]


class Data(pl.LightningDataModule):
    source, batch_size, floats = "load_digits", 32, False

    def setup(self, stage=None):
        x, y = _tensors(self.source)
        if self.floats:
            y = y.float()
            y = (y - y.mean()) / y.std() if len(y.unique()) > 2 else y
        cut, end = int(0.7 * len(x)), int(0.85 * len(x))
        self.parts = [TensorDataset(x[a:b], y[a:b]) for a, b in ((0, cut), (cut, end), (end, None))]

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=self.batch_size)


art.data("rehearsed.Digits.v1")(Data)


@art.data("rehearsed.Sugar.v1")
class Sugar(Data):
    source, floats = "load_diabetes", True


@art.data("rehearsed.Cancer.v1")
class Cancer(Data):
    source, floats = "load_breast_cancer", True


@art.data("rehearsed.NoVal.v1")
class NoVal(Data):
    val_dataloader = pl.LightningDataModule.val_dataloader


@art.data("rehearsed.TwoVals.v1")
class TwoVals(Data):
    def val_dataloader(self):
        return [DataLoader(part, batch_size=32) for part in self.parts[1:]]


class Dicts(torch.utils.data.Dataset):
    def __init__(self, part):
        self.part = part

    def __len__(self):
        return len(self.part)

    def __getitem__(self, index):
        x, y = self.part[index]
        return {"x": x, "label": y}


@art.data("rehearsed.Dicts.v1")
class DictData(Data):
    def train_dataloader(self):
        return DataLoader(Dicts(self.parts[0]), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(Dicts(self.parts[1]), batch_size=32)


def program(name):
    """Register a program, and give it its name."""
    return art.models(f"rehearsed.{name}.v1")


@program("Sound")
class Net(pl.LightningModule):
    """A sound program: automatic optimization, torchmetrics, dropout and batch norm."""

    rate = 3e-3

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Dropout(0.2))
        self.head = nn.Linear(48, 10)
        self.val_acc = MulticlassAccuracy(10, average="micro")

    def forward(self, x):
        return self.head(self.body(x))

    def training_step(self, batch, index):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, index):
        x, y = batch
        outputs = self(x)
        self.val_acc.update(outputs, y)
        self.log("val_loss", F.cross_entropy(outputs, y))
        self.log("val_acc", self.val_acc)

    def configure_optimizers(self):
        return torch.optim.AdamW(self.parameters(), lr=self.rate)


@program("Manual")
class Manual(Net):
    """Manual optimization with two optimizers and hand-made metrics."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, index):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        for optimizer in self.optimizers():
            optimizer.zero_grad()
        self.manual_backward(loss)
        for optimizer in self.optimizers():
            optimizer.step()
        for scheduler in self.lr_schedulers():
            scheduler.step()
        self.log("train_loss", loss, on_step=True, on_epoch=True)

    def on_validation_epoch_start(self):
        self.hits = self.seen = 0

    def validation_step(self, batch, index):
        x, y = batch
        self.hits += (self(x).argmax(1) == y).sum().item()
        self.seen += len(y)

    def on_validation_epoch_end(self):
        self.log("val/accuracy", 100 * self.hits / self.seen)

    def configure_optimizers(self):
        made = [torch.optim.Adam(part.parameters(), lr=3e-3) for part in (self.body, self.head)]
        steps = self.trainer.estimated_stepping_batches
        return made, [torch.optim.lr_scheduler.CosineAnnealingLR(o, steps) for o in made]


@program("OneCycle")
class OneCycle(Net):
    """Stepped by batch, on purpose; keeps the best, and logs the best so far."""

    def __init__(self):
        super().__init__()
        self.best = MaxMetric()
        self.f1 = MulticlassF1Score(10, average="macro")

    def validation_step(self, batch, index):
        super().validation_step(batch, index)
        self.f1.update(self(batch[0]), batch[1])
        self.log("val_f1", self.f1)

    def on_validation_epoch_end(self):
        self.best(self.val_acc.compute())
        self.log("val_acc_best", self.best.compute())

    def configure_callbacks(self):
        return [
            ModelCheckpoint(monitor="val_acc", mode="max"),
            EarlyStopping(monitor="val_loss", mode="min"),
        ]

    def configure_optimizers(self):
        optimizer = super().configure_optimizers()
        steps = self.trainer.estimated_stepping_batches
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.01, total_steps=steps)
        return [optimizer], [{"scheduler": schedule, "interval": "step"}]


@program("FrozenNorm")
class FrozenNorm(Net):
    """Batch norm is frozen on purpose, as in fine-tuning."""

    def train(self, mode=True):
        super().train(mode)
        self.body[1].eval()
        return self

    def configure_optimizers(self):
        optimizer = super().configure_optimizers()
        return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 5, gamma=0.5)]


@program("OnlyNorm")
class OnlyNorm(FrozenNorm):
    """Frozen batch norm alone, with no dropout beside it."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(64, 48), nn.BatchNorm1d(48), nn.ReLU())
        for parameter in self.body[1].parameters():
            parameter.requires_grad = False


@program("TwoLoaders")
class TwoLoaders(Net):
    def validation_step(self, batch, index, dataloader_idx=0):
        x, y = batch
        self.log("val_acc", (self(x).argmax(1) == y).float().mean())


@program("Dicts")
class DictNet(Net):
    def training_step(self, batch, index):
        return super().training_step((batch["x"], batch["label"]), index)

    def validation_step(self, batch, index):
        super().validation_step((batch["x"], batch["label"]), index)


class Average(pl.Callback):
    """Validates with averaged weights."""

    def __init__(self):
        self.average, self.own = None, None

    def on_train_batch_end(self, trainer, module, *rest):
        now = {k: v.detach().clone() for k, v in module.state_dict().items()}
        if self.average is None:
            self.average = now
        for key, value in now.items():
            if value.is_floating_point():
                self.average[key].lerp_(value, 0.3)

    def on_validation_start(self, trainer, module):
        if self.average is not None:
            self.own = copy.deepcopy(module.state_dict())
            module.load_state_dict(self.average)

    def on_validation_end(self, trainer, module):
        if self.own is not None:
            module.load_state_dict(self.own)

    def state_dict(self):
        return {"average": self.average}

    def load_state_dict(self, state):
        self.average = state["average"]


@program("Averaged")
class Averaged(Net):
    def configure_callbacks(self):
        return [Average()]


@program("Regression")
class Regression(Net):
    """Amounts in a column, against targets in a row; a plateau is waited for."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 1))
        del self.body, self.head, self.val_acc

    def forward(self, x):
        return self.net(x).squeeze(1)

    def training_step(self, batch, index):
        return F.mse_loss(self(batch[0]), batch[1])

    def validation_step(self, batch, index):
        outputs, y = self(batch[0]), batch[1]
        self.log("val_rmse", F.mse_loss(outputs, y).sqrt())
        self.log("val_mae", (outputs - y).abs().mean())

    def configure_optimizers(self):
        optimizer = super().configure_optimizers()
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
        return {"optimizer": optimizer, "lr_scheduler": schedule, "monitor": "val_rmse"}


@program("Binary")
class Binary(Net):
    """One logit for two classes, a warm-up by step, and the best weights at the end."""

    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(30, 32), nn.ReLU(), nn.Dropout(0.1), nn.Linear(32, 1))
        del self.body, self.head, self.val_acc
        self.top, self.best_weights = 0.0, None

    def forward(self, x):
        return self.net(x)

    def training_step(self, batch, index):
        return F.binary_cross_entropy_with_logits(self(batch[0]).squeeze(1), batch[1])

    def on_validation_epoch_start(self):
        self.outputs, self.truth = [], []

    def validation_step(self, batch, index):
        self.outputs.append(self(batch[0]).squeeze(1))
        self.truth.append(batch[1])

    def on_validation_epoch_end(self):
        said, true = torch.cat(self.outputs) > 0, torch.cat(self.truth) > 0.5
        hits = (said & true).sum()
        self.log("val_acc", (said == true).float().mean())
        self.log("val_precision", hits / said.sum().clamp(min=1))
        self.log("val_recall", hits / true.sum())
        if (said == true).float().mean() > self.top:
            self.top = (said == true).float().mean()
            self.best_weights = copy.deepcopy(self.state_dict())

    def on_fit_end(self):
        self.load_state_dict(self.best_weights)

    def configure_optimizers(self):
        optimizer = super().configure_optimizers()
        total = self.trainer.max_epochs * len(self.trainer.datamodule.train_dataloader())

        def factor(step):
            return min((step + 1) / 20, max(0.0, 1 - step / total))

        schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, factor)
        return [optimizer], [{"scheduler": schedule, "interval": "step"}]


# Mistakes


@program("TrainModeInVal")
class TrainModeInVal(Net):
    def on_validation_epoch_start(self):
        self.train()


@program("NoEvalHook")
class NoEvalHook(Net):
    def on_validation_model_eval(self):
        pass


@program("FunctionalInVal")
class FunctionalInVal(Net):
    """Functional dropout that follows the module's own mode, which is the wrong one."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(64, 48)

    def forward(self, x):
        return self.head(F.dropout(self.body(x).relu(), 0.3, self.training))

    def on_validation_batch_start(self, *rest):
        self.train()


@program("LeftInEval")
class LeftInEval(Net):
    """Looks at itself after each epoch, and forgets to go back."""

    def on_train_epoch_end(self):
        self.eval()
        with torch.no_grad():
            self(next(iter(self.trainer.datamodule.val_dataloader()))[0])


@program("OwnEvaluation")
class OwnEvaluation(Net):
    def on_train_epoch_end(self):
        with torch.no_grad():
            self(next(iter(self.trainer.datamodule.val_dataloader()))[0])


@program("BornInEval")
class BornInEval(Net):
    def __init__(self):
        super().__init__()
        self.eval()


@program("AlwaysDropped")
class AlwaysDropped(Net):
    def forward(self, x):
        return self.head(F.dropout(self.body(x), 0.4))


@program("AlwaysMasked")
class AlwaysMasked(Net):
    def forward(self, x):
        hidden = self.body(x)
        return self.head(hidden * (torch.rand_like(hidden) > 0.3) / 0.7)


@program("Variational")
class Variational(Net):
    """Draws in eval mode, which may be meant."""

    def forward(self, x):
        hidden = self.body(x)
        return self.head(hidden + torch.randn_like(hidden))


@program("KeepsWorst")
class KeepsWorst(Net):
    def configure_callbacks(self):
        return [ModelCheckpoint(monitor="val_acc", mode="min")]


@program("StopsAtBest")
class StopsAtBest(Net):
    def configure_callbacks(self):
        return [EarlyStopping(monitor="val_acc")]


@program("PlateauTurned")
class PlateauTurned(Net):
    def configure_optimizers(self):
        optimizer = super().configure_optimizers()
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer)
        return {"optimizer": optimizer, "lr_scheduler": schedule, "monitor": "val_acc"}


@program("Unknown")
class Unknown(Net):
    """A score whose name does not say which way it goes."""

    def validation_step(self, batch, index):
        super().validation_step(batch, index)
        self.log("val_quality", 1.0)

    def configure_callbacks(self):
        return [ModelCheckpoint(monitor="val_quality", mode="min")]


# Schedules


def scheduled(name, make, interval="epoch"):
    """Register a program with that schedule."""

    class Scheduled(Net):
        def configure_optimizers(self):
            optimizer = super().configure_optimizers()
            schedule = make(optimizer, self.trainer)
            return [optimizer], [{"scheduler": schedule, "interval": interval}]

    Scheduled.__name__ = name
    return program(name)(Scheduled)


schedules = torch.optim.lr_scheduler


def steps_of(trainer):
    return trainer.estimated_stepping_batches


def warm_up(length):
    return lambda o, t: schedules.LambdaLR(o, lambda s: min(1.0, (s + 1) / length))


def warm_then_cosine(o, t):
    warm = schedules.LinearLR(o, 0.1, total_iters=20)
    rest = schedules.CosineAnnealingLR(o, steps_of(t) - 20)
    return schedules.SequentialLR(o, [warm, rest], milestones=[20])


scheduled("StepFive", lambda o, t: schedules.StepLR(o, 5))
scheduled("Exponential", lambda o, t: schedules.ExponentialLR(o, 0.9))
scheduled("CosineByEpoch", lambda o, t: schedules.CosineAnnealingLR(o, t.max_epochs))
scheduled("CosineBySteps", lambda o, t: schedules.CosineAnnealingLR(o, steps_of(t)), "step")
scheduled("Restarts", lambda o, t: schedules.CosineAnnealingWarmRestarts(o, 40), "step")
scheduled("Cyclic", lambda o, t: schedules.CyclicLR(o, 1e-4, 1e-2, 40, cycle_momentum=False),
          "step")  # fmt: skip
scheduled("Constant", lambda o, t: schedules.LambdaLR(o, lambda s: 1.0))
scheduled("WarmUp", warm_up(30), "step")
scheduled("WarmCosine", warm_then_cosine, "step")

scheduled("StepFivePerBatch", lambda o, t: schedules.StepLR(o, 5), "step")
scheduled("ExponentialPerBatch", lambda o, t: schedules.ExponentialLR(o, 0.9), "step")
scheduled("CosinePerBatch", lambda o, t: schedules.CosineAnnealingLR(o, t.max_epochs), "step")
scheduled("OneCyclePerEpoch", lambda o, t: schedules.OneCycleLR(o, 0.01, total_steps=steps_of(t)))
scheduled("WarmUpPerEpoch", warm_up(30))
scheduled("CosineCountsSteps", lambda o, t: schedules.CosineAnnealingLR(o, steps_of(t)))


class ManualSchedule(Manual):
    """Manual optimization whose schedule counts epochs."""

    def configure_optimizers(self):
        made, _ = super().configure_optimizers()
        return made, [schedules.StepLR(o, 3) for o in made]


@program("ManualPerBatch")
class ManualPerBatch(ManualSchedule):
    """Steps it with each batch."""


@program("ManualPerEpoch")
class ManualPerEpoch(ManualSchedule):
    """Steps it after each epoch, as it should."""

    def lr_schedulers(self):
        return super().lr_schedulers() if self.trainer.is_last_batch else []


@program("Unstepped")
class Unstepped(ManualSchedule):
    def lr_schedulers(self):
        return []


@program("KeptSchedule")
class KeptSchedule(Net):
    """Keeps its schedule to itself, and steps it with each batch."""

    def configure_optimizers(self):
        optimizer = super().configure_optimizers()
        self.schedule = schedules.StepLR(optimizer, 2)
        return optimizer

    def on_train_batch_end(self, *rest):
        self.schedule.step()


# Checkpoints, seeds, and the best weights


@program("PlainTensor")
class PlainTensor(Net):
    """A projection that is drawn and never saved."""

    def __init__(self):
        super().__init__()
        self.projection = torch.randn(64, 64) / 8

    def forward(self, x):
        return super().forward(x @ self.projection)


@program("RunningMean")
class RunningMean(Net):
    """Learns the mean of the inputs in an attribute."""

    def __init__(self):
        super().__init__()
        self.mean = torch.zeros(64)

    def training_step(self, batch, index):
        self.mean = 0.5 * self.mean + 0.5 * batch[0].mean(0) + 0.1
        return super().training_step(batch, index)

    def forward(self, x):
        return super().forward(x - self.mean)


@program("HeadDropped")
class HeadDropped(Net):
    strict_loading = False

    def __init__(self):
        super().__init__()
        self.strict_loading = False

    def on_save_checkpoint(self, checkpoint):
        checkpoint["state_dict"] = {
            k: v for k, v in checkpoint["state_dict"].items() if not k.startswith("head")
        }


@program("Reinitialised")
class Reinitialised(Net):
    def on_train_start(self):
        nn.init.xavier_uniform_(self.head.weight)


@program("OptimizerForgotten")
class OptimizerForgotten(Net):
    def on_load_checkpoint(self, checkpoint):
        for state in checkpoint["optimizer_states"]:
            state["state"] = {}


@program("EpochForgotten")
class EpochForgotten(Net):
    def on_load_checkpoint(self, checkpoint):
        progress = checkpoint["loops"]["fit_loop"]["epoch_progress"]
        for part in progress.values():
            part.update(dict.fromkeys(part, 0))


@program("Extras")
class Extras(Net):
    """Sound: saves more than Lightning does, and reads it back."""

    def __init__(self):
        super().__init__()
        self.count, self.mean = 0, torch.zeros(64)

    def training_step(self, batch, index):
        self.count += 1
        self.mean = 0.9 * self.mean + 0.1 * batch[0].mean(0)
        return super().training_step(batch, index)

    def forward(self, x):
        return super().forward(x - self.mean)

    def on_save_checkpoint(self, checkpoint):
        checkpoint["extras"] = {"count": self.count, "mean": self.mean, "own": {1, 2}}

    def on_load_checkpoint(self, checkpoint):
        self.count, self.mean = checkpoint["extras"]["count"], checkpoint["extras"]["mean"]


@program("Unseeded")
class Unseeded(Net):
    def training_step(self, batch, index):
        import numpy as np

        noise = np.random.default_rng().normal(size=batch[0].shape)
        return super().training_step((batch[0] + torch.tensor(noise).float(), batch[1]), index)


@program("WorstKept")
class WorstKept(Binary):
    """Keeps the weights of the worst epoch: its comparison is turned around."""

    def __init__(self):
        super().__init__()
        self.lowest = 2.0

    def on_validation_epoch_end(self):
        said, true = torch.cat(self.outputs) > 0, torch.cat(self.truth) > 0.5
        accuracy = float((said == true).float().mean())
        self.log("val_acc", accuracy)
        if accuracy < self.lowest:
            self.lowest, self.best_weights = accuracy, copy.deepcopy(self.state_dict())


# Scores


class Scored(Net):
    """Logs a score of its own making."""

    name = "val_acc"

    def validation_step(self, batch, index):
        x, y = batch
        self.log(self.name, self.score(self(x), y))


def scoring(program_name, score, name="val_acc", base=Scored):
    """Register a program that logs that score."""
    made = type(program_name, (base,), {"score": staticmethod(score), "name": name})
    return program(program_name)(made)


def hits(outputs, y):
    return (outputs.argmax(1) == y).float()


def macro(kind):
    def score(outputs, y):
        from torchmetrics.functional import classification

        return getattr(classification, f"multiclass_{kind}")(outputs, y, 10, average="macro")

    return score


scoring("Percent", lambda o, y: 100 * hits(o, y).mean())
scoring("MacroPerBatch", macro("f1_score"), "val/F1Score")
scoring("ErrorRate", lambda o, y: 1 - hits(o, y).mean(), "val_error")
scoring("BestOnly", lambda o, y: hits(o, y).mean() * 0 + 0.5, "val_acc_rare")
scoring("ArgmaxZero", lambda o, y: (o.argmax(0)[:10] == y[:10]).float().mean())
scoring("Argmin", lambda o, y: (o.argmin(1) == y).float().mean())
scoring("HitsNotDivided", lambda o, y: hits(o, y).sum())
scoring("OverAFullBatch", lambda o, y: hits(o, y).sum() / 32)
scoring("ErrorForAccuracy", lambda o, y: 1 - hits(o, y).mean())
scoring("RolledTargets", lambda o, y: hits(o, y.roll(1)).mean())
scoring("RecallForPrecision", macro("recall"), "val_precision")


@program("NotReset")
class NotReset(Net):
    """Computes its score from a metric that keeps all it has seen."""

    def validation_step(self, batch, index):
        self.val_acc.update(self(batch[0]), batch[1])

    def on_validation_epoch_end(self):
        self.log("val_acc", self.val_acc.compute())


@program("ResetByHand")
class ResetByHand(NotReset):
    def on_validation_epoch_end(self):
        super().on_validation_epoch_end()
        self.val_acc.reset()


@program("SharedMetric")
class SharedMetric(ResetByHand):
    """Training counts into the same metric."""

    def training_step(self, batch, index):
        with torch.no_grad():
            self.val_acc.update(self(batch[0]), (batch[1] + 1) % 10)
        return super().training_step(batch, index)


@program("LossesKept")
class LossesKept(Net):
    """A list of losses that is never emptied."""

    def __init__(self):
        super().__init__()
        self.kept = []

    def validation_step(self, batch, index):
        self.kept.append(F.cross_entropy(self(batch[0]), batch[1]))

    def on_validation_epoch_end(self):
        self.log("val_loss", torch.stack(self.kept).mean())


@program("LossSummed")
class LossSummed(Net):
    def validation_step(self, batch, index):
        self.log("val_loss", F.cross_entropy(self(batch[0]), batch[1], reduction="sum"))


@program("Annealed")
class Annealed(Net):
    """Sound: a loss that depends on the epoch, and a teacher that validates."""

    def __init__(self):
        super().__init__()
        self.teacher = copy.deepcopy(nn.Sequential(self.body, self.head))

    def validation_step(self, batch, index):
        outputs = self.teacher(batch[0])
        self.log("val_loss", F.cross_entropy(outputs, batch[1]) * (1 + self.current_epoch))
        self.log("val_acc", hits(outputs, batch[1]).mean())

    def on_train_batch_end(self, *rest):
        student = nn.Sequential(self.body, self.head)
        for old, new in zip(self.teacher.parameters(), student.parameters(), strict=True):
            old.data.lerp_(new.data, 0.05)

    def configure_optimizers(self):
        return torch.optim.AdamW([*self.body.parameters(), *self.head.parameters()], lr=3e-3)


@program("PrecisionSwapped")
class PrecisionSwapped(Binary):
    """Precision and recall of swapped arguments."""

    def on_validation_epoch_end(self):
        said, true = torch.cat(self.outputs) > -1.0, torch.cat(self.truth) > 0.5
        said = torch.cat(self.outputs) > 0
        right = (said & true).sum()
        self.log("val_precision", right / true.sum())
        self.best_weights = copy.deepcopy(self.state_dict())


@program("SingleColumn")
class SingleColumn(Binary):
    """Takes the argmax of one logit."""

    def on_validation_epoch_end(self):
        outputs, true = torch.cat(self.outputs)[:, None], torch.cat(self.truth)
        self.log("val_acc", (outputs.argmax(1) == true).float().mean())
        self.best_weights = copy.deepcopy(self.state_dict())


class Amounts(Regression):
    name = "val_r2"

    def validation_step(self, batch, index):
        self.log(self.name, self.score(self(batch[0]), batch[1]))
        self.log("val_rmse", F.mse_loss(self(batch[0]), batch[1]).sqrt())


def r2(outputs, y):
    return 1 - (outputs - y).square().sum() / (y - y.mean()).square().sum()


scoring("R2", r2, "val_r2", Amounts)
scoring("R2Swapped", lambda o, y: r2(y, o), "val_r2", Amounts)
scoring("NoRoot", F.mse_loss, "val/rmse", Amounts)
scoring("ScaledBack", lambda o, y: 77.0 * (o - y).abs().mean(), "val_mae", Amounts)
scoring("Crossed", lambda o, y: (o[:, None] - y).square().mean(), "val_mse", Amounts)
