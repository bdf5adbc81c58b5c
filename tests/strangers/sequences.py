"""Language models and other sequences."""

import pytorch_lightning as pl
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, Dataset, TensorDataset

import art

VOCAB, LENGTH = 24, 16


def sentences(count, seed):
    """Each token is a function of the two before it, with some noise."""
    draws = torch.Generator().manual_seed(seed)
    tokens = torch.randint(1, VOCAB, (count, LENGTH + 1), generator=draws)
    noise = torch.rand(count, LENGTH + 1, generator=draws)
    for i in range(2, LENGTH + 1):
        ruled = 1 + (tokens[:, i - 1] * 3 + tokens[:, i - 2]) % (VOCAB - 1)
        tokens[:, i] = torch.where(noise[:, i] < 0.85, ruled, tokens[:, i])
    return tokens


class Shifted(Dataset):
    def __init__(self, count, seed):
        self.tokens = sentences(count, seed)

    def __len__(self):
        return len(self.tokens)

    def __getitem__(self, i):
        return self.tokens[i, :-1], self.tokens[i, 1:]


@art.data("stranger.Tokens.v1")
class Tokens(pl.LightningDataModule):
    def train_dataloader(self):
        return DataLoader(Shifted(400, 0), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(Shifted(100, 1), batch_size=32)


@art.models("stranger.GPT.v1")
class GPT(pl.LightningModule):
    """Tied weights; the class axis is last and flattened with the tokens."""

    def __init__(self, width: int = 32):
        super().__init__()
        self.wte, self.wpe = nn.Embedding(VOCAB, width), nn.Embedding(LENGTH, width)
        layer = nn.TransformerEncoderLayer(width, 4, 64, 0.1, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.ln_f = nn.LayerNorm(width)
        self.lm_head = nn.Linear(width, VOCAB, bias=False)
        self.lm_head.weight = self.wte.weight
        self.apply(self._init_weights)

    def _init_weights(self, module):
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, mean=0.0, std=0.02)

    def forward(self, idx, targets=None):
        length = idx.size(1)
        x = self.wte(idx) + self.wpe(torch.arange(length, device=idx.device))
        mask = nn.Transformer.generate_square_subsequent_mask(length, device=idx.device)
        logits = self.lm_head(self.ln_f(self.blocks(x, mask=mask, is_causal=True)))
        loss = None
        if targets is not None:
            loss = F.cross_entropy(logits.view(-1, logits.size(-1)), targets.reshape(-1))
        return logits, loss

    def training_step(self, batch, batch_idx):
        _, loss = self(*batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        _, loss = self(*batch)
        self.log("val_loss", loss)
        self.log("val_ppl", loss.exp())

    def configure_optimizers(self):
        decay = [p for p in self.parameters() if p.dim() >= 2]
        others = [p for p in self.parameters() if p.dim() < 2]
        groups = [
            {"params": decay, "weight_decay": 0.1},
            {"params": others, "weight_decay": 0.0},
        ]
        optimizer = torch.optim.AdamW(groups, lr=3e-3, betas=(0.9, 0.95))
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=3e-3, total_steps=self.trainer.estimated_stepping_batches
        )
        return {
            "optimizer": optimizer,
            "lr_scheduler": {"scheduler": schedule, "interval": "step"},
        }


@art.models("stranger.CharRNN.v1")
class CharRNN(pl.LightningModule):
    """The class axis is in the middle; the hidden state is carried over the batches."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(VOCAB, 24)
        self.rnn = nn.LSTM(24, 48, batch_first=True)
        self.out = nn.Linear(48, VOCAB)
        self.hidden = None

    def forward(self, x, hidden=None):
        y, hidden = self.rnn(self.embed(x), hidden)
        return self.out(y), hidden

    def on_train_epoch_start(self):
        self.hidden = None

    def training_step(self, batch, batch_idx):
        x, y = batch
        if self.hidden is not None and self.hidden[0].size(1) != len(x):
            self.hidden = None
        logits, hidden = self(x, self.hidden)
        self.hidden = tuple(h.detach() for h in hidden)
        loss = F.cross_entropy(logits.transpose(1, 2), y)
        self.log("train/loss", loss)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        logits, _ = self(x)
        self.log("val/loss", F.cross_entropy(logits.transpose(1, 2), y))

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=5e-3)


@art.data("stranger.Reversal.v1")
class Reversal(pl.LightningDataModule):
    """(source, target) with padding 0; the target is the source turned around."""

    def make(self, count, seed):
        draws = torch.Generator().manual_seed(seed)
        source = torch.randint(3, VOCAB, (count, 8), generator=draws)
        lengths = torch.randint(4, 9, (count, 1), generator=draws)
        source[torch.arange(8)[None] >= lengths] = 0
        target = torch.zeros(count, 10, dtype=torch.long)
        target[:, 0] = 1
        for row, length in enumerate(lengths[:, 0].tolist()):
            target[row, 1 : length + 1] = source[row, :length].flip(0)
            target[row, length + 1] = 2
        return TensorDataset(source, target)

    def train_dataloader(self):
        return DataLoader(self.make(400, 0), batch_size=32, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.make(100, 1), batch_size=32)


@art.models("stranger.Seq2Seq.v1")
class Seq2Seq(pl.LightningModule):
    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(VOCAB, 32, padding_idx=0)
        self.encoder = nn.GRU(32, 48, batch_first=True, bidirectional=True)
        self.bridge = nn.Linear(96, 48)
        self.decoder = nn.GRU(32, 48, batch_first=True)
        self.head = nn.Linear(48, VOCAB)
        self.criterion = nn.CrossEntropyLoss(ignore_index=0)

    def forward(self, source, target):
        _, hidden = self.encoder(self.embed(source))
        start = torch.tanh(self.bridge(torch.cat([hidden[0], hidden[1]], 1)))[None]
        states, _ = self.decoder(self.embed(target), start)
        return self.head(states)

    def step(self, batch, name):
        source, target = batch
        logits = self(source, target[:, :-1])
        loss = self.criterion(logits.reshape(-1, VOCAB), target[:, 1:].reshape(-1))
        self.log(f"{name}_loss", loss, prog_bar=True)
        return loss

    def training_step(self, batch, batch_idx):
        return self.step(batch, "train")

    def validation_step(self, batch, batch_idx):
        return self.step(batch, "val")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=2e-3)
