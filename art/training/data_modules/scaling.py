"""Brings inputs to a common scale, by what the training split shows and nothing else."""

from __future__ import annotations

from typing import Any, Literal, Protocol

import numpy as np

from art.errors import DataError

Scale = Literal["none", "unit", "standard", "ids"]


class Encoder(Protocol):
    """Turns a split's raw inputs into numbers, having learnt how from the training split."""

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns that come out, known after `fit`; empty where they have none."""
        ...

    def fit(self, inputs: Any) -> None:
        """Learn from the training split."""
        ...

    def transform(self, inputs: Any) -> np.ndarray:
        """`(N, ...)` numbers, float32 unless they are indices."""
        ...

    def learnt(self) -> dict[str, Any]:
        """What was learnt, as settings of a reader, in values that JSON holds."""
        ...


class Scaling:
    """Scales arrays.

    `none`: as they are. `unit`: to 0..1, by `span` where it is known, else by the smallest and
    largest value of the training split. `standard`: to mean 0 and standard deviation 1 of the
    training split, by column `(N, F)` or by channel `(N, C, ...)`; what never changes becomes 0.
    `ids`: indices, kept as integers.

    Args:
        mode: one of these.
        span: the smallest and largest value that the inputs can have.
        feature_names: names of the columns.
    """

    def __init__(
        self,
        mode: Scale,
        span: tuple[float, float] | None = None,
        feature_names: tuple[str, ...] = (),
    ) -> None:
        self.mode = mode
        self.span = span
        self.feature_names = feature_names
        self._shift: Any = 0.0
        self._scale: Any = 1.0
        self._shape: tuple[int, ...] = ()
        self._bytes = False

    @classmethod
    def known(cls, mode: Scale, shift: Any, scale: Any, shape: tuple[int, ...]) -> Scaling:
        """One that has learnt what to subtract and what to divide by.

        Args:
            mode: as for the class.
            shift: a number, or nested lists of numbers.
            scale: as `shift`.
            shape: of one sample, which the two must fit.

        Raises:
            DataError: they are no numbers, or of another shape.
        """
        scaling = cls(mode)
        scaling._shift = _numbers("subtract", shift, shape)
        scaling._scale = _numbers("divide", scale, shape)
        return scaling

    def fit(self, inputs: np.ndarray) -> None:
        """Learn shift and scale from the training split."""
        self._shape, self._bytes = inputs.shape[1:], inputs.dtype == np.uint8
        if self.mode == "unit":
            low, high = self.span or (float(inputs.min()), float(inputs.max()))
            self._shift, self._scale = np.float32(low), np.float32((high - low) or 1.0)
        elif self.mode == "standard":
            axes = tuple(axis for axis in range(inputs.ndim) if axis != 1)
            mean = inputs.mean(axis=axes, dtype=np.float64, keepdims=True)
            std = inputs.std(axis=axes, dtype=np.float64, keepdims=True)
            self._shift = mean.astype(np.float32)
            self._scale = np.where(std > 0, std, 1.0).astype(np.float32)

    @property
    def prepared(self) -> tuple[tuple[str, str, int, str], ...]:
        """What was done to the inputs, in one row; see `DataInfo`."""
        shift, scale = np.ravel(self._shift), np.ravel(self._scale)
        done = {
            "none": "left as they are",
            "ids": "token ids",
            "unit": f"{float(shift[0]):g} subtracted, divided by {float(scale[0]):g}",
            "standard": "mean and deviation of the training split become 0 and 1, by "
            + ("column" if len(self._shape) == 1 else "channel"),
        }[self.mode]
        done = done.removeprefix("0 subtracted, ")
        if self.feature_names or self.mode == "ids":
            return ()
        size = " x ".join(map(str, self._shape))
        return ((f"inputs ({size})", "bytes" if self._bytes else "numbers", 0, done),)

    def learnt(self) -> dict[str, Any]:
        """What was learnt, as settings of `art.Array.v1` of `@readers`."""
        return {
            "shape": list(self._shape),
            "bytes": bool(self._bytes),
            "scale": self.mode,
            "subtract": np.asarray(self._shift).tolist(),
            "divide": np.asarray(self._scale).tolist(),
        }

    def transform(self, inputs: np.ndarray) -> np.ndarray:
        """The scaled inputs, a new array."""
        if self.mode == "ids":
            return inputs.astype(np.int64)
        values = inputs.astype(np.float32)
        if self.mode != "none":
            values -= self._shift
            values /= self._scale
        return values


def _numbers(name: str, values: Any, shape: tuple[int, ...]) -> np.ndarray:
    try:
        with np.errstate(over="ignore"):
            found = np.array(values, dtype=np.float32)
        fits = np.broadcast_shapes(found.shape, (1, *shape)) == (1, *shape)
    except (TypeError, ValueError, OverflowError):
        fits = False
    if not fits or not np.isfinite(found).all() or (name == "divide" and not found.all()):
        raise DataError(
            f"'{name}', which scales the inputs, cannot be {values!r:.60}: numbers for samples of "
            f"shape {shape} are expected{', and none that is 0' if name == 'divide' else ''}."
        )
    return found
