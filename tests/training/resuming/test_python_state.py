"""What a module keeps in plain attributes comes back, in values that can be read without code."""

from __future__ import annotations

import collections
import enum
import random
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
import torchmetrics
from torch import nn

from art.training.checkpoints.door import load_checkpoint, save_checkpoint
from art.training.resuming.putting_back import Putter
from art.training.resuming.python_state import Names, Taker

PLAIN = set(vars(nn.Module()))


class Phase(enum.Enum):
    WARM = 1
    COLD = 2


@dataclass(frozen=True)
class Plan:
    steps: int


START = Plan(0)


class Program(nn.Module):
    """Keeps what programs keep; `changed` makes it another."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.metric = torchmetrics.MeanMetric()
        self.losses: list[torch.Tensor] = []
        self.recent: collections.deque[float] = collections.deque(maxlen=3)
        self.counts: collections.Counter[str] = collections.Counter()
        self.lists: dict[str, list[int]] = collections.defaultdict(list)
        self.average: dict[str, torch.Tensor] = {}
        self.pair = (1, (torch.zeros(2), "a"))
        self.numbers = np.zeros(3)
        self.number = np.float32(0)
        self.drawn = {"torch": torch.Generator(), "numpy": np.random.default_rng(0),
                      "python": random.Random(0)}  # fmt: skip
        self.settings = SimpleNamespace(rate=0.1, inner=SimpleNamespace(steps=0))
        self.own = [self.layer.weight]
        self.learnt = torch.zeros(2, requires_grad=True)
        self.hidden = [nn.Linear(1, 1)]
        self.make = lambda: 3
        self.phase = Phase.WARM
        self.plan = START
        self.best: Path | None = None
        self.scratch = Path("scratch-of-this-process")

    def changed(self) -> Program:
        self.metric.update(4.0)
        self.losses += [torch.ones(1), torch.arange(6.0)[2:4]]
        self.recent.extend([1.0, 2.0, 3.0, 4.0])
        self.counts.update("abca")
        self.lists["x"].append(3)
        self.average = {"w": torch.full((2,), 5.0)}
        self.pair = (2, (torch.ones(2), "b"))
        self.numbers, self.number = np.arange(3.0), np.float32(7)
        self.drawn["torch"].manual_seed(9)
        self.drawn["numpy"].random(5)
        self.drawn["python"].random()
        self.settings.inner.steps = 12
        with torch.no_grad():
            self.learnt.add_(3)
            self.hidden[0].weight.fill_(8)
        self.phase, self.plan = Phase.COLD, Plan(5)
        self.best = Path(__file__)
        self.scratch = Path("scratch-of-a-process-that-is-gone")
        self.added = {1: "x", (2, "y"): None}
        return self


def carried(program: nn.Module, tmp_path, into: nn.Module) -> list[str]:
    """Take a program's state, write and read it as checkpoints are, put it into another."""
    taker = Taker(Names(program))
    kept = {name: taker.attributes(part, PLAIN, "self") for name, part in program.named_modules()}
    save_checkpoint({"kept": kept}, tmp_path / "kept.ckpt")
    read = load_checkpoint(tmp_path / "kept.ckpt")["kept"]
    putter = Putter(Names(into))
    for name, part in into.named_modules():
        putter.attributes(part, read[name])
    return taker.lost


def test_all_that_programs_keep_comes_back(tmp_path):
    program, fresh = Program().changed(), Program()
    assert carried(program, tmp_path, fresh) == []
    assert float(fresh.metric.compute()) == 4.0
    assert [loss.tolist() for loss in fresh.losses] == [[1.0], [2.0, 3.0]]
    assert fresh.recent == program.recent and fresh.recent.maxlen == 3
    assert fresh.counts == program.counts and type(fresh.counts) is collections.Counter
    assert fresh.lists == {"x": [3]} and fresh.lists["new"] == []
    assert fresh.average["w"].tolist() == [5.0, 5.0]
    assert fresh.pair[0] == 2 and fresh.pair[1][0].tolist() == [1, 1] and fresh.pair[1][1] == "b"
    assert fresh.numbers.tolist() == [0, 1, 2] and fresh.number == np.float32(7)
    assert type(fresh.number) is np.float32
    assert fresh.settings.inner.steps == 12 and fresh.settings.rate == 0.1
    assert fresh.added == program.added
    assert fresh.make() == 3
    assert fresh.phase is Phase.COLD and fresh.plan == Plan(5)
    assert fresh.best == Path(__file__) and fresh.scratch == Path("scratch-of-this-process")
    assert Plan(0) == START, "a constant that others hold must not change"
    for program_draws, fresh_draws in (
        (p.drawn["numpy"].random(), f.drawn["numpy"].random()) for p, f in [(program, fresh)]
    ):
        assert program_draws == fresh_draws
    assert program.drawn["python"].random() == fresh.drawn["python"].random()
    draws = [torch.rand(2, generator=p.drawn["torch"]).tolist() for p in (program, fresh)]
    assert draws[0] == draws[1]


def test_references_stay_references(tmp_path):
    program, fresh = Program().changed(), Program()
    owned, learnt = fresh.hidden[0], fresh.learnt
    carried(program, tmp_path, fresh)
    assert fresh.own[0] is fresh.layer.weight, "a list of parameters must not become copies"
    assert fresh.learnt is learnt and learnt.tolist() == [3, 3], "an optimizer may own it"
    assert fresh.hidden[0] is owned and float(owned.weight) == 8.0


def test_a_list_that_another_holds_is_filled_and_not_replaced(tmp_path):
    program, fresh = Program().changed(), Program()
    view = fresh.losses
    carried(program, tmp_path, fresh)
    assert view is fresh.losses and len(view) == 2


@pytest.mark.parametrize("value", [np.array(["a"]), {nn.Linear(1, 1): 2}, object(), iter([1])])
def test_what_cannot_be_kept_is_named_and_left(value, tmp_path):
    program, fresh = Program(), Program()
    program.odd, fresh.odd = value, "as it was"
    lost = carried(program, tmp_path, fresh)
    assert len(lost) == 1 and lost[0].startswith("self.odd")
    assert fresh.odd == "as it was"


def test_what_refers_to_itself_ends(tmp_path):
    program, fresh = Program(), Program()
    program.loop = {"a": 1}
    program.loop["self"] = program.loop
    carried(program, tmp_path, fresh)
    assert fresh.loop == {"a": 1, "self": None}


def test_a_view_is_kept_without_what_it_is_a_view_of(tmp_path):
    program = Program()
    program.view = torch.zeros(1_000_000)[:2]
    carried(program, tmp_path, Program())
    assert (tmp_path / "kept.ckpt").stat().st_size < 100_000
