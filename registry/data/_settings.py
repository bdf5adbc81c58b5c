"""The settings that data parts share."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Lt

BatchSize = Annotated[int, Ge(1)]
Fraction = Annotated[float, Ge(0), Lt(1)]
SplitSeed = Annotated[int, Ge(0), Lt(2**32)]
