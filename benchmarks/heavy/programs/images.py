"""A small CNN on 20,000 images of 32 x 32 in three colours, which a data set holds as bytes."""

import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset

import art


class Images(Dataset):
    def __init__(self, count: int) -> None:
        draws = torch.Generator().manual_seed(0)
        self.targets = torch.randint(10, (count,), generator=draws)
        shapes = torch.randint(256, (10, 3, 32, 32), generator=draws)
        noise = torch.randint(256, (count, 3, 32, 32), generator=draws)
        self.pixels = ((shapes[self.targets] + 3 * noise) // 4).to(torch.uint8)

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.pixels[index].float() / 255 - 0.5, self.targets[index]


class Pictures(pl.LightningDataModule):
    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def setup(self, stage: str) -> None:
        images = Images(self.count)
        held = self.count // 10
        self.parts = [
            Subset(images, range(2 * held, self.count)),
            Subset(images, range(held)),
            Subset(images, range(held, 2 * held)),
        ]

    def train_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[0], batch_size=128, shuffle=True)

    def val_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[1], batch_size=128)

    def test_dataloader(self) -> DataLoader:
        return DataLoader(self.parts[2], batch_size=128)


@art.data("heavy.images.v1")
def pictures(count: int = 20_000) -> Pictures:
    return Pictures(count)


@art.models("heavy.cnn.v1")
def cnn() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.ReLU(),
        nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.ReLU(),
        nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(128, 10),
    )  # fmt: skip
