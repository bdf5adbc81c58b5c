"""Does every parameter that wants to be trained get its gradient, and change?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes import _ledger_findings as found_wrong
from art.registry.probes._parts import is_declared

if TYPE_CHECKING:
    from art.training.probing.stepping import StepListener

STEPS = 8
ENOUGH = 2
"""Steps after which nothing is missing where all parameters have got a gradient."""
PATIENT = 64
"""Batches after which an optimizer that takes a step every few of them has taken one."""


@probes("art.ParameterLedger.v1")
class ParameterLedger(Probe):
    """Every parameter that wants a gradient is owned by an optimizer, gets one, and changes.

    A few steps are taken on one batch. A parameter that a gradient reaches and no optimizer owns,
    one that is used and that no gradient reaches, one whose optimizer never takes a step, and one
    that is declared frozen and changes are faults, whatever the loss does. A layer that no training
    step uses, that is given zeros alone or whose outputs are thrown away is suspicious: it may be
    left over. So are weights that are the same for every seed and so were loaded. A copy of trained
    weights, or one that follows them (a teacher, a target network), is neither. What no gradient
    has reached is looked at once more on other batches and at the end of the training, where a part
    of the loss may set in.
    """

    cost: ClassVar[str] = "2 forward, 2 backward; 16 where something is missing"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Take the steps, and look into every parameter."""
        heard = _listened(context)
        frozen = context.contract.frozen
        free = [name for name in heard.wanting if not is_declared(name, frozen)]
        unowned = [name for name in free if name not in heard.owned]
        unreached = [n for n in free if n in heard.owned and n not in heard.graded]
        # a bias may cancel out, as in a difference of two calls or before a normalization
        unreached = [n for n in unreached if not _may_cancel(n, heard.wanting, unreached)]
        found = [*_hidden(heard, context), *_moved(heard, frozen)]
        missing = [n for n in unowned if n not in heard.graded] + unreached
        if missing:
            late = _at_the_end(context)
            more = [] if late is None else [late]
            if heard.idle & set(missing):  # one that steps every few batches has stepped by then
                patient = _listened(context, steps=PATIENT)
                heard.steps += patient.steps
                more.append(patient)
            for other in more:
                heard.graded |= other.graded
                heard.touched |= other.touched
            unreached = [n for n in unreached if n not in heard.graded]
        teachers = _teachers([n for n in missing if n in heard.touched], heard)
        unowned = [n for n in unowned if n not in teachers]
        unreached = [n for n in unreached if n not in teachers]
        if unowned or unreached:
            found += _judged(unowned, unreached, heard, _loaded(context, heard), context)
        return sorted(found, key=lambda suspicion: not suspicion.certain)


def _judged(
    unowned: Sequence[str],
    unreached: Sequence[str],
    heard: StepListener,
    loaded: set[str],
    context: StageContext,
) -> Iterator[Suspicion]:
    """What is in no optimizer, what no gradient reaches, and what is left over."""
    from art.training.probing.mattering import without_effect

    unused = [n for n in (*unowned, *unreached) if n not in heard.touched and n not in heard.graded]
    left = [n for n in unowned if n in heard.graded]
    for names, certain in _by(left, lambda n: n not in loaded):
        yield found_wrong.unowned(names, certain)
    cut_off = [n for n in (*unowned, *unreached) if n not in heard.graded and n not in unused]
    idle = [n for n in cut_off if n in heard.idle]
    if idle:
        yield found_wrong.never_stepped(idle, PATIENT)
    cut_off = [n for n in cut_off if n not in idle]
    if cut_off:
        thrown_away = without_effect(context, cut_off)
        unused += [n for n in cut_off if n in thrown_away]
        cut_off = [n for n in cut_off if n not in thrown_away]
    reached = _by(cut_off, lambda n: n in heard.owned and n not in loaded)
    judged = [found_wrong.unreached(names, STEPS, certain) for names, certain in reached]
    yield from judged
    # behind dead units a layer is given zeros: that is the same fault, and no second cause
    if unused and not any(suspicion.certain for suspicion in judged):
        yield found_wrong.unused(unused, STEPS)


def _by(names: Sequence[str], is_certain: Any) -> Iterator[tuple[list[str], bool]]:
    for certain in (True, False):
        chosen = [name for name in names if is_certain(name) == certain]
        if chosen:
            yield chosen, certain


def _hidden(heard: StepListener, context: StageContext) -> Iterator[Suspicion]:
    """Layers in a plain list, but for those that are the same for every seed: they were loaded."""
    drawn = _drawn(heard, context) if heard.hidden else []
    if drawn:
        yield Suspicion(
            "layers in a plain list are not part of the model and will never change",
            "gradients reach them, and no optimizer, checkpoint or device move does",
            "Register them: nn.ModuleList in place of a list, nn.ModuleDict in place of a dict. Of "
            "a layer that is not trained, set requires_grad = False.",
            ", ".join(drawn[: found_wrong.SHOWN]),
        )


def _drawn(heard: StepListener, context: StageContext) -> list[str]:
    """Those of the hidden layers that begin at random."""
    import torch

    from art.training.probing.fresh_draws import has_drawn
    from art.training.probing.stepping import layers_at, plain_layers

    if not context.rebuilds:
        model = context.build_model()
        return [name for name in heard.hidden if has_drawn(layers_at(model, name))]
    twin = plain_layers(context.build_model(seed=context.seed + 1))
    return [
        name
        for name, weights in heard.hidden.items()
        if not all(map(torch.equal, weights, twin.get(name, [])))
    ]


def _moved(heard: StepListener, frozen: Sequence[str]) -> Iterator[Suspicion]:
    moved = [
        name
        for name, before in heard.before.items()
        if is_declared(name, frozen) and before != heard.after.get(name)
    ]
    if moved:
        yield Suspicion(
            "parameters that are declared frozen change",
            f"{len(moved)} of them moved in {STEPS} steps",
            "Set requires_grad = False on them, or leave them out of the optimizer.",
            found_wrong.listed(moved),
        )


def _listened(context: StageContext, late: bool = False, steps: int = STEPS) -> StepListener:
    """What a few steps show, on one batch at the start or on several at the end."""
    from art.training.probing.intervening import Decided
    from art.training.probing.one_batch import length_of
    from art.training.probing.stepping import AtTheEnd, StepListener

    loader = context.loader(context.build_data(), "train")
    batches = list(islice(iter(loader), STEPS if late else 1))
    listener = StepListener()
    others = [AtTheEnd(context.max_epochs, length_of(loader))] if late else []
    whole = late or steps != STEPS or bool(context.contract.frozen)
    enough = Decided(lambda: not whole and listener.reaches_all(after=ENOUGH))
    callbacks = [*others, listener, enough]
    context.fit(batches=batches, max_steps=steps, callbacks=callbacks, logged=False)
    return listener


def _at_the_end(context: StageContext) -> StepListener | None:
    """What steps at the end of the training show; None where they cannot be taken out of turn."""
    try:
        return _listened(context, late=True)
    except Exception as error:  # a schedule that counts its steps, a module that counts its batches
        context.note(f"the last steps of the training cannot be rehearsed: {error}")
        return None


def _teachers(names: Sequence[str], heard: StepListener) -> set[str]:
    """Parameters that begin as a copy of one that an optimizer has, or change without any."""
    unowned = {n for n in names if n not in heard.owned}
    found = {n for n in unowned if heard.before[n] != heard.after.get(n)}
    owned = {heard.before[n] for n in heard.owned & heard.graded if n in heard.before}
    found |= {n for n in names if not heard.before[n].constant and heard.before[n] in owned}
    return found | _constants_of(found, names, heard)


def _loaded(context: StageContext, heard: StepListener) -> set[str]:
    """Parameters that are the same for every seed, of a module whose trained ones are not."""
    from art.training.probing.digests import of_tensors
    from art.training.probing.fresh_draws import not_drawn

    if not context.rebuilds:  # no seed draws anything: the weights tell themselves
        return not_drawn(context.build_model(), heard.owned & heard.graded)
    twin = of_tensors(dict(context.build_model(seed=context.seed + 1).named_parameters()))
    drawn = [n for n, value in heard.before.items() if n in twin and not value.constant]
    same = {n for n in drawn if heard.before[n] == twin[n]}
    if not any(n in heard.owned & heard.graded and n not in same for n in drawn):
        return set()
    return same | _constants_of(same, heard.before, heard)


def _constants_of(found: set[str], names: Iterable[str], heard: StepListener) -> set[str]:
    """A bias or a norm begins as a constant, like many others: it goes with its part."""
    parts = {name.partition(".")[0] for name in found}
    return {n for n in names if heard.before[n].constant and n.partition(".")[0] in parts}


def _may_cancel(name: str, names: Sequence[str], unreached: Sequence[str]) -> bool:
    """Whether it is the bias of a layer whose weight is reached."""
    layer, _, part = name.rpartition(".")
    weight = f"{layer}.weight"
    return part == "bias" and weight in names and weight not in unreached
