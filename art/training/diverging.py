"""Says why a loss is not finite: in which step, from which rows, made by which module.

Nothing is looked at while losses are finite. Once one is not, and the parameters still are, the
batch's forward pass is run again with an eye on every module; where the parameters are not, an
earlier step's gradient has spoilt them.
"""

from __future__ import annotations

import copy
import inspect
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from torch import Tensor, nn
from torchmetrics import Metric

from art.training.data_modules.batches import batch_size_of
from art.training.module_logger.quiet import nothing, replaced
from art.training.resuming.putting_back import Putter
from art.training.resuming.python_state import Names, Taker
from art.training.resuming.run_state import put_module, take_module
from art.training.seeding import undisturbed

MOST_SHOWN = 8


@dataclass(frozen=True)
class Place:
    """Where in a run a batch is, all counted from 1.

    Attributes:
        step: the optimizer step that the batch is, or is a part of.
        epoch: its epoch.
        batch: its number in that epoch.
    """

    step: int
    epoch: int
    batch: int

    def __str__(self) -> str:
        return f"step {self.step} (epoch {self.epoch}, batch {self.batch})"


def place_of(number: int, epoch_batches: int, accumulate: int) -> Place:
    """Where the batch of that number is, counted from 1 over the run."""
    epoch, batch = divmod(number - 1, epoch_batches)
    steps = -(-epoch_batches // accumulate)
    return Place(epoch * steps + batch // accumulate + 1, epoch + 1, batch + 1)


@dataclass
class _Found:
    """The first module whose output is not finite while what it was given is."""

    name: str | None = None
    rows: list[int] = field(default_factory=list)
    count: int = 0


class Enough(BaseException):
    """Ends a replay where the forward pass is done; no user's `except Exception` may stop it."""


def is_lost(loss: Tensor) -> bool:
    """Whether a loss is not finite; one on a device is not waited for and counts as finite."""
    return loss.is_cpu and loss.numel() == 1 and not math.isfinite(loss.item())


def diagnose(
    module: Any, loss: float, place: Place, *, batch: Any, replay: Callable[[], object] | None
) -> str:
    """Why a loss is not finite, in one line.

    Args:
        module: the LightningModule, before the optimizer's step where that can be had.
        loss: its value.
        place: where it was.
        batch: what the step was given; None where that is no longer known.
        replay: runs the batch's forward pass again; None where that cannot be done.
    """
    head = f"training diverged at {place}: the loss is {loss}"
    spoilt = spoilt_parameters(module)
    if spoilt:
        return f"{head}, {_blame_gradient(spoilt, place)}"
    parts = [head]
    count = _size(batch)
    rows = _rows_not_finite(batch, count)
    if rows:
        parts.append(f"the batch itself holds values that are not finite{_in_rows(rows, count)}")
    if replay is not None:
        try:
            found = _first_module(module, replay, count)
        except Exception as error:  # said: what is known without it is still worth having
            parts.append(f"its modules could not be looked at ({type(error).__name__}: {error})")
        else:
            parts.append(_blame_module(module, found, bool(rows)))
    return "; ".join(part for part in parts if part)


def spoilt_parameters(module: nn.Module) -> list[str]:
    """The names of the trained parameters that hold a value that is not finite."""
    return [
        name
        for name, parameter in module.named_parameters()
        if parameter.requires_grad and not _is_finite(parameter.detach())
    ]


def spoilt_by_last_step(module: nn.Module, steps: int) -> str:
    """Why training ended with parameters that are not finite though its last loss was."""
    spoilt = spoilt_parameters(module)
    if not spoilt:
        return ""
    return (
        f"training diverged at step {steps}, the last one: its gradient was not finite and has "
        f"spoilt {_listed(spoilt)}"
    )


def _blame_gradient(spoilt: Sequence[str], place: Place) -> str:
    if place.step <= 1:
        return f"for parameters were not finite from the beginning: {_listed(spoilt)}"
    return (
        f"for the gradient of step {place.step - 1}, or of this one, was not finite and has "
        f"spoilt {_listed(spoilt)}"
    )


def _blame_module(module: nn.Module, found: _Found, bad_rows: bool) -> str:
    if found.name is None:
        return "" if bad_rows else "every module's output is finite: the loss itself makes it"
    part = module.get_submodule(found.name)
    name = found.name or "the model's own forward"
    where = _in_rows(found.rows, found.count)
    return (
        f"the first module that makes what is not finite from finite inputs is {name} "
        f"({type(part).__name__}){where}"
    )


# Looking at the forward pass


def _first_module(module: nn.Module, replay: Callable[[], object], count: int) -> _Found:
    found = _Found(count=count)

    def watch(name: str, part: nn.Module, given: Any, output: Any) -> None:
        if found.name is None and _is_made_here(given, output):
            found.name = name
            found.rows = _rows_not_finite(output, count)

    with ExitStack() as stack:
        for name, part in module.named_modules():
            if isinstance(part, Metric):
                continue

            def hook(part: Any, args: Any, kwargs: Any, output: Any, name: str = name) -> None:
                watch(name, part, (args, kwargs), output)

            handle = part.register_forward_hook(hook, with_kwargs=True)
            stack.callback(handle.remove)
        stack.enter_context(untouched(module))
        with suppress(Enough):
            replay()
    return found


@contextmanager
def untouched(module: Any) -> Iterator[None]:
    """Leave the module's buffers and plain attributes, and the generators, as they were.

    The buffers are lent copies: the step that is under way may need them for its backward pass.
    """
    state = copy.deepcopy(take_module(module, Taker(Names(module))))
    own = [(part, dict(part._buffers)) for part in module.modules()]
    for part, buffers in own:
        part._buffers.update({n: b.detach().clone() for n, b in buffers.items() if b is not None})
    try:
        with undisturbed():
            yield
    finally:
        put_module(module, state, Putter(Names(module)))
        for part, buffers in own:
            part._buffers.update(buffers)


@contextmanager
def silenced(module: Any) -> Iterator[None]:
    """Let a user's `training_step` log nothing, and end before it trains by hand."""

    def enough(*args: Any, **kwargs: Any) -> None:
        raise Enough

    quiet = dict.fromkeys(("log", "log_dict", "toggle_optimizer", "untoggle_optimizer"), nothing)
    with replaced(module, {**quiet, "manual_backward": enough}):
        yield


def call_step(step: Callable[..., object], batch: Any, index: int) -> object:
    """Call a user's `training_step`, which may or may not want to know the batch's number.

    Raises:
        TypeError: it fetches its batches itself, so that it cannot be called again.
    """
    wanted = inspect.signature(step).parameters
    if "dataloader_iter" in wanted:
        raise TypeError("its training_step fetches the batches itself")
    return step(batch, index) if len(wanted) > 1 else step(batch)


def _is_made_here(given: Any, output: Any) -> bool:
    """NaN from no NaN, or infinity from finite values; a mask of -inf is often given on purpose."""
    made, had = _kinds(output), _kinds(given)
    return ("nan" in made and "nan" not in had) or ("inf" in made and not had)


def _kinds(value: Any) -> set[str]:
    kinds: set[str] = set()
    for tensor in _floats(value):
        if not _is_finite(tensor):
            kinds |= {"nan"} if bool(tensor.isnan().any()) else set()
            kinds |= {"inf"} if bool(tensor.isinf().any()) else set()
    return kinds


# Rows


def _size(batch: Any) -> int:
    try:
        return int(batch_size_of(batch)) if batch is not None else 0
    except Exception:  # a batch of a kind that has no rows
        return 0


def _rows_not_finite(value: Any, count: int) -> list[int]:
    """Indices within the batch, of tensors that have a row for each sample."""
    rows: set[int] = set()
    for tensor in _floats(value):
        if count and tensor.dim() and len(tensor) == count:
            good = tensor.detach().reshape(count, -1).isfinite().all(1)
            rows.update((~good).nonzero().flatten().tolist())
    return sorted(rows)


def _in_rows(rows: Sequence[int], count: int) -> str:
    if not rows:
        return ""
    if len(rows) == count:
        return f", in all {count} rows of the batch"
    shown = ", ".join(map(str, rows[:MOST_SHOWN]))
    more = f" and {len(rows) - MOST_SHOWN} more" if len(rows) > MOST_SHOWN else ""
    return f", in row{'s' if len(rows) > 1 else ''} {shown}{more} of the batch's {count}"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_SHOWN])
    more = f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else ""
    return f"{'the parameter' if len(names) == 1 else 'the parameters'} {shown}{more}"


def _floats(value: Any) -> Iterator[Tensor]:
    """The tensors of floats within tuples, lists, dicts and dataclasses."""
    if isinstance(value, Tensor):
        if value.is_floating_point() and not value.is_sparse:
            yield value.detach()
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _floats(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _floats(one)
    elif hasattr(value, "__dataclass_fields__"):
        yield from _floats(vars(value) if hasattr(value, "__dict__") else None)


def _is_finite(tensor: Tensor) -> bool:
    return bool(tensor.isfinite().all())
