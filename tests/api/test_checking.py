"""`art.check`: objects in, findings out, and nothing else has changed."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import art
from tests.conftest import ROOT
from tests.user_code.loops import Own, loaders, network, rows, unchanged

SOFTMAX = "a softmax comes before cross_entropy, which applies its own"
CLASSES = nn.CrossEntropyLoss()


def causes(found) -> list[str]:
    return [finding.cause for finding in found.findings]


def test_a_sound_module_is_sound_and_the_report_says_what_was_looked_for():
    found = art.check(Own(), loaders())
    assert found.sound and not found.findings
    assert "art.LossDomain.v1" in found.looked_for
    assert "no fault found" in str(found) and "LossDomain" in str(found)
    assert "art.LoadedWeights.v1" in [probe for probe, _ in found.not_judged]
    assert "LoadedWeights: the module was given" in " ".join(str(found).split())


def test_a_fault_is_found_with_evidence_and_remedy_and_stands_first():
    found = art.check(Own(nn.Softmax(1)), loaders())
    assert not found.sound
    assert found.findings[0].cause == SOFTMAX
    assert "each row sums to 1" in found.findings[0].evidence
    assert "remove the softmax" in found.findings[0].remedy
    assert str(found).index(SOFTMAX) < str(found).index("found no fault")


@pytest.mark.parametrize(
    "optimizer",
    [torch.optim.Adam, partial(torch.optim.SGD, lr=0.1), lambda p: torch.optim.AdamW(p, lr=1e-2)],
)
def test_a_plain_network_comes_with_its_loss_and_what_makes_its_optimizer(optimizer):
    given = {"loss": CLASSES, "optimizer": optimizer}
    assert art.check(network(), loaders(), **given).sound
    assert SOFTMAX in causes(art.check(network(nn.Softmax(1)), loaders(), **given))


def test_an_optimizer_is_given_with_the_parameters_that_it_has():
    whole = network()
    sound = torch.optim.Adam(whole.parameters(), lr=1e-2)
    assert art.check(whole, loaders(), loss=CLASSES, optimizer=sound).sound
    part = torch.optim.Adam(whole[4].parameters(), lr=1e-2)
    found = art.check(whole, loaders(), loss=CLASSES, optimizer=part)
    assert "parameters are in no optimizer and will never change" in causes(found)
    assert found.findings[0].where.startswith("0.weight")


def test_nothing_is_changed_by_a_check():
    module = network()
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-2)
    for _ in range(2):  # so that there are gradients, and moments of the optimizer
        CLASSES(module(rows()[0]), rows()[1]).backward()
        optimizer.step()
    module[0].eval()
    files = sorted(Path().iterdir())
    with unchanged(module, optimizer):
        art.check(module, loaders(), loss=CLASSES, optimizer=optimizer)
    assert sorted(Path().iterdir()) == files


def test_nothing_is_changed_where_the_program_raises():
    class Failing(Own):
        def training_step(self, batch, batch_idx):
            torch.use_deterministic_algorithms(True)
            self.net[0].weight.data.zero_()
            raise ZeroDivisionError("no luck")

    module = Failing()
    with unchanged(module):
        found = art.check(module, loaders())
    assert not found.sound
    assert "ZeroDivisionError: no luck" in str(found)
    assert "test_checking.py:" in str(found)


def test_a_module_that_is_in_a_run_is_checked_without_it():
    import pytorch_lightning as pl

    module = Own()
    quiet = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        trainer = pl.Trainer(max_epochs=1, enable_checkpointing=False, accelerator="cpu", **quiet)
        trainer.fit(module, *loaders())
        assert art.check(module, loaders()).sound
    assert module.trainer is trainer


@pytest.mark.parametrize(
    "data",
    [
        rows(),
        (rows(), rows(seed=1)),
        {"train": rows(), "valid": rows(seed=1)},
        TensorDataset(*rows()),
        (TensorDataset(*rows()), TensorDataset(*rows(seed=1))),
        loaders()[0],
        tuple(part.numpy() for part in rows()),
    ],
    ids=["arrays", "pairs", "dict", "data set", "data sets", "loader", "numpy"],
)
def test_data_of_any_make_is_read(data):
    found = art.check(network(), data, loss=CLASSES, optimizer=torch.optim.Adam)
    assert found.sound
    assert found.stages[0].tables["statistics"][1][0][1] == 320  # rows of train


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"trian": rows()}, "Did you mean 'train'?"),
        ({"val": rows()}, "no split 'train'"),
        ((*rows(), *rows(seed=1)), "((X_train, y_train), (X_val, y_val))"),
        ((rows()[0], rows()[1][:7]), "320 rows of inputs and 7 of targets"),
        ("data.csv", "str, which is nothing known"),
        ((np.array([["a"]]), np.array([0])), "Encode texts"),
        (None, "Sequential has no train_dataloader"),
    ],
)
def test_data_that_cannot_be_used_are_refused_with_what_to_give(data, said):
    with pytest.raises(art.DataError) as caught:
        art.check(network(), data, loss=CLASSES, optimizer=torch.optim.Adam)
    assert said in str(caught.value)


def test_what_a_module_lacks_is_named():
    with pytest.raises(art.ModelError, match="its loss and its optimizer must be given"):
        art.check(network(), loaders())
    with pytest.raises(art.ModelError, match=r"leave `loss` out"):
        art.check(Own(), loaders(), loss=CLASSES)
    with pytest.raises(art.ModelError, match="leave `optimizer` out"):
        art.check(Own(), loaders(), optimizer=torch.optim.Adam)
    with pytest.raises(art.ConfigError, match="Did you mean 'max_epochs'"):
        art.check(Own(), loaders(), overrides={"training.max_epoch": 3})


def test_what_cannot_be_copied_is_built_by_a_function():
    class Open(Own):
        def __init__(self):
            super().__init__()
            self.file = Path(os.devnull).open()  # noqa: SIM115

    with pytest.raises(art.ModelError, match=r"art.check\(lambda: Open\(...\), data\)"):
        art.check(Open(), loaders())
    found = art.check(Open, loaders())
    assert found.sound and not found.not_judged


def test_a_hook_that_refers_to_its_module_is_bound_to_each_copy():
    module = Own()
    called = []
    module.net[0].register_forward_hook(lambda *_: called.append(module.net[0].weight.sum()))
    module.again = lambda: module
    assert art.check(module, loaders()).sound
    assert not called and module.again() is module


def test_a_part_that_was_frozen_as_it_was_drawn_is_found_in_a_module_that_is_given():
    module = Own()
    module.net[0].requires_grad_(False)
    found = art.check(module, loaders())
    assert "layers are frozen with random weights" in causes(found)
    assert 'declare it: overrides={"contract.frozen": ["net.0"]}' in found.faults[0].remedy
    declared = {"contract.frozen": ["net.0"]}
    assert art.check(module, loaders(), overrides=declared).sound
    module.net[0].weight.data.normal_(0.1, 0.3)  # loaded, as far as anybody can tell
    assert art.check(module, loaders()).sound


def test_an_activation_that_is_missing_is_found_in_a_module_that_is_given():
    layers = nn.Linear(20, 32), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 2)
    given = {"loss": CLASSES, "optimizer": torch.optim.Adam}
    found = art.check(nn.Sequential(*layers), loaders(), **given)
    assert [fault.found_by for fault in found.faults] == ["art.NonLinearity.v1"]


def test_rows_of_val_that_stand_in_train_are_told_once():
    train, _ = loaders()
    found = art.check(Own(), (train, train))
    assert causes(found) == ["the model is validated on its training data"]


def test_data_sets_that_draw_are_where_they_were():
    loader = DataLoader(
        TensorDataset(*rows()), batch_size=32, shuffle=True, generator=torch.Generator()
    )
    before = loader.generator.get_state()
    art.check(Own(), loader)
    assert torch.equal(loader.generator.get_state(), before)


def test_importing_art_and_naming_check_loads_no_torch():
    code = "import art, sys; art.check, art.watch; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_what_depends_on_the_length_of_the_training_is_only_suspected_where_nobody_says_it():
    class Decaying(Own):
        def __init__(self, span, often):
            super().__init__()
            self.span, self.often = span, often

        def configure_optimizers(self):
            optimizer = torch.optim.Adam(self.parameters(), lr=1e-2)
            schedule = torch.optim.lr_scheduler.StepLR(optimizer, self.span, 0.1)
            return [optimizer], [{"scheduler": schedule, "interval": self.often}]

    by_epoch, said = Decaying(2, "epoch"), "max_epochs says how many"
    assert said in art.check(by_epoch, loaders()).suspicions[0].evidence
    assert said not in art.check(by_epoch, loaders(), max_epochs=50).suspicions[0].evidence
    assert not art.check(by_epoch, loaders(), max_epochs=6).findings
    assert art.check(Decaying(3, "step"), loaders()).faults  # over early at any length


class NotANumberInEval(nn.Module):
    def forward(self, outputs):
        return outputs if self.training else outputs * float("nan")


class ByName(Own):
    """Its batches are dicts."""

    def forward(self, x):
        return super().forward(x)

    def training_step(self, batch, batch_idx):
        return nn.functional.cross_entropy(self(batch["x"]), batch["y"])


def by_name(batch):
    return {"y": torch.stack([y for _, y in batch]), "x": torch.stack([x for x, _ in batch])}


def test_each_module_is_read_by_its_own_loss_whatever_was_checked_before():
    named = DataLoader(TensorDataset(*rows()), batch_size=32, collate_fn=by_name)
    cause = "an untrained model predicts NaN in eval mode"
    assert cause in causes(art.check(Own(NotANumberInEval()), loaders()))
    assert cause in causes(art.check(ByName(NotANumberInEval()), named))
    assert cause in causes(art.check(Own(NotANumberInEval()), loaders()))
