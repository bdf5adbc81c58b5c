"""Networks that answer for each pixel, sound ones and some whose answers stand elsewhere."""

import torch
from torch import nn

import art


class Small(nn.Sequential):
    def __init__(self, classes):
        super().__init__(
            nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv2d(8, classes, 3, padding=1)
        )


class Scrambled(Small):
    """The answers are read in another shape, as a view for a permute does."""

    def forward(self, x):
        outputs = super().forward(x)
        return outputs.permute(0, 2, 3, 1).reshape(outputs.shape)


class Turned(Small):
    """Rows and columns are exchanged."""

    def forward(self, x):
        return super().forward(x).transpose(2, 3)


class Coarse(nn.Sequential):
    """One answer for each patch of 16x16 pixels."""

    def __init__(self, classes):
        super().__init__(
            nn.Conv2d(1, 8, 16, stride=16), nn.ReLU(), nn.Conv2d(8, classes, 1), nn.Upsample(96)
        )


class Whole(nn.Module):
    """Each answer looks at the whole image."""

    def __init__(self, classes):
        super().__init__()
        self.down, self.up = nn.Linear(96 * 96, 8), nn.Linear(8, classes * 96 * 96)

    def forward(self, x):
        return self.up(torch.relu(self.down(x.flatten(1)))).view(len(x), -1, 96, 96)


for made in (Small, Scrambled, Turned, Coarse, Whole):
    art.models(f"pixels.{made.__name__}.v1")(
        lambda data_info, made=made: made(data_info.output_size)
    )
