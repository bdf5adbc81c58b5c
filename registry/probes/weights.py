"""Are the weights that training starts from, and keeps, those that are meant?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import NotJudged, Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes
from art.registry.probes._parts import is_declared

if TYPE_CHECKING:
    from torch import Tensor, nn

    from art.training.probing.trials import Trial

SHOWN = 3
NORMAL = "are as evenly normal as new ones are"
GIVEN = (
    "the module was given as it is, so that nobody sees what is loaded while it is built; a "
    "function that builds it can be given in its place"
)


@probes("art.LoadedWeights.v1")
class LoadedWeights(Probe):
    """What a model loads while it is built must arrive in it.

    `load_state_dict(strict=False)` passes over every name that does not fit, so that a prefix
    too many leaves a "pretrained" model at random. State dicts that are read or loaded during
    building are compared with the weights afterwards: a tensor whose name ends like a weight's,
    and which has its shape, must be its value. A new head is no fault.
    """

    cost: ClassVar[str] = "builds a model"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Build a model under observation."""
        from art.training.probing.loading import noted_weights

        if not context.rebuilds:
            raise NotJudged(GIVEN)
        with noted_weights() as loaded:
            model = context.build_model(fresh=True)
        weights = {**dict(model.named_parameters()), **dict(model.named_buffers())}
        for state in loaded:
            found = _arrival(state, weights)
            if found is not None:
                return [found]
        return []


def _arrival(state: dict[str, Tensor], weights: dict[str, Any]) -> Suspicion | None:
    names = [name for name, value in state.items() if value.ndim and value.numel() > 1]
    arrived, lost = [], []
    for name in names:
        value, homes = state[name], _homes(name, state[name], weights)
        if any(_same(value, weight) for weight in weights.values()):
            arrived.append(name)
        elif homes:
            lost.append((name, homes[0]))
    if not lost and not arrived and names:  # not one name fits
        shapes = Counter(tuple(value.shape) for value in weights.values())
        if sum(tuple(state[name].shape) in shapes for name in names) >= max(2, len(names) / 2):
            lost = [(name, "") for name in names]
    if len(lost) < 2 or len(lost) <= len(arrived):
        return None
    pairs = ", ".join(f"{old} -> {new}" if new else old for old, new in lost[:SHOWN])
    return Suspicion(
        "loaded weights do not arrive in the model: it starts at random",
        f"{len(lost)} of {len(names)} loaded tensors are nowhere in the model ({pairs})",
        "load_state_dict(strict=False) skips names that do not match. Make them match (strip "
        "prefixes such as 'module.' or 'model.'), and look at what load_state_dict returns.",
        lost[0][1] or lost[0][0],
    )


def _homes(name: str, value: Tensor, weights: dict[str, Any]) -> list[str]:
    """Weights that the tensor is meant for: one name ends in the other, the shapes are the same."""
    return [
        other
        for other, weight in weights.items()
        if weight.shape == value.shape
        and (other == name or other.endswith(f".{name}") or name.endswith(f".{other}"))
    ]


def _same(one: Tensor, other: Tensor) -> bool:
    import torch

    return one.shape == other.shape and torch.equal(one.to(other.dtype), other.detach().cpu())


@probes("art.SharedModules.v1")
class SharedModules(Probe):
    """Each layer of a model must be its own, and each model's its own.

    `[layer] * 3` is one layer three times. One that is registered under several names and called
    several times in a forward pass is shared by accident, or its share is declared in `[contract]
    shared`; tied weights of different layers, and one layer called in a loop, are no fault. Two
    models that are built one after the other and have a weight in common keep it outside of
    themselves, in a class or a default argument.
    """

    cost: ClassVar[str] = "1 forward"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Count the names and the calls of each layer."""
        from art.training.probing.trials import try_out

        trial = context.once(try_out)
        found = []
        # copies would share nothing: what is looked at is how the program builds its models
        one, other = (context.build_model(fresh=context.rebuilds) for _ in range(2))
        common = {p.data_ptr(): name for name, p in one.named_parameters() if p.numel()}
        both = [common[p.data_ptr()] for p in other.parameters() if p.data_ptr() in common]
        del one, other
        if both:
            found.append(
                Suspicion(
                    "a fresh model has the weights of the one before",
                    f"{len(both)} parameters of two models are the same memory",
                    "Build the layers in __init__: not in the class body, at module level or as a "
                    "default argument.",
                    both[0].removeprefix("network."),
                )
            )
        if trial.outputs is not None and trial.inputs is not None:
            names = _called_twice(trial.model, lambda: trial(trial.inputs[:4]))
            names = [name for name in names if not is_declared(name, context.contract.shared)]
            if names:
                found.append(_shared(names))
        return found


def _shared(names: list[str]) -> Suspicion:
    return Suspicion(
        "one layer is used in several places of the model",
        f"it is registered and called as {', '.join(names[:4])}: they share their weights",
        "Make a layer for each place: [make() for _ in range(n)], not [make()] * n. Where sharing "
        f'is meant, declare it: [contract] shared = ["{names[0]}"].',
        names[0],
    )


def _called_twice(model: nn.Module, call: Any) -> list[str]:
    """The names of the first layer that has several, and is called several times."""
    names: dict[int, list[str]] = {}
    modules: dict[int, nn.Module] = {}
    for name, module in model.named_modules(remove_duplicate=False):
        if next(module.parameters(recurse=False), None) is not None:
            names.setdefault(id(module), []).append(name.removeprefix("network."))
            modules[id(module)] = module
    several = {key: modules[key] for key, found in names.items() if len(found) > 1}
    calls: Counter[int] = Counter()
    handles = [
        module.register_forward_hook(lambda *_, key=key: calls.update([key]))
        for key, module in several.items()
    ]
    try:
        call()
    finally:
        for handle in handles:
            handle.remove()
    return next((names[key] for key in several if calls[key] > 1), [])


@probes("art.FrozenWeights.v1")
class FrozenWeights(Probe):
    """What is frozen must have been trained before.

    Weights that want no gradient and differ from one seed to the next are frozen as they were
    drawn: nothing was loaded into them. A copy of trainable weights (an average, a target
    network) is no fault, nor is what is declared in `[contract] frozen`.
    """

    cost: ClassVar[str] = "builds 2 models"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Compare two models that differ by their seed; of one that was given built, look at how
        its weights are spread."""
        import torch

        from art.training.probing.trials import try_out

        trial = context.once(try_out)
        told, found = _frozen_at_random(trial, context.rebuilds)
        names = [
            name.removeprefix("network.")
            for name in found
            if not is_declared(name, context.contract.frozen)
        ]
        if not names:
            return []
        part = names[0].rsplit(".", 1)[0]
        layers = (torch.nn.Linear, torch.nn.modules.conv._ConvNd, torch.nn.Embedding,
                  torch.nn.RNNBase, torch.nn.MultiheadAttention)  # fmt: skip
        modules = dict(trial.model.named_modules())
        homes = (modules.get(n.rpartition(".")[0]) for n, p in trial.model.named_parameters()
                 if n.removeprefix("network.") in names)  # fmt: skip
        # a bare parameter that wants no gradient may be random on purpose: random features
        in_a_layer = any(isinstance(home, layers) for home in homes)
        return [
            Suspicion(
                "layers are frozen with random weights",
                f"{len(names)} weights want no gradient and {told}: nothing was loaded into them",
                "Set requires_grad back to True, or load the weights before freezing them. Where "
                f'random weights are meant, declare it: [contract] frozen = ["{part}"].',
                ", ".join(names[:SHOWN]),
                certain=in_a_layer and told != NORMAL,
            )
        ]


def _frozen_at_random(trial: Trial, rebuilds: bool) -> tuple[str, list[str]]:
    """How it is told that weights are random, and their names."""
    from art.training.probing.fresh_draws import drawn_names, is_normal

    if rebuilds:
        return "differ from one seed to the next", _differing(trial)
    found = drawn_names(trial.model)
    if found:
        return "are as torch draws them", found
    return NORMAL, drawn_names(trial.model, is_normal)


def _differing(trial: Trial) -> list[str]:
    """Weights that want no gradient, differ by the seed, and are no copy of trainable ones."""
    import torch

    twin = dict(trial.twin.named_parameters())
    trained = [p for p in trial.model.parameters() if p.requires_grad]
    return [
        name
        for name, p in trial.model.named_parameters()
        if not p.requires_grad
        and p.ndim > 1
        and not torch.equal(p, twin[name])
        and not any(p.shape == other.shape and torch.equal(p, other) for other in trained)
    ]
