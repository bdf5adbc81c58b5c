"""`art.watch`: a plain loop is told what it forgets, and goes on as it would without."""

from __future__ import annotations

import warnings

import pytest
import torch
from torch import nn

import art
from tests.user_code.loops import network, rows, state_of, unchanged

SPENT = "the learning rate's schedule is over after 10 of 60 steps"
FAULTS = {
    "zero_grad": "gradients add up from step to step: zero_grad is missing or misplaced",
    "between": "the optimizer steps without gradients: they are gone before its step",
    "backward": "the optimizer steps and no backward pass was ever made",
    "step": "the optimizer never takes a step: the parameters never change",
    "part": "parameters are in no optimizer and will never change",
    "other": "the optimizer holds no parameter of the model",
    "frozen": "layers are frozen with random weights",
    "softmax": "a softmax comes before cross_entropy, which applies its own",
    "shapes": "outputs and targets of different shapes are broadcast: each is compared with all "
    "others",
    "nan": "the loss is not a finite number",
    "eval": "the model is left in eval mode after a validation: it trains on without "
    "dropout and batch norm",
    "rate": "the learning rate is 0: the parameters never change",
}
SUSPICIONS = {
    "always_eval": "the model trains in eval mode: its dropout and batch norm are never at work",
    "train_mode": "the program evaluates in training mode: dropout and batch norm are at work in "
    "it",
    "detached": "no gradient reaches some parameters",
    "schedule": SPENT,
    "rises": "the loss rises",
}


class Cut(nn.Module):
    def forward(self, inputs):
        return inputs.detach()


def made(kind: str):
    model = network(*([nn.Softmax(1)] if kind == "softmax" else []))
    if kind == "frozen":
        model[0].weight.requires_grad_(False)
    if kind == "detached":
        model.insert(4, Cut())
    owned = model[4].parameters() if kind == "part" else model.parameters()
    if kind == "other":
        owned = network().parameters()
    optimizer: torch.optim.Optimizer = torch.optim.Adam(owned, lr=0.0 if kind == "rate" else 0.01)
    if kind == "rises":
        optimizer = torch.optim.SGD(model.parameters(), lr=30.0, momentum=0.9)
    return model, optimizer


def train(kind: str, model, optimizer, loss, steps: int = 60) -> None:
    """A loop as people write them, with one thing wrong."""
    inputs, targets = rows()
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 1, 0.5)
    for number in range(steps):
        at = slice(number % 10 * 32, number % 10 * 32 + 32)
        if kind != "zero_grad":
            optimizer.zero_grad()
        if kind == "always_eval" or (kind == "eval" and number == 20):
            model.eval()
        outputs = model(inputs[at])
        if kind == "shapes":
            found = nn.functional.mse_loss(outputs[:, :1], targets[at].float())
        else:
            found = loss(outputs, targets[at])
        found = found * float("nan") if kind == "nan" and number == 30 else found
        if kind != "backward":
            found.backward()
        if kind == "between":
            optimizer.zero_grad()
        if kind != "step":
            optimizer.step()
        if kind == "schedule":
            schedule.step()
    with torch.no_grad():
        if kind != "train_mode":
            model.eval()
        model(inputs)


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_of_the_loop_is_warned_of_and_certain(kind):
    model, optimizer = made(kind)
    loss = nn.CrossEntropyLoss()
    with (
        pytest.warns(art.SoundnessWarning) as told,
        art.watch(model, optimizer, loss) as heard,
    ):
        train(kind, model, optimizer, loss)
    assert not heard.sound
    assert FAULTS[kind] in [finding.cause for finding in heard.findings]
    assert any(FAULTS[kind] in str(each.message) for each in told)
    assert FAULTS[kind] in " ".join(str(heard).split())


@pytest.mark.parametrize("kind", SUSPICIONS)
def test_what_may_be_meant_so_is_suspected_only(kind):
    model, optimizer = made(kind)
    loss = nn.CrossEntropyLoss()
    with (
        pytest.warns(art.SoundnessWarning, match="suspicion"),
        art.watch(model, optimizer, loss) as heard,
    ):
        train(kind, model, optimizer, loss)
    assert heard.sound
    assert SUSPICIONS[kind] in [finding.cause for finding in heard.findings]


def sound(model, optimizer, loss) -> None:
    train("", model, optimizer, loss)


def step_first(model, optimizer, loss) -> None:
    for _ in range(30):
        loss(model(rows()[0]), rows()[1]).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)
    model.eval()


def accumulated(model, optimizer, loss) -> None:
    for _ in range(30):
        for part in range(4):
            at = slice(part * 80, part * 80 + 80)
            (loss(model(rows()[0][at]), rows()[1][at]) / 4).backward()
        optimizer.step()
        model.zero_grad()
    model.eval()


def by_data(model, optimizer, loss) -> None:
    for _ in range(30):
        for p in model.parameters():
            if p.grad is not None:
                p.grad.data.zero_()
        loss(model(rows()[0]), rows()[1]).backward()
        optimizer.step()


def with_closure(model, optimizer, loss) -> None:
    def closure():
        optimizer.zero_grad()
        found = loss(model(rows()[0]), rows()[1])
        found.backward()
        return found

    for _ in range(30):
        optimizer.step(closure)


@pytest.mark.parametrize("loop", [sound, step_first, accumulated, by_data, with_closure])
def test_sound_loops_are_let_be(loop):
    model, optimizer = made("")
    with warnings.catch_warnings():
        warnings.simplefilter("error", art.SoundnessWarning)
        with art.watch(model, optimizer, nn.CrossEntropyLoss()) as heard:
            loop(model, optimizer, nn.CrossEntropyLoss())
    assert heard.sound and not heard.findings


def test_two_optimizers_that_play_against_each_other_are_let_be():
    maker, judge = nn.Linear(4, 20), network()
    by_maker = torch.optim.Adam(maker.parameters(), lr=1e-3)
    by_judge = torch.optim.Adam(judge.parameters(), lr=1e-3)
    both, loss = nn.ModuleList([maker, judge]), nn.CrossEntropyLoss()
    real, label = rows()[0][:32], torch.zeros(32).long()
    with warnings.catch_warnings():
        warnings.simplefilter("error", art.SoundnessWarning)
        with art.watch(both, [by_maker, by_judge], loss) as heard:
            for _ in range(20):
                by_judge.zero_grad()
                made_up = maker(torch.randn(32, 4))
                (loss(judge(real), label) + loss(judge(made_up.detach()), label + 1)).backward()
                by_judge.step()
                by_maker.zero_grad()
                loss(judge(made_up), label).backward()
                by_maker.step()
    assert not heard.findings


def test_a_loop_that_is_watched_ends_with_the_same_bits_and_no_hook_is_left():
    ends = []
    for watched in (False, True):
        model, optimizer = made("")
        torch.manual_seed(3)
        if watched:
            with art.watch(model, optimizer, nn.CrossEntropyLoss()):
                train("", model, optimizer, nn.CrossEntropyLoss())
        else:
            train("", model, optimizer, nn.CrossEntropyLoss())
        ends.append([tensor for _, tensor, _, _ in state_of(model)[::2] if tensor is not None][:5])
        with unchanged(model, optimizer), art.watch(model, optimizer):
            pass
    assert all(map(torch.equal, ends[0], ends[1]))
    assert not torch.overrides._get_current_function_mode_stack()


def test_it_stops_where_that_is_asked_for_and_leaves_nothing_behind():
    model, optimizer = made("softmax")
    with (
        pytest.raises(art.UnsoundError, match=r"(?s)softmax.*Remedy: Return the raw outputs"),
        art.watch(model, optimizer, stop=True) as heard,
    ):
        train("softmax", model, optimizer, nn.CrossEntropyLoss())
    assert not heard.sound
    assert not torch.overrides._get_current_function_mode_stack()
    assert not optimizer._optimizer_step_post_hooks


def test_what_is_allowed_is_not_said():
    model, optimizer = made("softmax")
    with warnings.catch_warnings():
        warnings.simplefilter("error", art.SoundnessWarning)
        with art.watch(model, optimizer, stop=True, allow=[FAULTS["softmax"]]) as heard:
            train("softmax", model, optimizer, nn.CrossEntropyLoss())
    assert heard.sound and not heard.findings


def test_an_error_of_the_loop_comes_through_and_is_not_judged():
    model, optimizer = made("")
    with pytest.raises(KeyError, match="mine"), art.watch(model, optimizer, stop=True):
        raise KeyError("mine")


def test_a_mode_that_the_loop_leaves_behind_stays():
    model, optimizer = made("")
    try:
        with art.watch(model, optimizer):
            torch.set_default_device("cpu")
        kinds = [type(m).__name__ for m in torch.overrides._get_current_function_mode_stack()]
        assert kinds == ["DeviceContext"]
    finally:
        torch.set_default_device(None)


def test_what_is_no_optimizer_is_refused():
    with pytest.raises(art.ModelError, match=r"art\.watch was given Sequential as an optimizer"):
        art.watch(network(), network())
