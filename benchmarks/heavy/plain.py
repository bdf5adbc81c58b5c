"""One fit in plain Lightning: `python -m benchmarks.heavy.plain FILE DATA MODEL [STEPS]`."""

import importlib.util
import sys

import pytorch_lightning as pl
import torch
from torch import nn

from art.registries import data, models


class Wrapped(pl.LightningModule):
    """A plain network, trained as `[task]` and `[optimizer]` would."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def training_step(self, batch: list[torch.Tensor], index: int) -> torch.Tensor:
        return nn.functional.cross_entropy(self.network(batch[0]), batch[1])

    def validation_step(self, batch: list[torch.Tensor], index: int) -> None:
        self.training_step(batch, index)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.Adam(self.parameters(), lr=1e-3)


def main() -> None:
    file, data_name, model_name, *steps = sys.argv[1:]
    spec = importlib.util.spec_from_file_location("program", file)
    assert spec is not None and spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    made = models.get(model_name)()
    module = made if isinstance(made, pl.LightningModule) else Wrapped(made)
    trainer = pl.Trainer(
        max_steps=int(steps[0]) if steps else 40,
        max_epochs=-1,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    trainer.fit(module, datamodule=data.get(data_name)())


if __name__ == "__main__":
    main()
