"""Networks that are more than layers in a row."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

PADDING = 0
"""The token id that fills short texts up, as ART's own data of texts has it."""

SPREAD = 0.1
"""Standard deviation of fresh embeddings. At torch's own, 1, a word that the training split has
twice keeps a large random part: on art.Banking.v1, three seeds, art.BagOfWords.v1 then reached a
test accuracy of 0.96, and 0.98 at this."""


class BagOfWordsNet(nn.Module):
    """The mean of the embeddings of a text's words, then layers; filling counts for nothing.

    Args:
        tokens: how many token ids there are.
        width: of an embedding.
        head: from the mean `(N, width)` to the outputs.
    """

    def __init__(self, tokens: int, width: int, head: nn.Module) -> None:
        super().__init__()
        self.embedding = _embedding(tokens, width)
        self.head = head

    def forward(self, ids: Tensor) -> Tensor:
        """`(N, outputs)` from token ids `(N, length)`."""
        real = (ids != PADDING).unsqueeze(2)
        total = (self.embedding(ids) * real).sum(1)
        # By the root: a mean of independent embeddings shrinks with a text's length, this does not.
        return self.head(total / real.sum(1).clamp(min=1).sqrt())


class TextCNNNet(nn.Module):
    """Convolutions over a text's words, the largest answer of each filter, then one layer.

    Filling is inert: what stands beyond a text's end is as what stands beyond a row's, zeros, and
    no filter's answer there is looked at.

    Args:
        tokens: how many token ids there are.
        width: of an embedding.
        filters: of each kernel.
        kernels: how many words the convolutions see at once.
        head: from the largest answers `(N, filters * len(kernels))` to the outputs.
    """

    def __init__(
        self, tokens: int, width: int, *, filters: int, kernels: Sequence[int], head: nn.Module
    ) -> None:
        super().__init__()
        self.embedding = _embedding(tokens, width)
        self.convolutions = nn.ModuleList(
            nn.Conv1d(width, filters, size, padding=size // 2) for size in kernels
        )
        self.head = head

    def forward(self, ids: Tensor) -> Tensor:
        """`(N, outputs)` from token ids `(N, length)`."""
        real = (ids != PADDING).unsqueeze(1)
        words = self.embedding(ids).transpose(1, 2) * real  # (N, width, length)
        found = [
            # an even kernel gives one place more than there are words
            (F.relu(convolution(words))[:, :, : ids.shape[1]] * real).amax(2)
            for convolution in self.convolutions
        ]
        return self.head(torch.cat(found, 1))


class UNetNet(nn.Module):
    """Down and up again, each level joined to its own on the way up (Ronneberger and others 2015).

    Args:
        inputs: the image's channels.
        outputs: logits a pixel.
        channels: of each level, the finest first; each level halves height and width.
        dropout: probability of dropping a channel of the coarsest level while training.
    """

    def __init__(self, inputs: int, outputs: int, channels: Sequence[int], dropout: float) -> None:
        super().__init__()
        self.down = nn.ModuleList(_block(a, b) for a, b in pairwise([inputs, *channels]))
        self.dropout = nn.Dropout2d(dropout) if dropout else nn.Identity()
        pairs = list(pairwise(channels))
        self.up = nn.ModuleList(_block(fine + coarse, fine) for fine, coarse in reversed(pairs))
        self.last = nn.Conv2d(channels[0], outputs, 1)

    def forward(self, images: Tensor) -> Tensor:
        """Logits `(N, outputs, height, width)` from images `(N, inputs, height, width)`."""
        levels: list[Tensor] = []
        values = images
        for block in self.down:
            values = block(F.max_pool2d(values, 2) if levels else values)
            levels.append(values)
        values = self.dropout(levels.pop())
        for block in self.up:
            fine = levels.pop()
            # to the size itself: an odd height was rounded on the way down
            values = F.interpolate(values, size=fine.shape[2:], mode="nearest")
            values = block(torch.cat([fine, values], 1))
        logits: Tensor = self.last(values)
        return logits


def _embedding(tokens: int, width: int) -> nn.Embedding:
    layer = nn.Embedding(tokens, width, padding_idx=PADDING)
    with torch.no_grad():
        layer.weight.mul_(SPREAD)  # the filling's row is of zeros and stays so
    return layer


def _block(inputs: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for size in (inputs, outputs):
        # the normalization has a shift of its own: a bias before it would be without effect
        layers += [
            nn.Conv2d(size, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        ]
    return nn.Sequential(*layers)
