"""How far chance may put a test score off, by what was drawn."""

import numpy as np
import pytest

from art.core.task import TaskProfile
from art.registry.stages._sampling import standard_error

RNG = np.random.RandomState(0)
SAMPLES = TaskProfile("classification", "accuracy")
PIXELS = TaskProfile("segmentation", "accuracy")


def test_an_accuracy_of_samples_is_binomial():
    targets = np.zeros(400, int)
    predicted = (np.arange(400) < 40).astype(int)
    assert standard_error(SAMPLES, predicted, targets) == pytest.approx(0.015, rel=0.03)


def test_pixels_of_one_image_are_not_drawn_apart():
    targets = np.zeros((20, 16, 16), int)
    whole = np.zeros_like(targets)
    whole[:2] = 1  # two images are wrong from edge to edge: 18 of 20 are right
    found = standard_error(PIXELS, whole, targets)
    assert found == pytest.approx(np.sqrt(0.9 * 0.1 / 19), rel=1e-6)
    scattered = (RNG.rand(20, 16, 16) < 0.1).astype(int)
    assert standard_error(PIXELS, scattered, targets) < found / 10


def test_what_has_no_label_is_not_counted():
    targets = np.zeros((6, 8, 8), int)
    predicted = (RNG.rand(6, 8, 8) < 0.2).astype(int)
    wide = np.full((6, 8, 16), -100)
    wide[:, :, :8] = targets
    beside = np.concatenate([predicted, np.ones_like(predicted)], axis=2)
    assert standard_error(PIXELS, beside, wide) == standard_error(PIXELS, predicted, targets)
    assert standard_error(PIXELS, beside, np.full_like(wide, -100)) is not None
