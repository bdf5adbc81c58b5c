"""The clean programs learn what they should, and the data faults are what they are called."""

import numpy as np
import pytest
import pytorch_lightning as pl
import torch

from benchmarks.faults.clean import HARD, PLAIN
from benchmarks.faults.faults import load_faults
from benchmarks.faults.hosts import HOSTS

pytestmark = pytest.mark.filterwarnings("ignore")


def _trained(program):
    pl.seed_everything(0, verbose=False)
    data, model = program.make_data(), program.make_model()
    trainer = pl.Trainer(
        max_epochs=program.max_epochs,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        accelerator="cpu",
    )
    trainer.fit(model, datamodule=data)
    return {name: float(value) for name, value in trainer.callback_metrics.items()}


def _program(name, host):
    return load_faults()[name].make(HOSTS[host])


def _splits(program):
    data = program.make_data()
    data.setup()
    return data


def _rows(dataset):
    return {row.numpy().tobytes() for row in dataset.tensors[0]}


def test_there_are_sixty_clean_programs_half_of_them_hard():
    assert len(PLAIN) + len(HARD) >= 60
    assert len(HARD) >= len(PLAIN)
    assert len({program.name for program in (*PLAIN.values(), *HARD.values())}) == len(PLAIN) + len(
        HARD
    )


@pytest.mark.parametrize(
    ("name", "score", "floor"),
    [
        ("cancer_logistic", "val_acc", 0.95),
        ("diabetes_absolute", "val_r2", 0.35),
        ("fine_tuned_slowly", "val_acc", 0.94),
        ("zero_head", "val_acc", 0.92),
        ("time_ordered", "val_r2", 0.5),
        ("weak_regression", "val_r2", 0.02),
    ],
)
def test_a_clean_program_learns(name, score, floor):
    assert _trained({**PLAIN, **HARD}[name])[score] >= floor


@pytest.mark.parametrize(("name", "share"), [("val_shares_20", 0.2), ("val_shares_3", 0.03)])
def test_as_many_val_rows_stand_in_train_as_the_fault_says(name, share):
    data = _splits(_program(name, "tabular_batchnorm"))
    train = _rows(data.train)
    seen = np.mean([row.numpy().tobytes() in train for row in data.val.tensors[0]])
    assert seen == pytest.approx(share, abs=1 / len(data.val))


@pytest.mark.parametrize(("name", "share"), [("label_noise_40", 0.4), ("label_noise_5", 0.05)])
def test_as_many_labels_are_wrong_as_the_fault_says(name, share):
    program = _program(name, "convolution")
    _, noisy = program.make_data().load()
    _, right = HOSTS["convolution"].data().load()
    assert np.mean(noisy != right) == pytest.approx(share, abs=0.02)


def test_copies_of_the_group_leak_are_near_and_stand_in_two_splits():
    data = _splits(_program("group_leak", "regression"))
    nearest = torch.cdist(data.val.tensors[0], data.train.tensors[0]).min(1).values
    honest = _splits(HOSTS["regression"].program())
    usual = torch.cdist(honest.val.tensors[0], honest.train.tensors[0]).min(1).values
    assert (nearest < 0.2).float().mean() > 0.7
    assert (usual < 0.2).float().mean() < 0.05


def test_every_data_fault_makes_batches_its_model_takes():
    for fault in load_faults().values():
        if fault.family != "data":
            continue
        for host in fault.hosts:
            program = fault.make(HOSTS[host])
            data = _splits(program)
            batch = next(iter(data.train_dataloader()))
            inputs = batch["input_ids"] if isinstance(batch, dict) else batch[0]
            assert torch.isfinite(program.make_model()(inputs)).all(), (fault.name, host)
