"""Do inputs and labels belong together?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.data_info import class_words
from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._classes import may_differ
from art.registry.probes._nothing import nothing
from art.registry.probes._transfer import transfer

if TYPE_CHECKING:
    from art.registry.probes._cheap import Learned
    from art.training.probing.observing import Observed

STRONG, PLAIN, SURE = 8.0, 5.0, 4.5


@probes("art.LabelAgreement.v1")
class LabelAgreement(Probe):
    """What cheap models learn from inputs is more than they learn from permuted labels, and it
    holds for val.

    Labels that no model can learn anything of do not belong to their inputs; labels that become
    learnable when they are moved by a row are joined wrongly; labels of val that follow the
    inputs under other names are encoded otherwise. Any signal beyond chance lets a weak task pass.
    """

    cost: ClassVar[str] = "3 cheap models, 60 permutations"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare with permuted, moved and renamed labels."""
        from art.registry.probes._cheap import learned, signal, signal_across
        from art.registry.probes._grounds import doubt, wanders
        from art.registry.probes._rolled import rolled
        from art.training.probing.observing import observe

        known = context.once(learned)
        if known is None:
            return []
        observed = context.once(observe)
        coded = known.coded
        strengths = [signal(model, coded) for model in known.models]
        across = {
            name: [signal_across(m, name, coded, known.code(values)) for m in known.models]
            for name, values in known.held.items()
        }
        contract = context.contract
        timed, why = contract.drifts, doubt(observed, contract)
        found: list[Suspicion]
        if max(strengths) < PLAIN:
            moved = [] if timed else list(rolled(observed, context))
            found = moved or list(nothing(known, max(strengths), timed=timed, doubt=why))
            declared = contract.ids or contract.views
            return [one for one in found if one.certain or not declared]
        timed = wanders(observed, contract)
        found = []
        for name, held in known.held.items():
            if known.kind == "classes" and may_differ(held, known.values, contract):
                continue
            renamed = list(_renamed(known, name, context.data_info.class_names))
            lost = renamed or list(
                _lost(known, observed, name, strengths, across[name], timed=timed)
            )
            declared = timed or bool(contract.groups)
            found += lost or list(transfer(known, name, expected=declared))
        return found


def _renamed(known: Learned, name: str, classes: Sequence[str]) -> Iterator[Suspicion]:
    """Labels of val that follow the inputs under other names."""
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    coded, held = known.coded, known.held[name]
    if len(held) < 20:
        return
    if known.kind != "classes":
        yield from _turned(known, name)
        return
    size = coded.shape[1]
    prior = np.bincount(known.values) / len(known.values)
    if held.max() >= size:
        return
    for model in known.models[1:]:
        guess = (model.across[name] @ coded + prior).argmax(1)
        own = float(((model.among @ coded + prior).argmax(1) == known.values).mean())
        table = np.zeros((size, size))
        np.add.at(table, (guess, held), 1)
        names = linear_sum_assignment(-table)[1]
        right, renamed = float((guess == held).mean()), float((names[guess] == held).mean())
        gain = (renamed - right) * len(held)
        error = (own * (1 - own) / len(held) + 1e-4) ** 0.5
        if gain < 10 or renamed < 0.85 * own or right > own - max(0.08, 6 * error):
            return
    moved = np.flatnonzero(names != np.arange(size))
    called = [
        (class_words(int(k), classes), class_words(int(names[k]), classes)) for k in moved[:4]
    ]
    said = ", ".join(f"{one} is called {other.removeprefix('class ')}" for one, other in called)
    steps = {int(s) for s in (names - np.arange(size)) % size}
    shifted = len(steps) == 1 and size > 2
    by = steps.pop() if shifted else 0
    by = by - size if by > size / 2 else by
    yield Suspicion(
        f"labels of {name} are shifted against train by {by}"
        if shifted
        else f"labels of {name} are encoded differently than in train",
        f"a cheap model predicts {right:.0%} of the {name} labels, and {renamed:.0%} after "
        f"renaming classes ({said})",
        "Encode the labels of all splits by one table, made from train.",
        name,
    )


def _turned(known: Learned, name: str) -> Iterator[Suspicion]:
    import numpy as np

    coded, held = known.coded, known.code(known.held[name])
    found = []
    for model in known.models:
        predicted = (model.among @ coded)[:, 0]
        across = (model.across[name] @ coded)[:, 0]
        found.append(
            (np.corrcoef(predicted, coded[:, 0])[0, 1], np.corrcoef(across, held[:, 0])[0, 1])
        )
    if all(own > 0.4 and other < -0.6 * own for own, other in found) and len(held) >= 40:
        yield Suspicion(
            f"targets of {name} have the opposite sign of train's",
            f"predictions of a cheap model go with train's by {found[0][0]:.2f}, and with those of "
            f"{name} by {found[0][1]:.2f}",
            "Prepare the targets of all splits by the same function.",
            name,
        )


def _lost(
    known: Learned,
    observed: Observed,
    name: str,
    strengths: list[float],
    across: list[float],
    *,
    timed: bool,
) -> Iterator[Suspicion]:
    """Learnable in train, and at chance in val."""
    import numpy as np

    from art.registry.probes._rolled import is_mixed

    best = int(np.argmax(strengths))
    held = len(known.held[name])
    explained = _explained(known, best)
    expected = np.sqrt(max(explained, 0) * held)
    missing = expected - max(across)
    if min(strengths[best], expected) < STRONG / 2 or held < 30 or max(across) > 2:
        return
    yield Suspicion(
        f"what train teaches does not hold in {name}: inputs and labels of {name} do not belong "
        f"together",
        f"{known.models[best].name} finds the labels of train ({strengths[best]:.0f} deviations "
        f"above permuted ones), and those of {name} no better than chance ({max(across):.1f})",
        f"Look at how the {name} split is read: labels shuffled or sorted apart from the inputs, "
        f"or other preprocessing.",
        name,
        certain=not timed and missing > SURE and is_mixed(observed),
    )


def _explained(known: Learned, best: int) -> float:
    """The share of the labels' variance that left-out predictions explain."""
    import numpy as np

    coded = known.coded
    predicted = known.models[best].among @ coded
    return float(np.corrcoef(predicted.reshape(-1), coded.reshape(-1))[0, 1] ** 2)
