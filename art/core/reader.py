"""The reader: what a model is to predict, read as the data part read what it was trained on."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Rows:
    """Inputs of a model, one row a sample.

    Attributes:
        inputs: `(N, ...)` as the model takes them: scaled, encoded, float32 or token ids.
        names: what people know each row by: its line in a file, or a file's name.
        notes: what was done to the values that people should know of, a sentence each.
    """

    inputs: np.ndarray
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.names)


class Reader(ABC):
    """Reads files, and values in memory, into inputs of a model.

    Its settings are what the data part read and learnt, so that no training data is needed. A
    setting of its function that is called `data_info` is given by ART.

    Attributes:
        takes: what it reads, in a few words.
        example: a name of a file that it reads.
    """

    takes: ClassVar[str] = ""
    example: ClassVar[str] = "new.csv"

    @abstractmethod
    def read(self, path: Path) -> Rows:
        """What a file, or a folder, holds.

        Raises:
            art.errors.PathError: it is missing or unreadable.
            art.errors.DataError: it does not hold what the model was trained on; the message says
                where.
        """

    @abstractmethod
    def rows(self, values: Any) -> Rows:
        """Values in memory: of a table rows as dicts or columns by name, else an array or texts.

        Raises:
            art.errors.DataError: they are not what the model was trained on.
        """

    def as_python(self) -> str:
        """Plain Python that reads `example` into `inputs`, a tensor: it may use `json`, `Path`,
        `torch`, and `facts`, the content of model.json; empty where there is none to show."""
        return ""
