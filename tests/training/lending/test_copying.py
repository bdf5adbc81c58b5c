"""Copies of data modules and models begin alike, and live apart."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from art.training.lending import copying
from art.training.lending.copying import CannotBeCopied, Copier


class Rows:
    def __init__(self, count: int = 400_000) -> None:
        self.inputs = torch.zeros(count)
        self.numbers = np.zeros(count)
        self.epoch = 0
        self.seen: list[int] = []
        self.draws = torch.Generator().manual_seed(3)


def test_copies_share_what_is_large_and_own_the_rest():
    rows = Rows()
    copier = Copier(rows, share=True)
    one, other = copier.copy(), copier.copy()
    one.epoch = 5
    one.seen.append(1)
    assert one.inputs is rows.inputs
    assert one.numbers is rows.numbers
    assert (other.epoch, other.seen) == (0, [])
    first = torch.rand(2, generator=one.draws)
    assert torch.equal(first, torch.rand(2, generator=other.draws))


@pytest.mark.parametrize("name", ["inputs", "numbers"])
def test_a_change_of_what_is_shared_is_seen(name):
    copier = Copier(Rows(), share=True)
    assert not copier.has_changed
    getattr(copier.copy(), name)[123_456] = 1.0
    assert copier.has_changed


def test_a_list_that_is_shared_and_grows_is_seen():
    rows = Rows(1)
    rows.seen = list(range(copying.LARGE[0][1] + 1))
    copier = Copier(rows, share=True)
    copy = copier.copy()
    assert copy.seen is rows.seen
    copy.seen.append(1)
    assert copier.has_changed


def test_a_change_inside_a_long_list_is_seen():
    rows = Rows(1)
    rows.seen = [(np.zeros((4, 4)), 1) for _ in range(2000)]
    copier = Copier(rows, share=True)
    for image, _ in copier.copy().seen:  # as an augmentation does that works in place
        image += 1
    assert copier.has_changed


def test_many_parts_that_are_small_are_shared_as_well():
    rows = Rows(1)
    rows.seen = [np.zeros(30_000) for _ in range(400)]
    copier = Copier(rows, share=True)
    assert copier.copy().seen is rows.seen
    rows.seen = [list(range(900)) for _ in range(100)]
    assert Copier(rows, share=True).copy().seen is rows.seen


def test_a_model_has_weights_of_its_own():
    model = nn.Linear(800, 800)
    copy = Copier(model, share=False).copy()
    copy.weight.data.zero_()
    assert float(model.weight.detach().abs().sum()) > 0


class Hooked(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.seen: list[torch.Tensor] = []
        self.layer.register_forward_hook(lambda module, given, out: self.seen.append(out))


class Named(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.call = self.layer.forward  # a bound method is copied with what it is bound to


def test_a_hook_that_refers_to_its_module_is_refused():
    with pytest.raises(CannotBeCopied, match="refers to a Hooked of it"):
        Copier(Hooked(), share=False)


def test_a_bound_method_belongs_to_the_copy():
    model = Named()
    copy = Copier(model, share=False).copy()
    assert copy.call.__self__ is copy.layer


@pytest.mark.parametrize(
    "make",
    [
        lambda: nn.LSTM(3, 4, num_layers=2),
        lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(3, 3)),
        lambda: nn.TransformerEncoderLayer(8, 2),
        lambda: nn.Sequential(nn.BatchNorm1d(3), nn.Dropout(0.5), nn.Linear(3, 1)),
    ],
)
def test_modules_of_torch_can_be_copied(make):
    model = make()
    copy = Copier(model, share=False).copy()
    assert copy.state_dict().keys() == model.state_dict().keys()
    for name, value in copy.state_dict().items():
        assert torch.equal(value, model.state_dict()[name])
        assert value.data_ptr() != model.state_dict()[name].data_ptr()


def test_metrics_of_torchmetrics_can_be_copied():
    metrics = pytest.importorskip("torchmetrics")
    metric = metrics.MeanMetric()
    copy = Copier(nn.ModuleDict({"mean": metric}), share=False).copy()
    copy["mean"].update(3.0)
    assert float(copy["mean"].compute()) == 3.0
    assert metric.update_count == 0


def test_an_open_file_cannot_be_copied(tmp_path):
    rows = Rows(1)
    with (tmp_path / "f").open("w") as rows.file, pytest.raises(CannotBeCopied, match="TypeError"):
        Copier(rows, share=True).copy()
