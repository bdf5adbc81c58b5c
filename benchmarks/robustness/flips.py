"""Flips single bits of a checkpoint that ART wrote and of its sidecar: none may be accepted."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

from benchmarks.robustness.figure import Figure
from benchmarks.robustness.forking import scratch

FULL, SMALL = 10_000, 1_200


def measure(times: int) -> Figure:
    """Flip every bit of the sidecar once, and as many random ones of the checkpoint as are left."""
    import torch

    from art.errors import UserError
    from art.training.checkpoints.door import load_checkpoint, sidecar

    accepted, alone, faults = 0, 0, []
    with scratch() as folder:
        path = Path(folder) / "fit.ckpt"
        _train(path)
        whole = path.read_bytes()
        beside = sidecar(path)
        in_sidecar = [(beside, bit) for bit in range(8 * beside.stat().st_size)][:times]
        draw = random.Random(0)
        bits = draw.sample(range(8 * len(whole)), times - len(in_sidecar))
        for target, bit in [*in_sidecar, *((path, bit) for bit in bits)]:
            with _flipped(target, bit):
                try:
                    load_checkpoint(path)
                except UserError:
                    pass
                except Exception as error:
                    faults.append(f"{target.name}, bit {bit}: {type(error).__name__}: {error}")
                else:
                    accepted += 1
                    faults.append(f"{target.name}, bit {bit}: accepted")
                alone += target == path and _is_loaded(torch, path)
        load_checkpoint(path)  # it is whole again, so that each flip was the only one
        assert path.read_bytes() == whole
    text = (
        f"{accepted} of {times:,} single-bit flips accepted ({len(in_sidecar)} of the sidecar, "
        f"all its bits; torch.load alone takes {alone} of the other {len(bits):,})"
    )
    return Figure(text, accepted == 0 and not faults, faults)


class _flipped:  # noqa: N801 - reads as a verb
    """A file with one bit flipped, until the block ends."""

    def __init__(self, path: Path, bit: int) -> None:
        self._path, self._byte, self._mask = path, bit // 8, 1 << (bit % 8)

    def __enter__(self) -> None:
        self._flip()

    def __exit__(self, *_: object) -> None:
        self._flip()

    def _flip(self) -> None:
        descriptor = os.open(self._path, os.O_RDWR)
        try:
            old = os.pread(descriptor, 1, self._byte)
            os.pwrite(descriptor, bytes([old[0] ^ self._mask]), self._byte)
        finally:
            os.close(descriptor)


def _is_loaded(torch: Any, path: Path) -> bool:
    """Whether torch takes the file without a word."""
    try:
        torch.load(path, weights_only=True)
    except Exception:
        return False
    return True


def _train(path: Path) -> None:
    """A checkpoint as ART's Trainer writes it: weights, optimizer, scheduler, loops."""
    import pytorch_lightning as pl
    import torch

    from art.training.checkpoints.lightning_io import VerifiedCheckpointIO

    class Module(pl.LightningModule):
        def __init__(self, width: int = 64) -> None:
            super().__init__()
            self.save_hyperparameters()
            self.net = torch.nn.Sequential(torch.nn.Linear(30, width), torch.nn.Linear(width, 2))

        def training_step(self, batch: Any, _: int) -> Any:
            return torch.nn.functional.cross_entropy(self.net(batch[0]), batch[1])

        def configure_optimizers(self) -> Any:
            optimizer = torch.optim.Adam(self.parameters())
            return [optimizer], [torch.optim.lr_scheduler.StepLR(optimizer, 1)]

    torch.manual_seed(0)
    rows = torch.utils.data.TensorDataset(torch.randn(64, 30), torch.randint(2, (64,)))
    quiet = {"logger": False, "enable_progress_bar": False, "enable_model_summary": False}
    trainer = pl.Trainer(
        max_epochs=2,
        plugins=[VerifiedCheckpointIO()],
        enable_checkpointing=False,
        default_root_dir=path.parent,
        accelerator="cpu",
        **quiet,
    )
    trainer.fit(Module(), torch.utils.data.DataLoader(rows, batch_size=16))
    trainer.save_checkpoint(path)
