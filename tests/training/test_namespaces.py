"""What is asked of modules and data modules of either namespace, and what is refused."""

from __future__ import annotations

import lightning.pytorch as new
import pytest
import pytorch_lightning as old
import torch
from torch import nn

from art.errors import ModelError
from art.training.adapting import adapted
from art.training.namespaces import (
    is_callback,
    is_data_module,
    is_lightning_module,
    namespace_of,
    overrides,
)
from art.training.refusing import refuse_what_would_be_passed_over, trains_itself


@pytest.mark.parametrize("namespace", [old, new], ids=["old", "new"])
def test_what_a_class_overrides_is_told_in_either_namespace(namespace):
    class Net(namespace.LightningModule):
        def training_step(self, batch):
            return None

    net = Net()
    assert is_lightning_module(net) and is_lightning_module(Net) and namespace_of(net) is namespace
    assert overrides(net, "training_step") and overrides(Net, "training_step")
    assert not overrides(net, "configure_optimizers") and not overrides(net, "no_such_hook")
    net.configure_optimizers = lambda: None
    assert overrides(net, "configure_optimizers") and not overrides(Net, "configure_optimizers")
    assert trains_itself(net) and not is_data_module(net) and not is_callback(net)


@pytest.mark.parametrize(("home", "other"), [(old, new), (new, old)], ids=["old", "new"])
def test_a_data_module_is_lent_to_the_other_namespace_and_back(home, other):
    class Data(home.LightningDataModule):
        def __init__(self):
            super().__init__()
            self.width = 3

        def train_dataloader(self):
            return [self.width]

    data = Data()
    lent = adapted(data, other)
    assert lent is data and isinstance(lent, other.LightningDataModule) and isinstance(lent, Data)
    assert lent.train_dataloader() == [3] and type(lent).__name__ == "Data"
    assert type(lent).val_dataloader is other.LightningDataModule.val_dataloader
    assert overrides(lent, "train_dataloader") and not overrides(lent, "val_dataloader")
    assert adapted(lent, other) is data and type(adapted(lent, home)) is Data


class NotLightning(nn.Module):
    def training_step(self, batch):
        return None


class OldIndex(old.LightningModule):
    def training_step(self, batch, batch_idx, optimizer_idx):
        return None

    def configure_optimizers(self):
        return []


class OldEnd(new.LightningModule):
    def training_step(self, batch):
        return None

    def validation_epoch_end(self, outputs):
        return None


class NoStep(new.LightningModule):
    def train_step(self, batch):
        return None

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), lr=0.1)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (NotLightning, "has a training_step but is not a LightningModule"),
        (OldIndex, r"takes optimizer_idx, which Lightning 2 does not give.*self\.optimizers\(\)"),
        (OldEnd, r"validation_epoch_end is a hook of Lightning 1.*on_validation_epoch_end\(self\)"),
        (NoStep, "configure_optimizers and no training_step"),
    ],
)
def test_code_that_would_never_run_is_refused_with_the_reason(kind, said):
    with pytest.raises(ModelError, match=said):
        refuse_what_would_be_passed_over(kind(), "mine.v1")


def test_a_plain_module_and_a_backbone_are_let_through():
    refuse_what_would_be_passed_over(nn.Linear(1, 1), "mine.v1")
    refuse_what_would_be_passed_over(new.LightningModule(), "mine.v1")


class OldTest(new.LightningModule):
    def training_step(self, batch):
        return None

    def test_epoch_end(self, outputs):
        return None


def test_a_hook_of_a_test_is_refused_where_there_is_a_test_split():
    with pytest.raises(ModelError, match="test_epoch_end is a hook of Lightning 1"):
        refuse_what_would_be_passed_over(OldTest(), "mine.v1")
    refuse_what_would_be_passed_over(OldTest(), "mine.v1", tested=False)
