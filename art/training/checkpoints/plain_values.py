"""Values of any kind as those that a checkpoint may hold, and back.

`torch.load(..., weights_only=True)` reads tensors, numbers, texts and containers of them. An array
or scalar of numpy is kept as a dict with the key `__numpy__`, which `restored` turns back; anything
else is kept as its text, for people.
"""

from __future__ import annotations

import math
from typing import Any

from art.errors import PathError

ARRAY = "__numpy__"
"""The key that says that a dict stands for an array: its dtype, with `shape` and `bytes`."""

_SIMPLE = (bool, int, float, complex, str, bytes)


def plain(value: Any, lost: list[str] | None = None, name: str = "") -> Any:
    """The value as a checkpoint can hold it.

    Tuples, lists, sets and dicts stay what they are, their subclasses become what they derive from.

    Args:
        value: anything.
        lost: gets the dotted name of each part that is kept as its text only.
        name: the value's own dotted name.
    """
    import numpy as np
    import torch

    if value is None or type(value) in _SIMPLE:
        return value
    if isinstance(value, torch.Tensor | torch.dtype | torch.device):
        return value
    if isinstance(value, dict):
        return {
            _key(key): plain(item, lost, f"{name}.{key}" if name else str(key))
            for key, item in value.items()
        }
    for kind in (list, tuple, set):
        if isinstance(value, kind):
            return kind(plain(item, lost, f"{name}[{i}]") for i, item in enumerate(value))
    if isinstance(value, np.ndarray | np.generic) and not _has_objects(value.dtype):
        return _of_array(value)
    if isinstance(value, str):  # a subclass, such as an enum's member
        return str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    if lost is not None:
        lost.append(name)
    return str(value)


def restored(value: Any) -> Any:
    """What `plain` was given, with arrays and scalars of numpy as they were.

    Raises:
        PathError: what stands for an array is none.
    """
    if isinstance(value, dict):
        if ARRAY in value and {"shape", "bytes"} <= value.keys():
            return _to_array(value)
        return {key: restored(item) for key, item in value.items()}
    if type(value) in (list, tuple):
        return type(value)(restored(item) for item in value)
    return value


def json_values(value: Any) -> Any:
    """The nearest values that JSON holds, so that any reader in any language can read them.

    A number that is not finite becomes one of the words `nan`, `inf` and `-inf`.
    """
    import numpy as np
    import torch

    if isinstance(value, torch.Tensor | np.ndarray | np.generic):
        return json_values(value.tolist())
    if isinstance(value, dict):
        return {str(key): json_values(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_values(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(float(value))
    if value is None or type(value) in (bool, int, float, str):
        return value
    return str(value)


def _key(key: Any) -> Any:
    if key is None or type(key) in _SIMPLE:
        return key
    if isinstance(key, tuple):
        return tuple(_key(item) for item in key)
    number = getattr(key, "item", None)  # a scalar of numpy
    return number() if number is not None and getattr(key, "ndim", 1) == 0 else str(key)


def _has_objects(dtype: Any) -> bool:
    return dtype.hasobject or dtype.fields is not None


def _of_array(value: Any) -> dict[str, Any]:
    import numpy as np
    import torch

    shape = value.shape if isinstance(value, np.ndarray) else None
    # A copy of its bytes: torch has no texts, dates or half of numpy's numbers.
    content = np.frombuffer(value.tobytes(), np.uint8).copy()
    return {ARRAY: value.dtype.str, "shape": shape, "bytes": torch.from_numpy(content)}


def _to_array(value: dict[str, Any]) -> Any:
    import numpy as np

    try:
        dtype = np.dtype(str(value[ARRAY]))
        if _has_objects(dtype):
            raise ValueError("an array of objects")
        flat = np.frombuffer(value["bytes"].numpy().tobytes(), dtype)
        return flat[0] if value["shape"] is None else flat.reshape(value["shape"]).copy()
    except (TypeError, ValueError, AttributeError, IndexError) as error:
        raise PathError(f"an array in the checkpoint cannot be read: {error}.") from None
