"""torchmetrics' metrics as metric calculators."""

from __future__ import annotations

import pytest
import torch
import torchmetrics
from torchmetrics.classification import MulticlassAUROC, MulticlassF1Score

from art.core.metric import MetricCalculator
from art.errors import DataError, ModelError, UserError
from art.training.scoring.torch_metrics import TorchMetric, as_calculator


def batches():
    generator = torch.Generator().manual_seed(0)
    targets = torch.randint(0, 3, (60,), generator=generator)
    logits = torch.randn(60, 3, generator=generator) + torch.eye(3)[targets]
    return logits, targets


def test_a_bare_metric_scores_over_the_whole_split():
    logits, targets = batches()
    calculator = as_calculator(MulticlassF1Score(num_classes=3, average="macro"))
    for part, truth in zip(logits.split(17), targets.split(17), strict=True):
        calculator.update(part, truth)
    whole = MulticlassF1Score(num_classes=3, average="macro")(logits, targets)
    assert calculator.compute() == {"multiclass_f1_score": pytest.approx(float(whole))}


def test_a_collection_and_a_score_for_each_class_are_named():
    logits, targets = batches()
    collection = torchmetrics.MetricCollection(
        {"auroc": MulticlassAUROC(3), "per_class": MulticlassF1Score(3, average=None)}
    )
    calculator = as_calculator(collection)
    calculator.update(logits, targets)
    assert set(calculator.compute()) == {"auroc", "per_class_0", "per_class_1", "per_class_2"}


def test_reset_forgets_and_nothing_seen_is_an_error():
    calculator = TorchMetric(MulticlassAUROC(3), name="auroc")
    calculator.update(*batches())
    assert 0.5 < calculator.compute()["auroc"] < 1
    calculator.reset()
    with pytest.raises(DataError, match="auroc"):
        calculator.compute()


def test_what_torchmetrics_refuses_is_explained():
    with pytest.raises(ModelError, match=r"MulticlassF1Score refuses .*\(4, 5\)"):
        TorchMetric(MulticlassF1Score(num_classes=3)).update(
            torch.rand(4, 5), torch.zeros(4, dtype=torch.long)
        )


def test_a_calculator_stays_itself_and_anything_else_is_refused():
    class Mine(MetricCalculator):
        def reset(self): ...
        def update(self, predictions, targets): ...
        def compute(self):
            return {}

    mine = Mine()
    assert as_calculator(mine) is mine
    with pytest.raises(UserError, match="gave function"):
        as_calculator(lambda: 1)
    with pytest.raises(UserError, match="class Mine"):
        as_calculator(Mine)
