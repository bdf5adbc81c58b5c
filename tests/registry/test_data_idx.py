"""IDX files: read as they are, and refused in one line where they are not whole."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from art.errors import DataError, PathError
from art.registry.data.idx import idx


def build(**settings: Any):
    module = idx(**settings)
    module.setup()
    return module


def loaders(module) -> list[Any]:
    return [module.train_dataloader(), module.val_dataloader(), module.test_dataloader()]


def write_idx(path: Path, array: np.ndarray, magic: int = 8, promised: int | None = None) -> None:
    shape = (promised or len(array), *array.shape[1:])
    header = struct.pack(f">BBBB{array.ndim}I", 0, 0, magic, array.ndim, *shape)
    content = header + array.astype(np.uint8).tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def idx_folder(folder: Path, ending: str = ".gz") -> Path:
    rng = np.random.RandomState(0)
    for prefix, size in (("train", 40), ("t10k", 12)):
        images = rng.randint(0, 256, (size, 5, 4))
        write_idx(folder / f"{prefix}-images-idx3-ubyte{ending}", images)
        write_idx(folder / f"{prefix}-labels-idx1-ubyte{ending}", np.arange(size) % 3)
    return folder


@pytest.mark.parametrize("ending", [".gz", ""])
def test_idx_is_read_gzipped_or_not(tmp_path: Path, ending: str):
    module = build(folder=str(idx_folder(tmp_path, ending)), scale="none")
    images = np.random.RandomState(0).randint(0, 256, (40, 5, 4))
    found = torch.cat([loader.inputs for loader in loaders(module)[:2]])
    assert sorted(found.sum((1, 2, 3)).tolist()) == sorted(images.sum((1, 2)).tolist())
    assert module.test_dataloader().targets.tolist() == [0, 1, 2] * 4


def test_idx_can_be_limited_and_its_classes_named(tmp_path: Path):
    idx_folder(tmp_path)
    module = build(folder=str(tmp_path), limit=20, class_names=["a", "b", "c"])
    assert [len(loader.dataset) for loader in loaders(module)] == [17, 3, 12]
    assert module.class_names == ("a", "b", "c")
    with pytest.raises(DataError, match="3 classes but class_names has 1"):
        build(folder=str(tmp_path), class_names=["a"])


def _truncate(folder: Path) -> None:
    path = folder / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-7]))


def _cut_gzip(folder: Path) -> None:
    path = folder / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-20])


def _no_gzip(folder: Path) -> None:
    (folder / "train-labels-idx1-ubyte.gz").write_text("<html>404</html>")


def _swap(folder: Path) -> None:
    (folder / "train-labels-idx1-ubyte.gz").write_bytes(
        (folder / "train-images-idx3-ubyte.gz").read_bytes()
    )


IDX_FAULTS = [
    (lambda f: (f / "t10k-labels-idx1-ubyte.gz").unlink(), PathError, "neither t10k-labels"),
    (_truncate, DataError, "truncated.*40 x 5 x 4 values, 816 bytes, and it has 809"),
    (_cut_gzip, DataError, "no whole gzip file"),
    (_no_gzip, DataError, "no whole gzip file"),
    (_swap, DataError, "begins with 00 00 08 03, not 00 00 08 01"),
    (
        lambda f: write_idx(f / "train-labels-idx1-ubyte.gz", np.arange(39) % 3),
        DataError,
        "40 images but train-labels-idx1-ubyte.gz has 39 labels",
    ),
    (
        lambda f: write_idx(f / "train-labels-idx1-ubyte.gz", np.zeros(40)),
        DataError,
        "all 40 samples are of one class",
    ),
    (
        lambda f: write_idx(
            f / "train-images-idx3-ubyte.gz", np.zeros((40, 5, 4)), promised=2**32 - 1
        ),
        DataError,
        "truncated",
    ),
]


@pytest.mark.parametrize(("spoil", "error", "words"), IDX_FAULTS)
def test_faulty_idx_files_are_refused_in_one_line(tmp_path: Path, spoil, error, words):
    spoil(idx_folder(tmp_path))
    with pytest.raises(error, match=words) as caught:
        build(folder=str(tmp_path))
    assert "\n" not in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path):
    with pytest.raises(PathError, match="nowhere: no such folder"):
        build(folder=str(tmp_path / "nowhere"))
