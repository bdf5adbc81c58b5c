"""Are there labels that contradict their inputs?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    import numpy as np

    from art.registry.probes._cheap import Learned

SHARE = 0.03
NATURAL = 0.11
"""The share of wrong labels up to which people's own data sets go: 0.2% to 10.1% in ten that are
much used (Northcutt, Athalye and Mueller, Pervasive Label Errors in Test Sets, 2021)."""
EVIDENCE = 10.0
CONTRAST = 5.0
SHARES = (0.0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6)
TEMPERATURES = 20
SHOWN = 5


@probes("art.SuspiciousLabels.v1")
class SuspiciousLabels(Probe):
    """Wrong labels stand far from any boundary; a hard task errs near the boundaries alone.

    Three cheap models predict each sample from the others. Their scores explain the labels by a
    softmax of some temperature, whose errors lie where scores are close, with or without a share
    of labels drawn by lot. Where that share is 3% or more and the likelihood ratio of two models
    says so beyond doubt, labels are wrong. Up to the share of wrong labels that much used data sets
    have, the finding is a suspicion. Labels of train that agree with the inputs far less
    than those of val tell the same.
    """

    cost: ClassVar[str] = "3 cheap models"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Weigh both explanations."""
        from art.registry.probes._cheap import learned
        from art.registry.probes._grounds import are_ids, doubt
        from art.training.probing.observing import observe

        known = context.once(learned)
        if known is None:
            return []
        if known.kind != "classes":
            return list(_outliers(known))
        if len(set(known.values.tolist())) > 50:
            return []
        observed, contract = context.once(observe), context.contract
        if contract.ids or are_ids(observed.splits["train"].rows.inputs):
            return []  # two users with one taste are no contradiction
        why = doubt(observed, contract)
        alike = not (contract.drifts or observed.splits["train"].drawn or why)
        found = [*_contrast(known, alike=alike)]
        if not any(one.certain for one in found):
            found = [*_drawn(known, doubt=why), *found]
        return sorted(found, key=lambda one: not one.certain)[:1]


def _drawn(known: Learned, *, doubt: str) -> Iterator[Suspicion]:
    import numpy as np

    coded = known.coded
    prior = coded_prior(known)
    scores = [model.among @ coded for model in known.models]
    sets = {"train": (known.values, scores)}
    if known.held:
        # Labels that are wrong in every split tell more together than train's alone.
        size = len(prior)
        good = {name: values < size for name, values in known.held.items()}
        joined = [
            np.concatenate([own, *((m.across[name] @ coded)[good[name]] for name in known.held)])
            for own, m in zip(scores, known.models, strict=True)
        ]
        labels = [known.values, *(values[good[name]] for name, values in known.held.items())]
        sets["all splits"] = (np.concatenate(labels), joined)
        for name, values in known.held.items():
            across = [(m.across[name] @ coded)[good[name]] for m in known.models]
            sets[name] = (values[good[name]], across)
    best: tuple[float, float, str, int] | None = None
    for name, (values, parts) in sets.items():
        if len(values) < 60:
            continue
        fits = sorted((mixture(part, values, prior) for part in parts), reverse=True)
        second = fits[1]
        if second[0] > EVIDENCE / 2 and (best is None or second[0] > best[0]):
            share = min(fits[0][1], second[1])
            best = (second[0], share, name, len(values))
    if best is None or best[1] < SHARE / 2:
        return
    ratio, share, where, count = best
    certain = ratio > EVIDENCE and share > NATURAL and not doubt
    verb = "are" if certain else "may be"
    hard = "" if certain else " Labels that hang on the order of words or on shapes look so too."
    yield Suspicion(
        f"labels {verb} wrong: a share of them contradicts its inputs, far from any class boundary",
        f"about {share:.0%} of {count} labels look random (log-likelihood ratio "
        f"{ratio / 2:.1f} for two models); the most doubtful in train: {_doubtful(known)}"
        f"{'; but ' + doubt if doubt else ''}",
        "Look at the samples whose label no model expects, at how the labels were made, and at "
        f"whether labels and inputs were joined by the right key.{hard}",
        where,
        certain=certain,
    )


def _doubtful(known: Learned) -> str:
    """The training samples whose labels the models expect least."""
    import numpy as np

    rows = np.arange(len(known.values))
    against = np.zeros(len(rows))
    for model in known.models:
        scores = model.among @ known.coded
        others = scores.copy()
        others[rows, known.values] = -np.inf
        apart = others.max(1) - scores[rows, known.values]
        against += apart / max(float(apart.std()), 1e-12)
    worst = against.argsort(kind="stable")[::-1][:SHOWN]
    return "rows " + ", ".join(str(int(known.chosen[row])) for row in worst)


def coded_prior(known: Learned) -> np.ndarray:
    """Shares of the classes in train."""
    import numpy as np

    counts = np.bincount(known.values)
    return np.asarray(counts / counts.sum())


def mixture(scores: np.ndarray, values: np.ndarray, prior: np.ndarray) -> tuple[float, float]:
    """Twice the log-likelihood ratio of a share of random labels, and that share."""
    import numpy as np

    scores = scores + prior
    base = np.log(prior + 1e-9)
    rows = np.arange(len(values))
    apart = scores - scores[rows, values][:, None]
    shift = base[None] - base[values][:, None]
    shares = np.array(SHARES)[:, None]
    best = np.full(len(SHARES), -np.inf)
    for weight in (0, 1):
        for temperature in np.geomspace(0.01, 3, TEMPERATURES):
            odds = np.exp(np.clip(apart / temperature + weight * shift, -50, 50)).sum(1)
            mixed = (1 - shares) / odds + shares / len(prior)
            best = np.maximum(best, np.log(np.maximum(mixed, 1e-12)).sum(1))
    place = int(best.argmax())
    return float(2 * (best[place] - best[0])), float(SHARES[place])


def _contrast(known: Learned, *, alike: bool) -> Iterator[Suspicion]:
    """Train's labels against val's: how well each agrees with what the rest of train says."""
    import numpy as np

    coded, prior = known.coded, coded_prior(known)
    for name, values in known.held.items():
        if len(values) < 20 or values.max() >= len(prior):
            continue
        weights = (np.bincount(values, minlength=len(prior)) / len(values)) / np.maximum(
            prior, 1e-9
        )
        found = []
        for model in known.models:
            own = (model.among @ coded + prior).argmax(1) == known.values
            other = float(((model.across[name] @ coded + prior).argmax(1) == values).mean())
            weight = weights[known.values]
            mean = float((own * weight).mean() / weight.mean())
            spread = float(np.sqrt((weight**2 * (own - mean) ** 2).mean()) / weight.mean())
            error = np.sqrt(
                spread**2 / len(own) + max(other * (1 - other), 1 / len(values)) / len(values)
            )
            found.append(((other - mean) / error, other - mean, mean, other))
        found.sort(reverse=True)
        strength, gap, mean, other = found[1]
        if strength > CONTRAST and gap >= SHARE:
            yield Suspicion(
                "training labels are wrong: they agree with their inputs less than those of "
                f"{name}",
                f"two cheap models predict {other:.1%} of the {name} labels, and {mean:.1%} of "
                f"train's own, each from all the others",
                "Look at how the training labels were made or changed, and at whether they are "
                "joined to their inputs by the right key.",
                "train",
                certain=alike and (gap > 0.1 or strength > 7),
            )
            return


def _outliers(known: Learned) -> Iterator[Suspicion]:
    """Numbers that no model comes near; heavy tails are a property of many tasks."""
    import numpy as np

    table = known.values.astype(np.float64)
    table = (table - np.median(table, 0)) / np.maximum(table.std(0), 1e-12)
    rest = np.abs(table - known.models[1].among @ table).max(1)
    spread = float(np.median(rest)) * 1.4826
    far = rest > 8 * spread
    if spread > 0 and far.sum() >= 3:
        yield Suspicion(
            "some targets are far from what their inputs say",
            f"{far.mean():.1%} of {len(rest)} training targets are more than 8 robust deviations "
            f"off (the worst: train row {int(known.chosen[rest.argmax()])})",
            "Look at these rows for wrong units or missing-value codes, and for a column that says "
            "too much of the others; a Huber loss is robust to them.",
            "train",
            certain=False,
        )
