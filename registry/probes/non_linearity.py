"""Is there something that is not linear between the layers?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from art.core.probe import Probe, Suspicion
from art.core.stage import StageContext
from art.registries import probes

if TYPE_CHECKING:
    from torch import Tensor


@probes("art.NonLinearity.v1")
class NonLinearity(Probe):
    """Between two layers of weights there must be something that is not linear.

    Two linear layers in a row are one: the model is less than it looks. What leaves a layer is
    scaled, and what reaches the next one must not follow in proportion. Layers meant to be a
    bottleneck (narrower than both sides), depthwise and 1x1 convolutions, pretrained or frozen
    layers, and layers that feed several others, as in attention, pass. A square
    layer behind another part is only suspected: a linear operator on codes, as Koopman's, is one.
    """

    cost: ClassVar[str] = "4 forward for each layer"

    def measure(self, context: StageContext) -> Sequence[Suspicion]:
        """Try each layer with the one that comes next."""
        from art.training.probing.fresh_draws import is_as_drawn
        from art.training.probing.tracing import called_layers
        from art.training.probing.trials import try_out

        trial = context.once(try_out)
        if trial.outputs is None or trial.inputs is None:
            return []
        inputs = trial.inputs[:8]
        layers = called_layers(trial.model, lambda: trial(inputs))
        pairs = [
            (one, other)
            for one, other in pairwise(layers)
            if _is_candidate(one, other, layers)
            and (
                _is_drawn(one, trial) if context.rebuilds else bool(one.module.weight.requires_grad)
            )
            and _in_proportion(one, other, trial)
            and not _is_read_elsewhere(one, other, trial)
            and _alone_in_training(one.name, other.name, context, trial)
        ]
        certain = [pair for pair in pairs if not _is_operator(*pair)]
        if not context.rebuilds:  # a layer that was loaded may have been two factors of one
            certain = [pair for pair in certain if is_as_drawn(pair[0].module, "weight")]
        chosen = certain or pairs
        if not chosen:
            return []
        told = [f"{a.name} and {b.name}".replace("network.", "") for a, b in chosen]
        return [
            Suspicion(
                "an activation is missing: layers follow each other in a straight line",
                f"what reaches the second of {told[0]} is proportional to what leaves the first",
                "Put an activation (ReLU, GELU, ...) between them, or make them one layer.",
                ", ".join(told[:3]),
                certain=bool(certain),
            )
        ]


def _is_operator(one: Any, other: Any) -> bool:
    """Whether the second layer maps what another part gives into the same space."""
    from torch import nn

    square = isinstance(other.module, nn.Linear) and (
        other.module.in_features == other.module.out_features
    )
    return square and one.name.rpartition(".")[0] != other.name.rpartition(".")[0]


def _is_drawn(one: Any, trial: Any) -> bool:
    """Whether a layer is trained, and begins at random."""
    import torch

    before, twin = one.module.weight, dict(trial.twin.named_modules())[one.name].weight
    return bool(before.requires_grad) and not torch.equal(before, twin)


def _is_candidate(one: Any, other: Any, layers: Sequence[Any]) -> bool:
    from torch import nn

    linear, conv = nn.Linear, nn.modules.conv._ConvNd
    a, b = one.module, other.module
    if a is b or not isinstance(a, linear | conv) or not isinstance(b, linear | conv):
        return False
    if isinstance(a, conv):
        if a.groups > 1 or (isinstance(b, conv) and b.groups > 1):
            return False
        if isinstance(b, conv) and 1 in (max(a.kernel_size), max(b.kernel_size)):
            return False
    elif a.out_features < min(a.in_features, getattr(b, "out_features", 10**9)):
        return False  # a bottleneck
    if isinstance(a, linear) and isinstance(b, conv):
        return False
    return sum(layer.inputs is other.inputs for layer in layers) <= 1  # else several read it


def _in_proportion(one: Any, other: Any, trial: Any) -> bool:
    """Whether the input of a layer follows the output of the one before, and that alone."""
    import torch

    def received(change: Any) -> Tensor | None:
        seen: list[Tensor] = []
        handles = [
            one.module.register_forward_hook(lambda m, given, out: change(out)),
            other.module.register_forward_pre_hook(lambda m, given: seen.append(given[0])),
        ]
        try:
            trial(trial.inputs[:8])
        finally:
            for handle in handles:
                handle.remove()
        return seen[0].float() if seen else None

    generator = torch.Generator().manual_seed(0)

    def noise(out: Tensor) -> Tensor:
        generator.manual_seed(0)
        size = 3 * float(out.std()) + 1.0
        return size * torch.randn(out.shape, generator=generator, dtype=out.dtype)

    still, base = received(torch.zeros_like), received(lambda out: out)
    once, twice = received(lambda out: out + noise(out)), received(lambda out: out + 2 * noise(out))
    if still is None or base is None or once is None or twice is None:
        return False
    size = float((once - base).abs().max())
    if size == 0 or float((still - still[:1]).abs().max()) > 1e-5 * size:
        return False  # something else reaches it as well
    if not _is_local(once - base, one, received, noise):
        return False
    return float((twice - 2 * once + base).abs().max()) < 1e-4 * size


def _is_read_elsewhere(one: Any, other: Any, trial: Any) -> bool:
    """Whether the first layer reaches the output past the second, as by a residual connection."""
    import torch

    def outputs(change: Any) -> Tensor:
        handles = [
            one.module.register_forward_hook(lambda m, given, out: change(out)),
            other.module.register_forward_hook(lambda m, given, out: torch.zeros_like(out)),
        ]
        try:
            found: Tensor = trial(trial.inputs[:8])
        finally:
            for handle in handles:
                handle.remove()
        return found

    return not torch.equal(outputs(lambda out: out), outputs(lambda out: 2 * out + 1))


def _alone_in_training(one: str, other: str, context: StageContext, trial: Any) -> bool:
    """Whether nothing else reaches the second layer in training, such as noise of a variational
    autoencoder or another loss's way in."""
    from art.training.probing.tracing import Silenced

    heard = Silenced(one, other)
    context.fit(batches=[trial.batch], max_steps=1, callbacks=[heard], logged=False)
    return all(float((received - received[:1]).abs().max()) <= 1e-5 for received in heard.received)


def _is_local(change: Tensor, one: Any, received: Any, noise: Any) -> bool:
    """Of sequences: whether a step's output reaches the same step alone, unlike in attention."""
    if change.ndim != 3 or one.outputs.ndim != 3:
        return True

    def first_step(out: Tensor) -> Tensor:
        changed = out.clone()
        changed[:, 0] += noise(out)[:, 0]
        return changed

    moved = received(first_step) - received(lambda out: out)
    return bool((moved[:, 1:] == 0).all())
