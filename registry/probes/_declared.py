"""Groups, time order and ids, held to what `[contract]` declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from art.core.probe import Suspicion

if TYPE_CHECKING:
    import numpy as np

    from art.core.contract import Contract
    from art.training.probing.observing import Observed, Split


def declared(observed: Observed, contract: Contract) -> Iterator[Suspicion]:
    """Groups that stand in two splits, held-out samples earlier than training ones, and ids that
    are none."""
    if contract.groups:
        yield from _groups(observed, contract.groups)
    if contract.order:
        yield from _order(observed, contract.order)
    if contract.ids:
        yield from _ids(observed, contract.ids)


def _groups(observed: Observed, name: str) -> Iterator[Suspicion]:
    found = {key: _values(observed, split, name) for key, split in observed.splits.items()}
    missing = [key for key, values in found.items() if values is None]
    if missing:
        yield _not_found("groups", name, missing)
    sets = {key: set(values.tolist()) for key, values in found.items() if values is not None}
    for one, two in (("train", "val"), ("train", "test"), ("val", "test")):
        shared = sorted(sets.get(one, set()) & sets.get(two, set()), key=str)
        if shared:
            named = ", ".join(str(group) for group in shared[:3])
            yield Suspicion(
                f"a group is in both {one} and {two}",
                f"{len(shared)} of {len(sets[two])} groups of {two} are in {one} as well ({named})",
                "Split by group: GroupShuffleSplit or GroupKFold of scikit-learn do. "
                "[contract] groups names what belongs together.",
                f"{two}, {name}",
            )


def _order(observed: Observed, name: str) -> Iterator[Suspicion]:
    found = {key: _values(observed, split, name) for key, split in observed.splits.items()}
    missing = [key for key, values in found.items() if values is None]
    if missing:
        yield _not_found("order", name, missing)
    train = found.get("train")
    for key in ("val", "test"):
        held = found.get(key)
        if train is None or held is None or not len(held):
            continue
        early = int((held <= train.max()).sum())
        if early:
            yield Suspicion(
                f"{key} samples are not later than the training samples",
                f"{early} of {len(held)} {key} samples are not after the latest train sample "
                f"({train.max()})",
                "Cut by time: train on what comes first, validate on what comes after. "
                "[contract] order names the time.",
                f"{key}, {name}",
            )


def _ids(observed: Observed, ids: bool | list[str]) -> Iterator[Suspicion]:
    """Ids are whole numbers, whatever type they come in."""
    import numpy as np

    train = observed.splits["train"]
    inputs = train.first.inputs.reshape(len(train.first.inputs), -1)
    columns = [("all inputs", inputs)] if isinstance(ids, bool) else []
    for name in () if isinstance(ids, bool) else ids:
        found = _values(observed, train, name)
        if found is None:
            yield _not_found("ids", name, ["train"])
        else:
            columns.append((name, found))
    for name, values in columns:
        if values.dtype.kind == "f" and bool((values != np.round(values)).any()):
            yield Suspicion(
                "[contract] ids names inputs that are not whole numbers",
                f"{name}: {float((values != np.round(values)).mean()):.0%} of the values are "
                f"fractions",
                "Name the columns that number things: [contract] ids = [...].",
                "train",
            )


def _not_found(what: str, name: str, missing: list[str]) -> Suspicion:
    return Suspicion(
        f"[contract] {what} is declared, and '{name}' is found nowhere",
        f"it is not a column, a key of the batches or an attribute of the data set of "
        f"{', '.join(missing)}",
        f"Give the data module feature_names, the batches a key '{name}', or the data set an "
        f"attribute of that name with one value a sample; or correct the name in "
        f"[contract] {what}.",
        certain=False,
    )


def _values(observed: Observed, split: Split, name: str) -> np.ndarray | None:
    """`(n,)` one value a sample; None where the name is found nowhere."""
    import numpy as np

    read = split.first
    for key, value in read.extras.items():
        if key == name and value.size == len(value):
            return value.reshape(-1)
    columns = read.inputs.reshape(len(read.inputs), -1)
    if name in observed.names and len(observed.names) == columns.shape[1]:
        return columns[:, observed.names.index(name)]
    if name.isdigit() and int(name) < columns.shape[1]:
        return columns[:, int(name)]
    found = _attribute(getattr(split.loader, "dataset", None), name)
    return None if found is None else np.asarray(found).reshape(-1)


def _attribute(dataset: Any, name: str) -> Any:
    """An attribute with one value a sample, of the data set or of the one it is a part of."""
    import numpy as np

    rows: np.ndarray | None = None
    while dataset is not None:
        found = getattr(dataset, name, None)
        if found is not None and hasattr(found, "__len__") and not isinstance(found, str):
            values = np.asarray(found)
            if rows is not None:
                return values[rows] if len(values) > int(rows.max(initial=-1)) else None
            return values if len(values) == len(dataset) else None
        indices = getattr(dataset, "indices", None)
        if indices is not None:
            chosen = np.asarray(indices)
            rows = chosen if rows is None else chosen[rows]
        dataset = getattr(dataset, "dataset", None)
    return None
