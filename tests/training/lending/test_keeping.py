"""What is kept of data modules, models and states, and what comes back."""

from __future__ import annotations

import pytest
import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

from art.training.lending import holding, kept_model
from art.training.lending.copying import CannotBeCopied
from art.training.lending.holding import Held
from art.training.lending.kept_data import KeptData, guard, spare_teardown
from art.training.lending.kept_model import KeptModel
from art.training.lending.setting_up import set_up
from art.training.lending.spilling import SpilledTensors


class Data(pl.LightningDataModule):
    def __init__(self) -> None:
        super().__init__()
        self.calls: list[str] = []

    def prepare_data(self) -> None:
        self.calls.append("prepare")

    def setup(self, stage: str) -> None:
        self.calls.append(str(stage))
        if stage == "fit":
            self.train = TensorDataset(torch.arange(400_000.0))
        if stage == "test":
            self.held = TensorDataset(torch.arange(3.0))

    def train_dataloader(self) -> DataLoader:
        return DataLoader(self.train, batch_size=2, shuffle=True)


class Drawing(Data):
    def setup(self, stage: str) -> None:
        self.train, self.held = random_split(range(100), [90, 10])


class Keeping(Data):
    def prepare_data(self) -> None:
        self.words = ["a", "b"]


class Ignoring(Data):
    def setup(self, stage: str | None = None) -> None:
        self.calls.append("setup")
        self.train = TensorDataset(torch.arange(8.0))


class TearingDown(Data):
    def teardown(self, stage: str) -> None:
        self.train = None
        self.calls.append("torn down")


class LettingGo(Data):
    def teardown(self, stage: str) -> None:
        super().teardown(stage)
        self.train = None


@pytest.mark.parametrize(
    "make, keeps, draws, reads, tears",
    [
        (Data, True, False, True, False),  # the list of calls grows
        (Drawing, True, True, False, False),
        (Keeping, True, False, True, False),
        (Ignoring, True, False, False, False),
        (TearingDown, True, False, True, True),
        (LettingGo, True, False, True, False),
    ],
)
def test_what_a_set_up_did(make, keeps, draws, reads, tears):
    done = set_up(make(), prepared=False)
    assert (done.keeps, done.draws, done.reads_stage, done.tears_down) == (
        keeps,
        draws,
        reads,
        tears,
    )


def test_a_preparation_that_writes_files_alone_keeps_nothing(tmp_path):
    class Files(Data):
        def prepare_data(self) -> None:
            (tmp_path / "file").write_text("rows")

    data = Files()
    assert not set_up(data, prepared=False).keeps
    assert (tmp_path / "file").exists()


def test_a_trainer_sets_up_no_second_time():
    data = Data()
    kept = KeptData(data, set_up(data, prepared=False))
    lent = kept.lend()
    lent.prepare_data()
    lent.setup("fit")
    lent.setup(stage="validate")
    assert lent.calls == ["prepare", "fit"]
    assert lent.train.tensors[0] is data.train.tensors[0]


def test_what_draws_is_set_up_again_as_in_any_program():
    data = Drawing()
    kept = KeptData(data, set_up(data, prepared=False))
    lent = kept.lend()
    first = list(lent.train.indices)
    lent.setup("fit")
    assert list(lent.train.indices) != first
    assert list(kept.lend().train.indices) == first


def test_a_test_split_is_set_up_once_for_all():
    data = Data()
    kept = KeptData(data, set_up(data, prepared=False))
    one, other = kept.lend(), kept.lend()
    one.setup("test")
    other.setup("test")
    assert one.held.tensors[0].tolist() == [0.0, 1.0, 2.0]
    assert other.held is not one.held
    assert other.calls == ["prepare", "fit", "test"]


def test_the_same_draws_follow_each_copy():
    data = Data()
    kept = KeptData(data, set_up(data, prepared=False))
    orders = []
    for _ in range(2):
        torch.rand(7)
        orders.append(next(iter(kept.lend().train_dataloader()))[0].tolist())
    assert orders[0] == orders[1]


def test_a_teardown_or_a_change_ends_the_lending():
    torn = TearingDown()
    kept = KeptData(torn, set_up(torn, prepared=False))
    lent = kept.lend()
    lent.teardown("fit")
    assert lent.train is None
    assert kept.is_torn_down
    going = LettingGo()
    kept = KeptData(going, set_up(going, prepared=False))
    kept.lend().teardown("fit")
    assert not kept.is_torn_down
    assert kept.lend().train is not None
    lent = TearingDown()
    spare_teardown(lent)
    lent.teardown("fit")
    assert lent.calls == []
    data = Data()
    kept = KeptData(data, set_up(data, prepared=False))
    kept.lend().train.tensors[0][5] = 0.0
    with pytest.raises(CannotBeCopied, match="changed"):
        kept.lend()


def test_a_guard_alone_keeps_a_trainer_from_setting_up_again():
    data = Ignoring()
    guard(data, set_up(data, prepared=False))
    data.setup("fit")
    data.setup("test")  # it does not look at the stage
    assert data.calls.count("setup") == 1


@pytest.fixture
def everything_is_large(monkeypatch):
    monkeypatch.setattr(kept_model, "LARGE", 1)
    monkeypatch.setattr(holding, "LARGE", 1)


def test_a_large_model_lies_on_the_disk_and_comes_back(everything_is_large, tmp_path):
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(300, 300), nn.BatchNorm1d(300))
    wanted = {name: value.clone() for name, value in model.state_dict().items()}
    kept = KeptModel(model, tmp_path)
    assert kept.large and kept.affordable
    one = kept.lend()
    assert sum(p.numel() for p in model.parameters()) == 0  # its own weights are taken away
    with torch.no_grad():
        one[0].weight.zero_()
    other = kept.lend()
    for name, value in other.state_dict().items():
        assert torch.equal(value, wanted[name]), name
    assert not list(tmp_path.iterdir())  # the file has no name


def test_weights_that_lie_in_the_same_memory_cannot_be_copied(tmp_path):
    model = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
    model[1].weight.data = model[0].weight.data
    with pytest.raises(CannotBeCopied, match="same memory"):
        KeptModel(model, tmp_path)


def test_tied_weights_stay_tied(everything_is_large, tmp_path):
    model = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
    model[1].weight = model[0].weight
    copy = KeptModel(model, tmp_path).lend()
    assert copy[1].weight is copy[0].weight


def test_a_held_state_is_as_it_was(everything_is_large, tmp_path):
    weight = torch.arange(6.0).reshape(2, 3)
    state = {
        "state_dict": {"a": weight, "same": weight, "b": torch.ones(2, dtype=torch.bfloat16)},
        "optimizer": [{"step": torch.tensor(3), "lr": 0.1}],
        "pair": (torch.zeros(0), "text"),
    }
    held = Held(state, tmp_path)
    weight.zero_()
    found = held.get()
    assert found["state_dict"]["a"].tolist() == [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]
    assert found["state_dict"]["b"].tolist() == [1.0, 1.0]
    assert found["optimizer"] == [{"step": torch.tensor(3), "lr": 0.1}]
    assert found["pair"][0].shape == (0,)
    assert found["pair"][1] == "text"
    found["state_dict"]["a"].fill_(9.0)
    assert held.get()["state_dict"]["a"].max() == 5.0


def test_views_are_read_as_views(tmp_path):
    whole = torch.arange(12.0)
    spilled = SpilledTensors.of([whole.view(3, 4).t(), whole[2:5]], tmp_path)
    assert spilled is not None
    turned, part = spilled.tensors()
    assert torch.equal(turned, whole.view(3, 4).t())
    assert part.tolist() == [2.0, 3.0, 4.0]
    assert turned.untyped_storage().data_ptr() == part.untyped_storage().data_ptr()


def test_without_room_on_the_disk_it_stays_in_memory(tmp_path, monkeypatch, everything_is_large):
    monkeypatch.setattr("shutil.disk_usage", lambda folder: type("Usage", (), {"free": 10})())
    assert SpilledTensors.of([torch.ones(100)], tmp_path) is None
    assert Held({"a": torch.ones(100)}, tmp_path).get()["a"].sum() == 100
    assert not KeptModel(nn.Linear(100, 100), tmp_path).affordable
