"""Padded texts whose batches are dicts with a mask: padding is inert, and nothing is NaN."""

from __future__ import annotations

import pytest

from art.api import examine

PROGRAM = """
import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader

import art


def texts(count, seed):
    draws = torch.Generator().manual_seed(seed)
    for _ in range(count):
        length = int(torch.randint(4, 20, (1,), generator=draws))
        words = torch.randint(1, 40, (length,), generator=draws)
        yield words, int((words < 8).sum() >= 2)


def collate(samples):
    longest = max(len(words) for words, _ in samples)
    ids = torch.zeros(len(samples), longest, dtype=torch.long)
    mask = torch.zeros(len(samples), longest, dtype=torch.long)
    for row, (words, _) in enumerate(samples):
        ids[row, : len(words)], mask[row, : len(words)] = words, 1
    labels = torch.tensor([label for _, label in samples])
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}


@art.data("masked.v1")
class Texts(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(list(texts(256, 0)), 32, shuffle=True, collate_fn=collate)

    def val_dataloader(self):
        return DataLoader(list(texts(96, 1)), 32, collate_fn=collate)


@art.models("masked.v1")
class Encoder(pl.LightningModule):
    def __init__(self, mistake: str = ""):
        super().__init__()
        self.mistake = mistake
        self.words, self.places = nn.Embedding(40, 16, padding_idx=0), nn.Embedding(32, 16)
        self.layer = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
        self.head = nn.Linear(16, 2)

    def forward(self, input_ids, attention_mask):
        if self.mistake == "ignored":
            attention_mask = torch.ones_like(attention_mask)
        hidden = attention_mask == (1 if self.mistake == "inverted" else 0)
        x = self.words(input_ids) + self.places(torch.arange(input_ids.shape[1]))
        x = self.layer(x, src_key_padding_mask=hidden)
        weight = attention_mask[..., None].float()
        x = (x * weight).sum(1) / weight.sum(1)
        return self.head(F.dropout(x) if self.mistake == "dropout" else x)

    def step(self, batch, name):
        said = self(batch["input_ids"], batch["attention_mask"])
        loss = F.cross_entropy(said, batch["labels"])
        self.log(f"{name}_loss", loss)
        return loss

    def training_step(self, batch, index):
        return self.step(batch, "train")

    def validation_step(self, batch, index):
        self.step(batch, "val")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=3e-3)
"""


@pytest.fixture(scope="module")
def code(tmp_path_factory):
    path = tmp_path_factory.mktemp("masked") / "masked.py"
    path.write_text(PROGRAM)
    return path


@pytest.fixture
def findings(tmp_path, code):
    """Runs some probes on the program with a mistake; gives (severity, cause) of each finding."""

    def run(mistake, *probes):
        config = tmp_path / "masked.cfg"
        config.write_text(
            f'[project]\nname = "masked"\nstages = ["loss_at_init"]\n[data]\n@data = "masked.v1"\n'
            f'[model]\n@models = "masked.v1"\nmistake = "{mistake}"\n'
        )
        chosen = {"stages.loss_at_init.probes": [f"art.{name}.v1" for name in probes]}
        found = examine(config, "model", code=[code], overrides=chosen)
        return [(f.severity, f.cause) for stage in found.stages for f in stage.findings]

    return run


PROBES = ("FiniteInEval", "PaddingIsInert", "DroppedInEval")


def test_a_masked_encoder_is_not_suspected(findings):
    assert findings("", *PROBES) == []


@pytest.mark.parametrize(
    ("mistake", "cause"),
    [
        ("ignored", "padding changes the output"),
        ("inverted", "an untrained model predicts NaN in eval mode"),
        ("dropout", "dropout is always on: it is at work in eval mode"),
    ],
)
def test_a_mistake_is_certain_and_named(findings, mistake, cause):
    assert ("block", cause) in findings(mistake, *PROBES)


def test_a_segment_mask_is_no_padding():
    import torch

    from art.registry.probes._shortening import chosen, lengths_in, shortest_of

    ids = torch.tensor([[5, 6, 7, 0, 0], [5, 6, 7, 8, 9], [3, 4, 0, 0, 0]])
    segments = torch.tensor([[0, 1, 1, 1, 1], [0, 0, 1, 1, 1], [0, 1, 1, 1, 1]])
    labels = torch.tensor([0, 1, 1])
    assert lengths_in({"ids": ids, "token_type_ids": segments, "labels": labels}) is None
    hidden = ids == 0  # True at the padding, as key_padding_mask wants it
    batch = {"ids": ids, "mask": hidden, "labels": labels, "names": ["a", "b", "c"]}
    lengths = lengths_in(batch)
    assert lengths is not None and lengths.tolist() == [3, 5, 2]
    assert lengths_in((ids, torch.tensor([3, 5, 2]), labels)).tolist() == [3, 5, 2]
    rows = shortest_of(lengths)
    assert rows == [2, 0]
    cut = chosen(batch, rows, 3, 5, 3)
    assert cut["ids"].tolist() == [[3, 4, 0], [5, 6, 7]] and cut["mask"].shape == (2, 3)
    assert cut["labels"].tolist() == [1, 0] and cut["names"] == ["c", "a"]
    inputs, target = chosen((batch, labels), rows, 3, 5, 3)
    assert inputs["ids"].shape == (2, 3) and target.tolist() == [1, 0]
    assert shortest_of(torch.tensor([4, 4, 4])) == []
