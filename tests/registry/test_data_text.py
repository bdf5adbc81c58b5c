"""Texts: token ids by the words of the training split alone, and faults by their line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from art.errors import DataError, PathError
from art.registry.data._text import PADDING, UNKNOWN, TextEncoder, words_of
from art.registry.data.carried import FILES, banking, nuclei
from art.registry.data.text_csv import text_csv
from art.training.data_modules.description import describe


def table(folder: Path, rows: list[str], header: str = "text,label") -> Path:
    path = folder / "texts.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def weather(folder: Path, count: int = 60, **settings: Any):
    skies = ["The sun shines!", "It rains, it rains all day"]
    labels = ["fine", "wet"]
    path = table(folder, [f'"{skies[i % 2]} w{i}",{labels[i % 2]}' for i in range(count)])
    module = text_csv(str(path), **settings)
    module.setup()
    return module


def test_words_and_punctuation_are_told_apart_in_any_script():
    assert words_of("Don't PANIC, zażółć!") == ["don't", "panic", ",", "zażółć", "!"]


def test_ids_go_by_frequency_and_0_fills_the_end(tmp_path):
    module = weather(tmp_path)
    # 42 training texts, half of each class; each text's own w0, w1, ... occurs once and is unknown
    assert module.vocabulary[:4] == ("(padding)", "(unknown)", "it", "rains")
    assert set(module.vocabulary[4:]) == {",", "all", "day", "!", "shines", "sun", "the"}
    train = module.train_dataloader().inputs
    assert train.dtype == torch.int64 and train.shape == (42, 8)
    fine = next(row for row in train.tolist() if row[-1] == PADDING)
    assert [module.vocabulary[i] for i in fine[:4]] == ["the", "sun", "shines", "!"]
    assert fine[4:] == [UNKNOWN, PADDING, PADDING, PADDING]
    assert module.class_names == ("fine", "wet") and module.kind == "classification"


def test_a_word_of_the_held_out_texts_alone_is_unknown():
    encoder = TextEncoder(max_words=100, min_count=1, max_length=64)
    encoder.fit(["a b b", "a c"])
    assert encoder.vocabulary == ("(padding)", "(unknown)", "a", "b", "c")
    assert encoder.transform(["b d a a"]).tolist() == [[3, UNKNOWN, 2]]
    few = TextEncoder(max_words=1, min_count=1, max_length=2)
    few.fit(["a b b", "a c"])
    assert few.vocabulary == ("(padding)", "(unknown)", "a")
    assert few.transform(["a", ""]).tolist() == [[2, 0], [0, 0]]


def test_the_ids_do_not_hang_on_the_order_of_the_texts():
    texts = ["red blue", "green blue red", "green"]
    found = []
    for order in (texts, texts[::-1]):
        encoder = TextEncoder(100, 1, 64)
        encoder.fit(order)
        found.append(encoder.vocabulary)
    assert found[0] == found[1]


def test_a_batch_is_as_long_as_its_longest_text(tmp_path):
    module = weather(tmp_path, batch_size=1)
    lengths = {inputs.shape[1] for inputs, _ in module.train_dataloader()}
    assert lengths == {5, 8}
    for inputs, _ in module.train_dataloader():
        assert inputs[0, -1] != PADDING


def test_labels_that_are_numbers_are_classes_in_their_order(tmp_path):
    path = table(tmp_path, [f"word {i % 3},{[10, 9, 2][i % 3]}" for i in range(60)])
    module = text_csv(str(path))
    module.setup()
    assert module.class_names == ("2", "9", "10")


@pytest.mark.parametrize(
    ("rows", "settings", "error", "words"),
    [
        (["a,x"] * 9, {"text": "txt"}, DataError, r"no column 'txt'.*Did you mean 'text'"),
        (["a,x"] * 9, {"label": "class"}, DataError, "no column 'class'"),
        (["a,x", ",x", "b,y", ",y"], {}, DataError, r":3: no text in 'text'.* 2 of 4 rows"),
        (["a,x", "b,", "c,y"], {}, DataError, r":3: no value for the target 'label'"),
        ([f"w{i},{i % 2}" for i in range(40)], {}, DataError, "none of the 28 words"),
        (["a,x"] * 40, {}, DataError, "one class"),
    ],
)
def test_what_is_refused(tmp_path, rows, settings, error, words):
    with pytest.raises(error, match=words):
        text_csv(str(table(tmp_path, rows)), **settings).setup()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PathError, match=r"nowhere\.csv: no such file"):
        text_csv(str(tmp_path / "nowhere.csv")).setup()


def test_banking_is_described_with_its_words():
    module = banking()
    module.setup()
    info = describe(module)
    assert info.sizes == {"train": 1178, "val": 208, "test": 400}
    assert info.kind == "classification" and info.output_size == 10
    assert info.tokens == len(info.vocabulary) == module.vocabulary_size > 400
    assert info.class_names[0] == "activate_my_card"
    train, val, test = (
        getattr(module, f"{split}_dataloader")().inputs for split in ("train", "val", "test")
    )
    known = {tuple(row) for row in train.tolist()}
    assert not known & {tuple(row) for row in [*val.tolist(), *test.tolist()]}
    assert max(int(val.max()), int(test.max())) < info.tokens
    # the test questions are the source's: 40 of each intent
    assert torch.bincount(module.test_dataloader().targets).tolist() == [40] * 10


def test_nuclei_are_images_with_masks():
    module = nuclei()
    module.setup()
    info = describe(module)
    assert (info.kind, info.class_names) == ("segmentation", ("background", "nucleus"))
    assert info.tokens == 0 and info.vocabulary == ()
    assert 0.05 < info.class_counts[1] / sum(info.class_counts) < 0.1
    images, masks = next(iter(module.train_dataloader()))
    assert images.shape == (4, 1, 96, 96) and masks.shape == (4, 96, 96)
    inside, outside = images[:, 0][masks == 1].mean(), images[:, 0][masks == 0].mean()
    assert inside > outside + 1  # nuclei shine: the masks belong to their images


def test_what_is_carried_is_small_plain_and_says_where_it_is_from():
    sources = (FILES / "SOURCES.md").read_text("utf-8")
    carried = [path for path in FILES.iterdir() if path.name != "SOURCES.md"]
    assert sum(path.stat().st_size for path in carried) < 500_000
    assert all(path.name in sources for path in carried)
    assert "Creative Commons Attribution 4.0" in sources and "CC0" in sources
    np.load(FILES / "nuclei.npz", allow_pickle=False).close()
