"""Built-in data: one table for what they give, then what each refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

import art.registry.data.arrays
import art.registry.data.bundled
import art.registry.data.csv_table
import art.registry.data.idx  # noqa: F401 - registers
from art.errors import DataError
from art.registries import data

SHARED = Path(__file__).parents[3] / "shared" / "data"
FASHION, HOUSING, NUCLEI = SHARED / "fashion-mnist-part", SHARED / "housing", SHARED / "nuclei"

TABLE = [
    ("art.Digits.v1", {}, None, (1, 8, 8), [1257, 270, 270], 10),
    ("art.BreastCancer.v1", {}, None, (30,), [399, 85, 85], 2),
    ("art.Diabetes.v1", {}, None, (10,), [310, 66, 66], 0),
    ("art.IDX.v1", {"folder": str(FASHION)}, FASHION, (1, 28, 28), [4844, 855, 1770], 10),
    (
        "art.CSV.v1",
        {"file": str(HOUSING / "housing.csv.gz"), "target": "median_house_value"},
        HOUSING,
        (13,),
        [14448, 3096, 3096],
        0,
    ),
    (
        "art.Arrays.v1",
        {"file": str(NUCLEI / "nuclei-96x96.npz"), "inputs": "images", "targets": "masks"},
        NUCLEI,
        (1, 96, 96),
        [44, 10, 10],
        2,
    ),
]


def build(name: str, **settings: Any):
    module = data.get(name)(**settings)
    module.prepare_data()
    module.setup()
    return module


def loaders(module) -> list[Any]:
    return [module.train_dataloader(), module.val_dataloader(), module.test_dataloader()]


@pytest.mark.parametrize(
    ("name", "settings", "needs", "shape", "sizes", "classes"), TABLE, ids=[row[0] for row in TABLE]
)
def test_what_each_gives(name, settings, needs, shape, sizes, classes):
    if needs is not None and not needs.exists():
        pytest.skip(f"{needs} is not here")
    module = build(name, batch_size=32, **settings)
    assert [len(loader.dataset) for loader in loaders(module)] == sizes
    assert module.num_classes == len(module.class_names) == classes
    assert module.kind == ("classification" if classes else "regression")
    inputs, targets = next(iter(module.train_dataloader()))
    assert tuple(inputs.shape) == (32, *shape) and inputs.dtype == torch.float32
    assert targets.dtype == (torch.int64 if classes else torch.float32)
    assert len(targets) == 32 and inputs.isfinite().all()
    if len(shape) == 1:
        assert len(module.feature_names) == shape[0]
    val_batch = next(iter(module.val_dataloader()))[0]
    assert len(val_batch) == min(sizes[1], 1024)


@pytest.mark.parametrize("name", ["art.Digits.v1", "art.BreastCancer.v1"])
def test_every_class_keeps_its_share_in_every_split(name: str):
    shares = [
        torch.bincount(loader.targets).double() / len(loader.targets)
        for loader in loaders(build(name))
    ]
    assert all((share - shares[0]).abs().max() < 0.02 for share in shares)


def test_no_sample_is_in_two_splits():
    rows = [
        {tuple(row) for row in part.inputs.tolist()} for part in loaders(build("art.Diabetes.v1"))
    ]
    assert len(rows[0] | rows[1] | rows[2]) == 442


def test_the_split_is_a_function_of_its_seed_and_the_order_of_the_modules():
    first, again = build("art.Diabetes.v1"), build("art.Diabetes.v1")
    other = build("art.Diabetes.v1", split_seed=1)
    assert first.val_dataloader().targets.equal(again.val_dataloader().targets)
    assert not first.val_dataloader().targets.equal(other.val_dataloader().targets)
    orders = []
    for module, seed in ((first, 0), (again, 0), (again, 1)):
        module.seed = seed
        module.train_dataloader().set_epoch(0)
        orders.append(torch.cat([targets for _, targets in module.train_dataloader()]))
    assert orders[0].equal(orders[1]) and not orders[0].equal(orders[2])


def test_a_loader_asked_for_again_goes_on_with_a_new_order():
    module = build("art.Diabetes.v1")
    epochs = [torch.cat([y for _, y in module.train_dataloader()]) for _ in range(2)]
    assert not epochs[0].equal(epochs[1]) and epochs[0].sort()[0].equal(epochs[1].sort()[0])


def test_scales_are_those_of_the_training_split():
    train, val, _ = loaders(build("art.BreastCancer.v1"))
    assert train.inputs.mean(0).abs().max() < 1e-5
    assert (train.inputs.std(0, unbiased=False) - 1).abs().max() < 1e-4
    assert val.inputs.mean(0).abs().max() > 0.01
    raw = build("art.BreastCancer.v1", scale="none").train_dataloader().inputs
    assert raw.max() > 1000
    digits = [build("art.Digits.v1", scale=s).train_dataloader().inputs for s in ("unit", "none")]
    assert digits[0].max() == 1 and (digits[0] * 16).equal(digits[1])
    standard = build("art.Digits.v1", scale="standard").train_dataloader().inputs
    assert abs(float(standard.mean())) < 1e-4 and abs(float(standard.std()) - 1) < 1e-3


def test_a_split_can_be_left_out():
    module = build("art.Digits.v1", test_fraction=0.0)
    assert module.test_dataloader() == []
    assert len(module.train_dataloader().dataset) == 1527
    with pytest.raises(DataError, match="leave nothing to train on"):
        build("art.Digits.v1", val_fraction=0.6, test_fraction=0.6)


def test_a_plain_trainer_takes_the_module():
    import pytorch_lightning as pl
    from torch import nn

    class Plain(pl.LightningModule):
        def __init__(self):
            super().__init__()
            self.layer = nn.Linear(10, 1)

        def training_step(self, batch, index):
            return (self.layer(batch[0]).squeeze(1) - batch[1]).square().mean()

        validation_step = training_step

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.01)

    trainer = pl.Trainer(
        max_epochs=2,
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        accelerator="cpu",
    )
    trainer.fit(Plain(), datamodule=data.get("art.Diabetes.v1")())
    assert trainer.global_step == 2 * 5


def test_listing_the_parts_imports_nothing_heavy():
    code = (
        "import sys, art.registry.data.arrays, art.registry.data.bundled, "
        "art.registry.data.csv_table, art.registry.data.idx; "
        "sys.exit(bool({'torch', 'numpy', 'sklearn', 'pytorch_lightning'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0
    )
