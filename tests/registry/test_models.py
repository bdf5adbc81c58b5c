"""Models of texts and masks: shapes, inert padding, and inputs that they refuse."""

from __future__ import annotations

import pytest
import torch

from art.core.data_info import DataInfo
from art.errors import ModelError
from art.registries import models
from art.registry.models import text, unet  # noqa: F401 - registers

TEXTS = DataInfo((9,), 4, "classification", tokens=50)
IMAGES = DataInfo((3, 21, 30), 5, "segmentation")
TABLE = DataInfo((9,), 4, "classification")

OUTPUTS = [
    ("art.BagOfWords.v1", {}, TEXTS, (4,)),
    ("art.BagOfWords.v1", {"hidden": [], "dropout": 0.5}, TEXTS, (4,)),
    ("art.TextCNN.v1", {}, TEXTS, (4,)),
    ("art.TextCNN.v1", {"kernels": [4, 5], "dropout": 0.5}, TEXTS, (4,)),
    ("art.UNet.v1", {}, IMAGES, (5, 21, 30)),
    ("art.UNet.v1", {"channels": [4], "dropout": 0.5}, IMAGES, (5, 21, 30)),
]


def inputs_for(info: DataInfo) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    if not info.tokens:
        return torch.randn(6, *info.input_shape, generator=generator)
    ids = torch.randint(1, info.tokens, (6, *info.input_shape), generator=generator)
    for row, length in zip(ids, (9, 7, 4, 2, 1, 0), strict=True):
        row[length:] = 0
    return ids


def build(name: str, info: DataInfo, **settings):
    torch.manual_seed(0)
    return models.get(name)(info, **settings)


@pytest.mark.parametrize(("name", "settings", "info", "shape"), OUTPUTS)
def test_outputs_gradients_and_samples_that_do_not_mix(name, settings, info, shape):
    model, inputs = build(name, info, **settings), inputs_for(info)
    outputs = model(inputs)
    assert tuple(outputs.shape) == (6, *shape)
    outputs.square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in model.parameters())
    model.eval()
    with torch.no_grad():
        assert torch.allclose(model(inputs)[2:3], model(inputs[2:3]), atol=1e-5)


@pytest.mark.parametrize(("name", "settings", "info", "shape"), OUTPUTS[:4])
def test_padding_is_inert(name, settings, info, shape):
    model, inputs = build(name, info, **settings).eval(), inputs_for(info)
    with torch.no_grad():
        whole = model(inputs)
        longer = model(torch.cat([inputs, torch.zeros(6, 5, dtype=torch.long)], 1))
        assert torch.allclose(whole, longer, atol=1e-6)
        for row, length in enumerate((9, 7, 4, 2, 1)):
            assert torch.allclose(model(inputs[row : row + 1, :length])[0], whole[row], atol=1e-6)


@pytest.mark.parametrize("name", ["art.BagOfWords.v1", "art.TextCNN.v1"])
def test_the_fillings_embedding_stays_zero_in_training(name):
    model, inputs = build(name, TEXTS), inputs_for(TEXTS)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1, weight_decay=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        model(inputs).square().sum().backward()
        optimizer.step()
    weights = model.embedding.weight
    assert not weights[0].any() and weights[1:].any(1).all()


def test_the_order_of_words_tells_a_convolution_and_no_bag():
    inputs = torch.tensor([[1, 2, 3, 4], [4, 3, 2, 1]])
    with torch.no_grad():
        bag, convolved = (
            build(name, TEXTS).eval()(inputs) for name in ("art.BagOfWords.v1", "art.TextCNN.v1")
        )
    assert torch.allclose(bag[0], bag[1], atol=1e-6)
    assert not torch.allclose(convolved[0], convolved[1], atol=1e-3)


@pytest.mark.parametrize(
    ("name", "info", "settings", "words"),
    [
        ("art.BagOfWords.v1", TABLE, {}, "needs token ids"),
        ("art.TextCNN.v1", TABLE, {}, "needs token ids"),
        ("art.UNet.v1", TABLE, {}, "needs images"),
        ("art.UNet.v1", IMAGES, {"channels": [2] * 6}, "halves 21x30 images 5 times"),
    ],
)
def test_inputs_that_do_not_fit_are_refused(name, info, settings, words):
    with pytest.raises(ModelError, match=words):
        build(name, info, **settings)
