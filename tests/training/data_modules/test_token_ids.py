"""What is found out of token ids, of any data module."""

import pytest
import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, TensorDataset

from art.training.data_modules.description import describe


class Words(pl.LightningDataModule):
    def __init__(self, ids, **known):
        super().__init__()
        self.ids = ids
        for name, value in known.items():
            setattr(self, name, value)

    def train_dataloader(self):
        return DataLoader(TensorDataset(self.ids, torch.arange(len(self.ids)) % 2), 4)


IDS = torch.tensor([[1, 2, 0], [6, 1, 2]] * 5)


@pytest.mark.parametrize(
    ("ids", "known", "tokens", "words"),
    [
        (IDS, {}, 7, ()),
        (IDS, {"vocabulary_size": 100}, 100, ()),
        (IDS, {"vocabulary": list("_abcdefgh")}, 9, tuple("_abcdefgh")),
        (IDS, {"vocabulary": {"a": 1}, "vocabulary_size": "many"}, 7, ()),
        (IDS.float(), {"vocabulary_size": 100}, 0, ()),
        (IDS.to(torch.uint8), {}, 0, ()),
        (IDS[:, :, None], {}, 0, ()),
    ],
)
def test_how_many_there_are_and_their_words(ids, known, tokens, words):
    info = describe(Words(ids, **known))
    assert (info.tokens, info.vocabulary) == (tokens, words)
