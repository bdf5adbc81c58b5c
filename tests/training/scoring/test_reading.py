"""What a module's predictions mean is told by its own loss, whatever its make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import pytorch_lightning as pl
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

from art.training.diverging import Enough
from art.training.scoring.predictions import PredictionReader, ReaderFinder

N, CLASSES = 24, 4


def numbers() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(3)
    return torch.randn(N, 8, generator=generator), torch.randint(0, CLASSES, (N,))


class Net(pl.LightningModule):
    """A linear layer; subclasses say what its loss compares."""

    outputs = CLASSES

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.net = nn.Linear(8, self.outputs)

    def forward(self, x: Tensor) -> Any:
        return self.net(x)

    def compare(self, batch: Any) -> Tensor:
        return F.cross_entropy(self(batch[0]), batch[1])

    def training_step(self, batch: Any, index: int) -> Tensor:
        loss = self.compare(batch)
        self.log("train_loss", loss)
        return loss

    def configure_optimizers(self) -> Any:
        return torch.optim.SGD(self.parameters(), lr=0.1)


def reader_for(module: pl.LightningModule, batch: Any) -> PredictionReader:
    """What is found out in the first batch of a real run."""
    finder = ReaderFinder()
    trainer = pl.Trainer(
        max_epochs=1, accelerator="cpu", logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False, callbacks=[finder],
    )  # fmt: skip
    weights = {name: value.clone() for name, value in module.state_dict().items()}
    with pytest.raises(Enough):
        trainer.fit(module, DataLoader([batch], batch_size=None, collate_fn=lambda one: one))
    module.eval()
    assert all(torch.equal(value, weights[name]) for name, value in module.state_dict().items())
    return finder.reader


def said_and_true(module: pl.LightningModule, batch: Any) -> tuple[Tensor, Tensor]:
    reader = reader_for(module, batch)
    assert not reader.passed_over
    with torch.no_grad():
        pair = reader.read(module, batch)
    assert pair is not None
    return pair


def test_logits_of_a_cross_entropy_are_scores_of_the_classes():
    x, y = numbers()
    module = Net()
    said, true = said_and_true(module, (x, y))
    assert torch.equal(said, module.net(x)) and torch.equal(true, y)


class ByHand(Net):
    """The cross-entropy is written out, so no function of torch can be heard."""

    def compare(self, batch):
        x, y = batch
        said = self(x)
        return (torch.logsumexp(said, 1) - said.gather(1, y[:, None]).squeeze(1)).mean()


class Smoothed(Net):
    """An auxiliary term is added to the loss that is heard."""

    def compare(self, batch):
        return F.cross_entropy(self(batch[0]), batch[1], label_smoothing=0.1) + 0.01 * (
            self.net.weight.square().sum()
        )


class Focal(Net):
    def compare(self, batch):
        each = F.cross_entropy(self(batch[0]), batch[1], reduction="none")
        return ((1 - (-each).exp()) ** 2 * each).mean()


class OneHot(Net):
    def compare(self, batch):
        return F.mse_loss(self(batch[0]).softmax(1), F.one_hot(batch[1], CLASSES).float())

    def predict_step(self, batch, index):
        return self(batch[0]).softmax(1)


class Moved(Net):
    """A mistake: outputs meet the targets of other samples. The score must show it, not hide."""

    def compare(self, batch):
        return F.cross_entropy(self(batch[0]), batch[1].roll(1))


@pytest.mark.parametrize("kind", [ByHand, Smoothed, Focal, OneHot, Moved])
def test_whatever_the_loss_makes_of_them_classes_are_chosen_by_the_largest(kind):
    x, y = numbers()
    module = kind()
    said, true = said_and_true(module, (x, y))
    assert torch.equal(said.argmax(1), module.net(x).argmax(1)) and torch.equal(true, y)


class Augmented(Net):
    """The step changes its inputs before it calls the network, and validates without a loss."""

    outputs = 1

    def compare(self, batch):
        noisy = batch[0] + torch.randn_like(batch[0])
        return F.binary_cross_entropy_with_logits(self(noisy).squeeze(1), batch[1].float())

    def validation_step(self, batch, index):
        right = (self(batch[0]).squeeze(1) > 0) == batch[1].bool()
        self.log("val_acc", right.float().mean())


def test_inputs_that_the_step_changes_are_predicted_as_they_are():
    x, y = numbers()
    module = Augmented()
    said, true = said_and_true(module, (x, y % 2))
    assert torch.equal(said[:, 1], module.net(x).squeeze(1)) and torch.equal(true, y % 2)


class FromOne(Net):
    def compare(self, batch):
        return F.cross_entropy(self(batch[0]), batch[1] - 1)

    def validation_step(self, batch, index):
        self.log("val_loss", self.compare(batch))


def test_labels_from_one_are_read_as_the_loss_takes_them():
    x, y = numbers()
    said, true = said_and_true(FromOne(), (x, y + 1))
    assert said.shape == (N, CLASSES) and torch.equal(true, y)


class OffByOne(Net):
    def compare(self, batch):
        return F.cross_entropy(self(batch[0]), (batch[1] + 1) % CLASSES)


def test_a_numbering_that_goes_round_is_no_encoding():
    assert reader_for(OffByOne(), numbers()).passed_over


class Chosen(Net):
    def predict_step(self, batch, index):
        return self(batch[0]).argmax(1)


def test_a_predict_step_that_chooses_classes_is_preferred():
    x, y = numbers()
    module = Chosen()
    said, _ = said_and_true(module, (x, y))
    assert torch.equal(said, module.net(x).argmax(1))


@dataclass
class Output:
    loss: Tensor
    logits: Tensor


class ByName(Net):
    """Hugging Face's way: `forward(**batch)` returns an object with the loss and the logits."""

    def forward(self, features, labels=None, **rest):
        logits = self.net(features)
        return Output(F.cross_entropy(logits, labels), logits)

    def training_step(self, batch, index):
        return self(**batch).loss


def test_logits_within_an_object_are_found():
    x, y = numbers()
    module = ByName()
    said, true = said_and_true(module, {"features": x, "labels": y, "idx": torch.arange(N)})
    assert torch.equal(said, module.net(x)) and torch.equal(true, y)


class ClassAxisLast(Net):
    def compare(self, batch):
        return F.cross_entropy(self(batch[0]).flatten(0, 1), batch[1].flatten())


def test_a_language_model_has_its_class_axis_last():
    x = torch.randn(6, 5, 8)
    y = torch.randint(0, CLASSES, (6, 5))
    module = ClassAxisLast()
    said, true = said_and_true(module, (x, y))
    assert said.shape == (6, CLASSES, 5) and torch.equal(true, y)
    assert torch.equal(said, module.net(x).movedim(-1, 1))


class NextToken(Net):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(CLASSES, 8)

    def forward(self, ids):
        return self.net(self.embedding(ids))

    def training_step(self, batch, index):
        said = self(batch)[:, :-1]
        return F.cross_entropy(said.flatten(0, 1), batch[:, 1:].flatten())

    validation_step = training_step


def test_the_next_token_is_a_target():
    ids = torch.randint(0, CLASSES, (6, 5))
    said, true = said_and_true(NextToken(), ids)
    assert said.shape == (24, CLASSES) and torch.equal(true, ids[:, 1:].flatten())


class OneLogit(Net):
    outputs = 1

    def compare(self, batch):
        return F.binary_cross_entropy_with_logits(self(batch[0]).squeeze(1), batch[1].float())


def test_one_logit_says_yes_or_no():
    x, y = numbers()
    module = OneLogit()
    said, true = said_and_true(module, (x, y % 2))
    assert torch.equal(said.argmax(1), (module.net(x).squeeze(1) > 0).long())
    assert torch.equal(true, y % 2)


class Mask(Net):
    def __init__(self):
        super().__init__()
        self.net = nn.Conv2d(3, 1, 3, padding=1)

    def compare(self, batch):
        return F.binary_cross_entropy(self(batch["image"]).sigmoid(), batch["mask"])


def test_a_float_mask_of_one_channel_has_two_classes():
    image, mask = torch.randn(4, 3, 6, 6), (torch.rand(4, 1, 6, 6) > 0.5).float()
    module = Mask()
    said, true = said_and_true(module, {"image": image, "mask": mask})
    assert said.shape == (4, 2, 6, 6) and torch.equal(true, mask[:, 0].long())
    assert torch.equal(said.argmax(1), (module.net(image)[:, 0] > 0).long())


class InUnits(Net):
    """Targets are scaled inside the step; predictions come in raw units from `predict_step`."""

    outputs = 1

    def compare(self, batch):
        return F.mse_loss(self(batch[0]).squeeze(1), (batch[1] - 50) / 20)


class InRawUnits(InUnits):
    def predict_step(self, batch, index):
        return self(batch[0]).squeeze(1) * 20 + 50


@pytest.mark.parametrize("kind", [InUnits, InRawUnits])
def test_amounts_are_read_in_the_units_of_the_data(kind):
    x, y = numbers()
    y = 50 + 20 * torch.randn(N)
    module = kind()
    said, true = said_and_true(module, (x, y))
    assert torch.allclose(said, module.net(x).squeeze(1) * 20 + 50, atol=1e-3)
    assert torch.equal(true, y)


class Squared(Net):
    outputs = 1

    def compare(self, batch):
        return ((self(batch[0])[:, 0] - batch[1]) ** 2).mean()


def test_a_squared_error_written_by_hand_is_recognised():
    x, _ = numbers()
    y = torch.randn(N)
    said, true = said_and_true(Squared(), (x, y))
    assert said.shape == (N,) and torch.equal(true, y)


class Reconstruction(Net):
    outputs = 8

    def compare(self, batch):
        return F.mse_loss(self(batch[0]), batch[0])


class Pairs(Net):
    """CLIP's loss: each sample is told from the others of its batch."""

    def compare(self, batch):
        said = F.normalize(self(batch[0]), dim=1)
        return F.cross_entropy(said @ said.T / 0.1, torch.arange(len(said)))


class Adversary(Net):
    outputs = 1

    def compare(self, batch):
        said = self(batch[0])
        return F.binary_cross_entropy_with_logits(said, torch.ones_like(said))


class Hidden(Net):
    """The loss function is called, but what is trained on does not depend on it."""

    def compare(self, batch):
        F.cross_entropy(self(batch[0]), batch[1])
        return self(batch[0]).square().mean()


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (Reconstruction, "with the inputs"),
        (Pairs, "any part of the batch"),
        (Adversary, "any part of the batch"),
        (Hidden, "calls no loss function"),
    ],
)
def test_what_the_loss_does_not_confirm_is_not_read(kind, why):
    reader = reader_for(kind(), numbers())
    assert reader.read(kind().eval(), numbers()) is None
    assert why in reader.passed_over


class Optimizing(Net):
    """Optimizes by hand, and goes back through its loss without asking Lightning."""

    def __init__(self):
        super().__init__()
        self.automatic_optimization = False

    def training_step(self, batch, index):
        optimizer = self.optimizers()
        optimizer.zero_grad()
        self.compare(batch).backward()
        optimizer.step()


def test_listening_trains_nothing():
    x, y = numbers()
    module = Optimizing()
    said, true = said_and_true(module, (x, y))  # compares the weights before and after
    assert torch.equal(said, module.net(x)) and torch.equal(true, y)
    assert all(parameter.grad is None for parameter in module.parameters())
