"""Scores equal scikit-learn's and do not depend on how a split is cut."""

from __future__ import annotations

import math

import numpy as np
import pytest
import sklearn.metrics as sk
import torch
from torch import Tensor

from art.errors import DataError, ModelError
from art.registries import metrics
from art.registry.metrics.classification import Classification
from art.registry.metrics.overlap import Overlap
from art.registry.metrics.regression import Regression


def logits_and_targets(samples: int = 997, classes: int = 7, absent: int = 2):
    """Imperfect logits of an unbalanced problem whose last classes never occur as targets."""
    generator = torch.Generator().manual_seed(3)
    weights = torch.linspace(5, 1, classes - absent)
    targets = torch.multinomial(weights, samples, replacement=True, generator=generator)
    logits = torch.randn(samples, classes, generator=generator)
    logits[torch.arange(samples), targets] += 1.5
    return logits, targets


def scored(metric, predictions: Tensor, targets: Tensor, cuts: int = 1) -> dict[str, float]:
    metric.reset()
    for part, truth in zip(predictions.chunk(cuts), targets.chunk(cuts), strict=True):
        metric.update(part, truth)
    return metric.compute()


def sklearn_scores(predicted: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    macro = sk.precision_recall_fscore_support(truth, predicted, average="macro", zero_division=0)
    with np.errstate(all="ignore"):
        balanced = np.nanmean(
            [(predicted[truth == label] == label).mean() for label in np.unique(truth)]
        )
    return {
        "accuracy": sk.accuracy_score(truth, predicted),
        "balanced_accuracy": balanced,
        "precision": macro[0],
        "recall": macro[1],
        "f1": macro[2],
    }


def test_they_are_registered_under_the_contracts_names():
    assert metrics.get("art.Classification.v1") is Classification
    assert metrics.get("art.Regression.v1") is Regression


@pytest.mark.parametrize("absent", [0, 2])
@pytest.mark.parametrize("cuts", [1, 2, 13])
def test_classification_equals_scikit_learn(absent: int, cuts: int):
    logits, targets = logits_and_targets(absent=absent)
    found = scored(Classification(), logits, targets, cuts)
    expected = sklearn_scores(logits.argmax(1).numpy(), targets.numpy())
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-6)
    if not absent:
        assert found["balanced_accuracy"] == pytest.approx(
            sk.balanced_accuracy_score(targets, logits.argmax(1)), abs=1e-6
        )
        top3 = sk.top_k_accuracy_score(targets.numpy(), logits.numpy(), k=3)
        assert found["top3_accuracy"] == pytest.approx(top3, abs=1e-6)


def test_logits_log_probabilities_and_probabilities_score_alike():
    logits, targets = logits_and_targets()
    given = [logits, logits.log_softmax(1), logits.softmax(1), logits.double(), logits.numpy()]
    scores = [scored(Classification(), torch.as_tensor(rows), targets, 3) for rows in given]
    assert all(found == pytest.approx(scores[0], abs=1e-5) for found in scores)


def test_calibration_error_equals_torchmetrics():
    from torchmetrics.functional.classification import multiclass_calibration_error

    logits, targets = logits_and_targets()
    expected = multiclass_calibration_error(logits.softmax(1), targets, num_classes=7, n_bins=15)
    found = scored(Classification(bins=15), logits, targets, 5)["calibration_error"]
    assert found == pytest.approx(float(expected), abs=1e-6)
    assert found > 0.01


def test_scores_do_not_depend_on_the_cuts():
    logits, targets = logits_and_targets()
    whole = scored(Classification(), logits, targets)
    assert scored(Classification(), logits, targets, 50) == pytest.approx(whole, abs=1e-12)


def test_class_indices_have_no_top_k_and_no_calibration():
    logits, targets = logits_and_targets()
    found = scored(Classification(), logits.argmax(1), targets, 4)
    assert set(found) == {"accuracy", "balanced_accuracy", "precision", "recall", "f1"}
    assert found["f1"] == pytest.approx(scored(Classification(), logits, targets)["f1"])


def test_two_classes_have_no_top_3():
    assert "top3_accuracy" not in scored(Classification(), torch.eye(2), torch.tensor([0, 1]))


def test_confusion_has_the_true_classes_in_rows():
    metric = Classification()
    metric.update(torch.tensor([1, 1, 2]), torch.tensor([0, 1, 2]))
    metric.update(torch.tensor([3]), torch.tensor([0]))  # a new class makes it grow
    expected = [[0, 1, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert metric.confusion().tolist() == expected


def test_a_model_that_says_the_same_for_every_class_is_not_right_among_the_top():
    targets = torch.arange(10).repeat(5)
    found = scored(Classification(top_k=(1, 3)), torch.zeros(50, 10), targets)
    assert found["top1_accuracy"] == found["accuracy"] == pytest.approx(0.1)
    assert found["top3_accuracy"] == pytest.approx(0.3)


def test_segmentation_masks_are_scored_by_pixel():
    generator = torch.Generator().manual_seed(0)
    logits = torch.randn(4, 3, 8, 8, generator=generator)
    masks = torch.randint(0, 3, (4, 8, 8), generator=generator)
    found = scored(Classification(), logits, masks, 2)
    flat = sklearn_scores(logits.argmax(1).flatten().numpy(), masks.flatten().numpy())
    assert {name: found[name] for name in flat} == pytest.approx(flat, abs=1e-6)


@pytest.mark.parametrize("cuts", [1, 4])
def test_overlap_equals_scikit_learns_jaccard_score_of_all_pixels(cuts: int):
    generator = torch.Generator().manual_seed(0)
    masks = torch.multinomial(torch.tensor([0.8, 0.15, 0.05]), 4 * 64, True, generator=generator)
    masks = masks.reshape(4, 8, 8)
    logits = torch.randn(4, 3, 8, 8, generator=generator)
    logits = logits + 2 * torch.nn.functional.one_hot(masks, 3).movedim(-1, 1)
    found = scored(Overlap(), logits, masks, cuts)
    each = sk.jaccard_score(masks.flatten(), logits.argmax(1).flatten(), average=None)
    assert found == pytest.approx({"iou": each.mean(), "smallest_iou": each.min()})
    masks[:, :, :4] = -100
    kept = masks[:, :, 4:].flatten(), logits.argmax(1)[:, :, 4:].flatten()
    each = sk.jaccard_score(*kept, average=None)
    assert scored(Overlap(), logits, masks)["iou"] == pytest.approx(each.mean())


def test_overlap_of_a_model_that_finds_nothing_and_of_one_with_a_nan():
    masks = torch.zeros(2, 8, 8, dtype=torch.long)
    masks[0, 0, 0] = 1
    nothing = scored(Overlap(), torch.zeros_like(masks), masks)
    assert nothing["smallest_iou"] == 0 and 0.49 < nothing["iou"] < 0.5
    broken = torch.zeros(2, 2, 8, 8)
    broken[0, 0, 0, 0] = float("nan")
    assert all(math.isnan(value) for value in scored(Overlap(), broken, masks).values())


def test_the_target_that_torch_ignores_is_passed_over():
    metric = Classification()
    found = scored(metric, torch.tensor([0, 1, 1]), torch.tensor([0, -100, 1]))
    assert found["accuracy"] == 1.0
    assert int(metric.confusion().sum()) == 2


def test_one_nan_makes_every_score_nan():
    logits, targets = logits_and_targets()
    logits[5, 2] = float("nan")
    found = scored(Classification(), logits, targets, 3)
    assert found and all(math.isnan(value) for value in found.values())


@pytest.mark.parametrize(
    ("predictions", "targets", "error", "words"),
    [
        (torch.rand(4, 3), torch.tensor([0, 1, 2, 3]), ModelError, "class 3"),
        (torch.rand(4, 3), torch.tensor([0, 1, 2]), ModelError, "do not fit"),
        (torch.rand(4, 1), torch.tensor([0, 1, 1, 0]), ModelError, "two or more classes"),
        (torch.rand(3), torch.tensor([0, 1, 1]), ModelError, "fractions"),
        (torch.rand(3, 2), torch.tensor([0.5, 1, 0]), DataError, "fractions"),
        (torch.rand(3, 2), torch.tensor([-1, 1, 0]), DataError, "hold -1"),
    ],
)
def test_what_is_no_classification_is_refused(predictions, targets, error, words):
    with pytest.raises(error, match=words):
        Classification().update(predictions, targets)


@pytest.mark.parametrize("metric", [Classification(), Overlap(), Regression()])
def test_nothing_seen_is_an_error(metric):
    with pytest.raises(DataError, match="nothing to score"):
        metric.compute()


def numbers(offset: float, outputs: int | None):
    generator = torch.Generator().manual_seed(1)
    shape = (1001,) if outputs is None else (1001, outputs)
    targets = torch.randn(shape, generator=generator, dtype=torch.float64) * 3 + offset
    return targets + torch.randn(shape, generator=generator, dtype=torch.float64) + 0.5, targets


@pytest.mark.parametrize("cuts", [1, 7, 300])
@pytest.mark.parametrize("offset", [0.0, 1e9])
@pytest.mark.parametrize("outputs", [None, 3])
def test_regression_equals_scikit_learn(cuts: int, offset: float, outputs: int | None):
    predictions, targets = numbers(offset, outputs)
    found = scored(Regression(), predictions, targets, cuts)
    assert found == pytest.approx(
        {
            "mae": sk.mean_absolute_error(targets, predictions),
            "mse": sk.mean_squared_error(targets, predictions),
            "rmse": sk.root_mean_squared_error(targets, predictions),
            "r2": sk.r2_score(targets, predictions),
            "explained_variance": sk.explained_variance_score(targets, predictions),
            "max_error": float((targets - predictions).abs().max()),
        },
        abs=1e-6,
    )


@pytest.mark.parametrize("guess", [0.5, 2.0])
def test_a_constant_target_scores_as_in_scikit_learn(guess: float):
    targets = torch.full((1000,), 0.5)
    predictions = torch.full((1000,), guess)
    found = scored(Regression(), predictions, targets, 7)
    assert found["r2"] == sk.r2_score(targets, predictions)
    assert found["explained_variance"] == sk.explained_variance_score(targets, predictions)


def test_a_constant_target_has_no_variance_by_rounding():
    targets = torch.full((1000,), 0.1)  # scikit-learn's r2 is -1.8e14 here
    assert scored(Regression(), torch.full((1000,), 0.3), targets, 7)["r2"] == 0.0


def test_a_column_of_predictions_is_not_broadcast_against_a_row_of_targets():
    predictions, targets = numbers(0.0, None)
    flat = scored(Regression(), predictions, targets)
    assert scored(Regression(), predictions[:, None], targets) == flat
    with pytest.raises(ModelError, match="do not fit"):
        Regression().update(predictions[:4].expand(2, 4), targets[:2])


def test_one_nan_among_numbers_makes_every_score_nan():
    predictions, targets = numbers(0.0, 2)
    predictions[3, 1] = float("nan")
    found = scored(Regression(), predictions, targets, 3)
    assert found and all(math.isnan(value) for value in found.values())


def test_one_sample_has_no_r2():
    found = scored(Regression(), torch.tensor([1.0]), torch.tensor([2.0]))
    assert math.isnan(found["r2"]) and found["mae"] == 1.0
