"""What is wrong with a training loop, by what was heard of it.

A finding is certain where it is exact: an object that was not replaced, a count that should not be
0. What depends on how a program is meant is suspected only.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from statistics import median

from art.core.probe import Suspicion
from art.training.watching.loop_facts import LoopFacts, Series
from art.training.watching.loop_listener import LoopListener

ENOUGH = 3
"""Steps that show what a loop does in all of them."""
LONG = 20
"""Steps from which on a course, of losses or of rates, can be told."""
SHOWN = 3
RISEN = 2.0
SPENT, EARLY = 1e-3, 0.5
"""A rate that has fallen to the one share of its highest is spent; before the other share of the
steps that is early."""


def findings_of(heard: LoopListener, *, ended: bool) -> Iterator[Suspicion]:
    """What is wrong, the most telling first.

    Args:
        heard: the loop.
        ended: whether it is over: what it has not done by then, it will not do.
    """
    facts = heard.facts
    yield from _lost(facts)
    yield from _gradients(facts, ended)
    yield from heard.suspicions.values()
    if facts.steps >= ENOUGH or ended:
        yield from _parameters(heard, ended)
        yield from _modes(facts, ended)
    if ended:
        yield from _courses(heard)


def _lost(facts: LoopFacts) -> Iterator[Suspicion]:
    if facts.lost:
        yield Suspicion(
            "the loss is not a finite number",
            f"{facts.lost_as} {facts.lost}, counted from 1",
            "Lower the learning rate, and look for a logarithm or a division of values near zero, "
            "for NaN among the inputs, and for a mask that hides every step of a sample.",
        )


def _gradients(facts: LoopFacts, ended: bool) -> Iterator[Suspicion]:
    if facts.stale >= ENOUGH and not facts.renewed:
        yield Suspicion(
            "gradients add up from step to step: zero_grad is missing or misplaced",
            f"after each of {facts.stale} steps the next gradient was added to the one that the "
            "step had used",
            "Call optimizer.zero_grad() before each backward pass, on every optimizer that steps.",
        )
    if facts.empty >= ENOUGH and facts.empty == facts.looked_at:
        yield Suspicion(
            "the optimizer steps without gradients: they are gone before its step",
            f"in each of {facts.empty} steps every gradient was None or 0, behind a backward pass",
            "Call zero_grad() before backward(), or after step(): not between them. Look for an "
            "optimizer that holds the parameters of another model as well.",
        )
    if facts.without >= ENOUGH:
        yield Suspicion(
            "the optimizer steps and no backward pass was ever made",
            f"{facts.without} steps were taken without any gradient",
            "Call loss.backward() before optimizer.step().",
        )
    if ended and facts.backwards >= ENOUGH and not facts.steps:
        yield Suspicion(
            "the optimizer never takes a step: the parameters never change",
            f"{facts.backwards} backward passes were made, and no step",
            "Call optimizer.step() after loss.backward(). Where another optimizer takes the steps, "
            "watch that one: a list of optimizers will do.",
        )


def _parameters(heard: LoopListener, ended: bool) -> Iterator[Suspicion]:
    facts, owned = heard.facts, heard.owned
    known = {id(p) for p in heard.named.values()}
    if not known & owned and facts.steps:
        yield Suspicion(
            "the optimizer holds no parameter of the model",
            f"it has {len(owned)} parameters, and none of them is one of the model's {len(known)}",
            "Make the optimizer after the model is complete: not before it is built again, copied "
            "or replaced.",
        )
        return
    still = {n for n, p in heard.named.items() if p._version == heard.versions[n]}
    unowned = [
        name
        for name, p in heard.named.items()
        if p.requires_grad and id(p) not in owned and name in facts.graded and name in still
    ]
    if unowned and facts.steps:
        yield Suspicion(
            "parameters are in no optimizer and will never change",
            f"{len(unowned)} parameters want a gradient and get one, and no optimizer has them",
            "Give the optimizer all of model.parameters(). Where they are frozen on purpose, set "
            "requires_grad = False on them.",
            _listed(unowned),
        )
    missed = [
        name
        for name, p in heard.named.items()
        if p.requires_grad and id(p) in owned and name not in facts.graded
    ]
    if missed and facts.graded and facts.steps >= ENOUGH and ended:
        yield Suspicion(
            "no gradient reaches some parameters",
            f"{len(missed)} parameters had no gradient in {facts.steps} steps",
            "Look for detach(), .data, no_grad or argmax on the way to the loss, and for layers "
            "that forward leaves out.",
            _listed(missed),
            certain=False,
        )
    yield from _frozen([name for name in heard.drawn if name in still])


def _frozen(names: Sequence[str]) -> Iterator[Suspicion]:
    if names:
        yield Suspicion(
            "layers are frozen with random weights",
            f"{len(names)} weights want no gradient and are spread exactly as torch draws new "
            "ones: nothing was loaded into them",
            "Set requires_grad back to True, or load the weights before freezing them.",
            _listed(names),
        )


def _modes(facts: LoopFacts, ended: bool) -> Iterator[Suspicion]:
    learnt = {name for name, _ in facts.learning if name}
    left = [n for n in learnt if facts.first_modes[n] and not facts.last_modes[n]]
    rests = facts.learning["", False]
    if left and facts.first_modes.get("") and not facts.last_modes[""] and rests >= ENOUGH:
        yield Suspicion(
            "the model is left in eval mode after a validation: it trains on without "
            "dropout and batch norm",
            f"{_listed(left)} ran in training mode at first, and the last {rests} passes with "
            "gradients were in eval mode",
            "Call model.train() at the start of each epoch, after every evaluation.",
        )
    resting = [n for n in learnt if not facts.learning[n, True]]
    if resting and not facts.learning["", True] and facts.steps >= ENOUGH:
        yield Suspicion(
            "the model trains in eval mode: its dropout and batch norm are never at work",
            f"{_listed(resting)} ran in eval mode in all {rests} passes with gradients",
            "Call model.train() before training. What is frozen on purpose can stay in eval mode.",
            certain=False,
        )
    wrong = [n for n, training in facts.evaluating if n and training]
    if wrong and facts.evaluating["", True] and ended:
        yield Suspicion(
            "the program evaluates in training mode: dropout and batch norm are at work in it",
            f"{_listed(wrong)} ran in training mode without gradients: passes of the whole model "
            f"like that: {facts.evaluating['', True]}",
            "Call model.eval() before an evaluation, and model.train() after it.",
            certain=False,
        )


def _courses(heard: LoopListener) -> Iterator[Suspicion]:
    facts = heard.facts
    for number, series in facts.rates.items():
        yield from _rate(series, f"parameter group {number % 1000}" if number else "")
    losses = facts.losses.values
    if len(losses) < LONG or facts.lost or len(heard.optimizers) > 1:
        return
    last = losses[-max(5, len(losses) // 10) :]
    if losses[0] > 0 and median(last) > RISEN * losses[0] and min(last) > losses[0]:
        yield Suspicion(
            "the loss rises",
            f"it is {losses[0]:.4g} in the first batch, and {median(last):.4g} in the last ones",
            "Lower the learning rate, and look at the sign of the loss.",
            certain=False,
        )


def _rate(series: Series, where: str) -> Iterator[Suspicion]:
    values = series.values
    if len(values) < LONG:
        return
    highest = max(values)
    if highest == 0:
        yield Suspicion(
            "the learning rate is 0: the parameters never change",
            f"it was 0 in all {series.count} steps",
            "Look at what the schedule makes of it, and when it is stepped.",
            where,
        )
        return
    peak = values.index(highest)
    spent = next((i for i in range(peak, len(values)) if max(values[i:]) < SPENT * highest), None)
    if spent is not None and spent < EARLY * len(values):
        at = math.ceil(spent * series.count / len(values))
        yield Suspicion(
            f"the learning rate's schedule is over after {at} of {series.count} steps",
            f"it is {highest:.3g} at most, and {values[spent]:.3g} from step {at} on",
            "Look at how many steps or epochs the schedule is made for, and whether it is stepped "
            "once a batch where once an epoch is meant.",
            where,
            certain=False,
        )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more
