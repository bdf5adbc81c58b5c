"""Turns texts into rows of token ids, by the words of the training split alone."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from art.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np

PADDING, UNKNOWN = 0, 1
"""The ids of what fills a short text up, and of a word that the training split does not teach."""

SPECIAL = ("(padding)", "(unknown)")
WORD = re.compile(r"\w+(?:['\u2019]\w+)*|[^\w\s]")


def words_of(text: str) -> list[str]:
    """The words and punctuation marks of a text, in lower case."""
    return WORD.findall(text.lower())


class TextEncoder:
    """Texts as rows of token ids: 0 fills a row up at its end, 1 is a word that is not known.

    Args:
        max_words: words that are known at most, the most frequent first.
        min_count: a word that the training split has less often is not known.
        max_length: tokens of a text that are read at most; rows are as long as the longest
            training text, and no longer than that.

    Attributes:
        vocabulary: the words by id, known after `fit`.
    """

    feature_names: tuple[str, ...] = ()
    filling = PADDING

    def __init__(self, max_words: int, min_count: int, max_length: int) -> None:
        self.max_words = max_words
        self.min_count = min_count
        self.max_length = max_length
        self.vocabulary: tuple[str, ...] = SPECIAL
        self._ids: dict[str, int] = {}
        self._width = 1

    def fit(self, inputs: Iterable[str]) -> None:
        """Learn the words, and how long rows must be, from the training split.

        Raises:
            DataError: no word occurs often enough to be known.
        """
        texts = [words_of(text) for text in inputs]
        counts = Counter(word for words in texts for word in words)
        often = [item for item in counts.items() if item[1] >= self.min_count]
        if not often:
            raise DataError(
                f"none of the {len(counts)} words of the training split occurs {self.min_count} "
                f"times or more: there is nothing to learn from. Lower [data] min_count, and look "
                f"at whether the column of texts is the right one."
            )
        # Ties by the word itself: the ids must not hang on the order of the rows.
        often.sort(key=lambda item: (-item[1], item[0]))
        self.vocabulary = SPECIAL + tuple(word for word, _ in often[: self.max_words])
        self._ids = {word: index for index, word in enumerate(self.vocabulary)}
        self._width = max(1, min(self.max_length, max(map(len, texts))))

    @classmethod
    def known(cls, vocabulary: Sequence[str], length: int) -> TextEncoder:
        """One that has learnt these words, in rows of that length."""
        encoder = cls(len(vocabulary), 1, length)
        encoder.vocabulary, encoder._width = tuple(vocabulary), length
        encoder._ids = {word: index for index, word in enumerate(vocabulary)}
        return encoder

    def learnt(self) -> dict[str, Any]:
        """What was learnt beside the vocabulary, as settings of `art.Texts.v1` of `@readers`."""
        return {"length": self._width}

    def transform(self, inputs: Iterable[str]) -> np.ndarray:
        """`(N, length)` int64 token ids."""
        import numpy as np

        texts = list(inputs)
        rows = np.full((len(texts), self._width), PADDING, dtype=np.int64)
        for row, text in zip(rows, texts, strict=True):
            ids = [self._ids.get(word, UNKNOWN) for word in words_of(text)[: self._width]]
            row[: len(ids)] = ids
        return rows
