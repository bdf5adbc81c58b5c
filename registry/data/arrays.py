"""Arrays in a NumPy file."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from art.core.missing import looked_in, meant
from art.core.parsing import parsing
from art.core.planted import open_planted
from art.errors import DataError, PathError, did_you_mean
from art.registries import data
from art.registry.data._settings import BatchSize, Fraction, SplitSeed

if TYPE_CHECKING:
    import numpy as np
    import pytorch_lightning as pl

    from art.training.data_modules.arrays import Loaded

Channels = Literal["auto", "as_is", "add", "last"]


@data("art.Arrays.v1")
def arrays(
    file: str,
    inputs: str = "inputs",
    targets: str = "targets",
    batch_size: BatchSize = 64,
    val_fraction: Fraction = 0.15,
    test_fraction: Fraction = 0.15,
    split_seed: SplitSeed = 0,
    scale: Literal["none", "unit", "standard", "ids"] = "none",
    channels: Channels = "auto",
    class_names: list[str] | None = None,
) -> pl.LightningDataModule:
    """Arrays of inputs and targets in an .npz file: tables, images, masks, token ids.

    Targets that are whole numbers or texts are classes, `(N,)` or a mask `(N, H, W)`; their
    values become 0, 1, 2, ... in order. Targets that are floats are a regression.

    Args:
        file: the .npz file.
        inputs: the inputs' name in the file.
        targets: the targets' name in the file.
        batch_size: samples in a training batch.
        val_fraction: share of the whole that is validated on; 0 for no such split.
        test_fraction: share of the whole that is kept for the end; 0 for no such split.
        split_seed: the splits are a function of it; change it to draw others.
        scale: `none`; `unit` to 0..1 (bytes are divided by 255, else by the training split's
            range); `standard` to mean 0 and deviation 1 of the training split by column or
            channel; `ids` keeps whole numbers, for an embedding.
        channels: where an image's channels are: `last` moves them to the front, `add` gives an
            image `(N, H, W)` one, `as_is` does nothing, `auto` does what fits images of bytes.
        class_names: one a class; the class's value where none are given.
    """
    from art.training.data_modules.arrays import ArrayDataModule, Loaded, Splitting
    from art.training.data_modules.scaling import Scaling

    def read() -> Loaded:
        raw_inputs, raw_targets = _load(Path(file), inputs, targets)
        span = (0.0, 255.0) if raw_inputs.dtype.name == "uint8" else None
        values, names = _targets(raw_targets, file, class_names)
        return Loaded(
            inputs=channels_first(raw_inputs, channels),
            targets=values,
            encoder=Scaling(scale, span=span),
            class_names=names,
            reader={"@readers": "art.Array.v1", "array": inputs, "channels": channels},
        )

    return ArrayDataModule(read, Splitting(val_fraction, test_fraction, split_seed), batch_size)


def _load(path: Path, inputs: str, targets: str) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    if path.is_dir() or not path.exists():
        is_folder = path.is_dir()
        near = meant(path) or looked_in(path)
        what = "this is a folder, not an .npz file." if is_folder else f"no such file.{near}"
        raise PathError(f"{path}: {what} Set [data] file to the .npz file.")
    with parsing(path, "an .npz file of plain arrays"), open_planted(path) as file:
        try:
            content = np.load(file, allow_pickle=False)
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            raise DataError(f"{path}: {_not_plain(error)}") from error
        if isinstance(content, np.ndarray):
            raise DataError(f"{path}: one array only; an .npz file with two is needed.")
        with content:
            found = [_array(content, name, path) for name in (inputs, targets)]
    if found[0].ndim == 0 or found[1].ndim == 0 or len(found[0]) != len(found[1]):
        raise DataError(
            f"{path}: '{inputs}' has shape {found[0].shape} and '{targets}' {found[1].shape}: both "
            f"need one row a sample."
        )
    if found[0].dtype.kind not in "biuf":
        raise DataError(
            f"{path}: the inputs, array '{inputs}', are {found[0].dtype}; numbers are needed."
        )
    return found[0], found[1]


def _not_plain(error: Exception) -> str:
    """What is wrong with a file. NumPy's own words advise `allow_pickle=True`, which runs code."""
    if "pickle" not in str(error):
        return f"not an .npz file of plain arrays: {error}"
    return (
        "not an .npz file of plain arrays: NumPy would take it for a pickle, and pickles are not "
        "read, since reading one can run code. Save numbers or texts, with "
        "numpy.savez(FILE, inputs=..., targets=...)."
    )


def _array(content: np.lib.npyio.NpzFile, name: str, path: Path) -> np.ndarray:
    if name not in content.files:
        raise DataError(f"{path}: no array '{name}'.{did_you_mean(name, content.files)}")
    try:
        return content[name]
    except ValueError as error:
        if "allow_pickle" not in str(error):
            raise
        raise DataError(
            f"{path}: the array '{name}' holds Python objects (dtype object). They are not read, "
            f"since that could run code. Save it as plain texts or numbers: texts as "
            f"{name}.astype(str), numbers as {name}.astype(float); rows of different lengths need "
            f"padding first."
        ) from error


def channels_first(inputs: np.ndarray, channels: Channels) -> np.ndarray:
    """Images as `(N, channels, height, width)`."""
    import numpy as np

    if channels == "auto" and inputs.dtype == np.uint8:
        if inputs.ndim == 3:
            channels = "add"
        elif inputs.ndim == 4 and inputs.shape[3] in (1, 3, 4) and inputs.shape[1] not in (1, 3, 4):
            channels = "last"
    if channels == "add":
        return inputs[:, None]
    return np.moveaxis(inputs, -1, 1) if channels == "last" else inputs


def _targets(
    raw: np.ndarray, file: str, class_names: list[str] | None
) -> tuple[np.ndarray, tuple[str, ...]]:
    """Class indices and names, or float32 numbers and no names."""
    import numpy as np

    if raw.ndim == 2 and raw.shape[1] == 1:
        raw = raw[:, 0]
    if raw.dtype.kind == "f":
        return raw.astype(np.float32), ()
    if raw.dtype.kind not in "biuUS":
        raise DataError(f"{file}: the targets are {raw.dtype}; numbers or texts are needed.")
    values, indices = np.unique(raw, return_inverse=True)
    names = tuple(class_names) if class_names else tuple(str(value) for value in values)
    if len(names) < len(values):
        raise DataError(
            f"{file}: there are {len(values)} classes but class_names has {len(names)} names."
        )
    return indices.reshape(raw.shape).astype(np.int64), names
