"""Texts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from annotated_types import Ge, Le

from art.core.data_info import DataInfo
from art.core.files import read_text
from art.core.reader import Reader, Rows
from art.errors import DataError
from art.registries import readers
from art.registry.data._csv import Columns
from art.registry.readers.table import OTHERS

LONGEST = 1_000_000
"""Tokens of a text. No model of ART reads more at once, and each takes memory for every text."""


@readers("art.Texts.v1")
class TextReader(Reader):
    """Texts of a .txt file, one a line, or of a column of a CSV or Parquet file.

    Args:
        data_info: gives the vocabulary.
        length: tokens of a text that are read at most.
        column: the texts' column in a table.
        label: the column that is predicted; passed over where it is there.
        delimiter: what stands between two values of a CSV file.
    """

    takes = "a .txt file with a text a line, or a table with a column of texts"

    def __init__(
        self,
        data_info: DataInfo,
        length: Annotated[int, Ge(1), Le(LONGEST)],
        column: str = "text",
        label: str = "",
        delimiter: str = ",",
    ) -> None:
        from art.registry.data._text import TextEncoder

        self._encoder = TextEncoder.known(data_info.vocabulary, length)
        self._column, self._label, self._delimiter = column, label, delimiter

    def read(self, path: Path) -> Rows:
        """The texts of a file, each known by its number."""
        from art.registry.readers._tables import columns_of

        if path.is_dir() or path.suffix.lower() in OTHERS:
            what = "a folder" if path.is_dir() else f"a {path.suffix} file"
            raise DataError(f"{path}: this is {what}, and the model takes {self.takes}.")
        if path.suffix.lower() == ".txt":
            return self._texts(_lines(path, self._column))
        columns = columns_of(path, self._delimiter)
        columns.column(self._column, "the texts that the model was trained on")
        return self._texts(columns)

    def rows(self, values: Any) -> Rows:
        """A text, or several."""
        texts = [values] if isinstance(values, str) else list(values)
        if not texts or not all(isinstance(text, str) for text in texts):
            raise DataError("give texts: a str, or a list of them.")
        return self._texts(Columns(Path("text"), {self._column: texts}, _numbers(texts)))

    def as_python(self) -> str:
        """Reads the lines of a file of texts."""
        return (
            "import re\n\n"
            'made = facts["data"]\n'
            'ids = {word: number for number, word in enumerate(made["vocabulary"])}\n'
            'inputs = torch.zeros(0, made["reader"]["length"], dtype=torch.long)\n'
            'for text in Path("new.txt").read_text(encoding="utf-8").splitlines():\n'
            '    words = re.findall(r"\\w+(?:[\'\\u2019]\\w+)*|[^\\w\\s]", text.lower())\n'
            '    row = [ids.get(word, 1) for word in words[: made["reader"]["length"]]]\n'
            "    row += [0] * (inputs.shape[1] - len(row))\n"
            "    inputs = torch.cat([inputs, torch.tensor([row])])"
        )

    @property
    def example(self) -> str:  # type: ignore[override]
        """A file's name."""
        return "new.txt"

    def _texts(self, columns: Columns) -> Rows:
        from art.registry.data._text import UNKNOWN, words_of

        texts = columns.values[self._column]
        for text, line in zip(texts, columns.lines, strict=True):
            if not words_of(text):
                raise DataError(f"{columns.path}:{line}: no word in this text. Leave it out.")
        inputs = self._encoder.transform(texts)
        unknown = int(((inputs == UNKNOWN) | (inputs == 0)).all(1).sum())
        notes = []
        if unknown:
            notes.append(f"{unknown} of {len(texts)} texts hold no word of the training split.")
        return Rows(inputs, tuple(map(str, _numbers(texts))), tuple(notes))


def _lines(path: Path, column: str) -> Columns:
    lines = read_text(path, "text file").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise DataError(f"{path}: an empty file; a text a line is needed.")
    return Columns(path, {column: lines}, _numbers(lines))


def _numbers(texts: list[str]) -> list[int]:
    return list(range(1, len(texts) + 1))
