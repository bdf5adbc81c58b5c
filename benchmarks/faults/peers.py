"""The nearest tool for PyTorch, torchtest2, on the same programs, called as its docs say."""

from __future__ import annotations

from typing import Any

import pytorch_lightning as pl
import torch

from benchmarks.faults.faults._seams import parts
from benchmarks.faults.fitting import quiet
from benchmarks.faults.program import Program


def torchtest2(program: Program, *, seed: int = 0) -> dict[str, Any]:
    """What `torchtest2.check_model` says of a program; a FAIL in its report is a detection.

    Its Lightning plugin drives automatic optimization. It does not support manual optimization,
    so there it is given the program's own loss and optimizer. Where an optimizer cannot be made
    without a Trainer, it is given one of the model's own rate.

    Args:
        program: the program; its first training batch is what is checked.
        seed: of the weights and of the batch.
    """
    import torchtest2 as tool

    with quiet():
        pl.seed_everything(seed, verbose=False)
        data, model = program.make_data(), program.make_model()
        data.prepare_data()
        data.setup("fit")
        batch = next(iter(data.train_dataloader()))
        inputs, targets = parts(batch)
        settings: dict[str, Any] = {"optimizer": _optimizer(model), "seed": seed}
        if getattr(model, "automatic_optimization", True):
            settings["plugin"] = tool.plugins.lightning.LightningPlugin(_batches(batch))
        else:
            settings["loss_fn"] = getattr(model, "criterion", None) or model.loss
        report = tool.check_model(model, inputs, targets, **settings)
    failed = [result.name for result in report if str(result.status).endswith("FAIL")]
    warned = [result.name for result in report if str(result.status).endswith("WARN")]
    return {"blocked": bool(failed), "checks": failed, "warnings": warned, "message": str(report)}


def _optimizer(model: Any) -> torch.optim.Optimizer:
    try:
        found = model.configure_optimizers()
    except RuntimeError:  # it asks the Trainer how many steps there will be
        return torch.optim.AdamW(model.parameters(), lr=model.lr)
    if isinstance(found, dict):
        return found["optimizer"]
    while isinstance(found, list | tuple):
        found = found[0]
    return found


def _batches(batch: Any) -> Any:
    if isinstance(batch, dict):
        return lambda inputs, targets: {"input_ids": inputs, "label": targets}
    return None
