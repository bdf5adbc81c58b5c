"""State in many forms: a deque, a counter, arrays, a queue of tensors, a copy, an object."""

import collections
import copy
import random

import numpy as np
import torch
from torch.nn.functional import cross_entropy
from torchmetrics import MeanMetric, MetricCollection
from torchmetrics.classification import MulticlassAccuracy, MulticlassF1Score

import art
from benchmarks.robustness.programs._parts import CLASSES, Data, Module

art.data("keepsakes.v1")(Data)


class Tally:
    """An object of the user's own."""

    def __init__(self) -> None:
        self.best = float("inf")
        self.by_class = collections.defaultdict(list)

    def add(self, loss: float, targets) -> None:
        self.best = min(self.best, loss)
        for target in targets.tolist():
            self.by_class[target].append(round(loss, 6))


@art.models("keepsakes.v1")
class Keepsakes(Module):
    def __init__(self) -> None:
        super().__init__()
        self.recent = collections.deque(maxlen=5)
        self.counted = collections.Counter()
        self.hardness = np.ones(CLASSES)
        self.drawn = np.random.default_rng(11)
        self.dice = random.Random(12)
        self.tally = Tally()
        self.mean = MeanMetric()
        self.scores = MetricCollection([MulticlassAccuracy(CLASSES), MulticlassF1Score(CLASSES)])
        self.teacher = [copy.deepcopy(self.network).requires_grad_(False)]
        self.register_buffer("queue", torch.zeros(4, CLASSES), persistent=False)
        self.place = torch.tensor(0)

    def training_step(self, batch, batch_idx):
        inputs, targets = batch
        inputs = inputs + torch.from_numpy(self.drawn.normal(0, 0.1, inputs.shape)).float()
        outputs = self(inputs * self.dice.uniform(0.9, 1.1))
        with torch.no_grad():
            wanted = self.teacher[0](inputs).softmax(1)
        weights = torch.from_numpy(self.hardness / self.hardness.mean()).float()
        loss = cross_entropy(outputs, targets, weights) + 0.1 * cross_entropy(outputs, wanted)
        loss = loss + 0.01 * (outputs.mean(0) - self.queue.mean(0)).pow(2).sum()
        self.queue[int(self.place) % 4] = outputs.detach().mean(0)
        self.place += 1
        self.recent.append(float(loss.detach()))
        self.counted.update(targets.tolist())
        self.tally.add(self.recent[-1], targets)
        self.mean.update(loss.detach())
        self.scores.update(outputs, targets)
        self.log("recent", sum(self.recent) / len(self.recent))
        return loss

    def on_train_batch_end(self, outputs, batch, batch_idx):
        self.hardness[int(batch[1][0])] += 0.05 * len(self.recent)
        with torch.no_grad():
            own = self.network.parameters()
            for slow, fast in zip(self.teacher[0].parameters(), own, strict=True):
                slow.lerp_(fast, 0.05)

    def on_train_epoch_end(self):
        self.log("mean_metric", self.mean.compute())
        self.log_dict(self.scores.compute())
        self.mean.reset()
        self.scores.reset()
        self.log("best_so_far", self.tally.best)
        self.log("hardest", float(self.hardness.max()))
