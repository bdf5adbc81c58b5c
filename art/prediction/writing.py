"""Writes predictions: as a table, as arrays, or as a picture for each mask."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from art.core.files import atomic_write, make_folder, write_named
from art.errors import PathError, UserError
from art.prediction.answers import Predictions
from art.store.layout import RECORD

FILES = (".csv", ".json", ".npz", ".parquet")
MOST_CLASSES = 256
"""Classes that a picture of bytes can tell apart."""


def refuse_out(out: Path, source: Any) -> None:
    """Say that predictions cannot go there, before anything is predicted.

    Args:
        out: where they shall go.
        source: what is predicted; a path where it is a file or folder.

    Raises:
        UserError: the file's ending names no known format, the folder does not exist, the file is
            the input itself, or it belongs to a run.
    """
    if isinstance(source, str | Path) and _is_same(out, Path(source)):
        raise PathError(f"{out}: this is the input itself. Give the predictions another name.")
    if (out.parent / RECORD).is_file():
        raise PathError(f"{out}: the folder of a run holds what ART keeps of it. Choose another.")
    if out.suffix.lower() in FILES:
        if out.is_dir():
            raise PathError(f"{out}: this is a folder. Name a file.")
        if not out.parent.is_dir():
            raise PathError(f"{out.parent}: no such folder. Make it first.")
        if out.suffix.lower() == ".parquet":
            _pyarrow(out)
        return
    if out.suffix and not out.is_dir():
        raise UserError(
            f"{out}: name the file with one of the endings {', '.join(FILES)}, or, for masks, a "
            f"folder."
        )


def _is_same(out: Path, source: Path) -> bool:
    try:
        return out.samefile(source)
    except (OSError, ValueError):  # one of them is not there, or is a text to predict
        return False


def write_predictions(predictions: Predictions, out: Path) -> None:
    """Write predictions whole: `.csv`, `.json` and `.parquet` hold a row a sample, `.npz` arrays, a
    folder a picture of class indices for each mask.

    Raises:
        UserError: the predictions are no masks, and a folder is named.
        StoreError: the disk is full or read-only.
    """
    ending = out.suffix.lower()
    if ending == ".csv":
        write_named(out, as_csv(predictions))
    elif ending == ".json":
        write_named(out, json.dumps(as_records(predictions), indent=1, ensure_ascii=False) + "\n")
    elif ending == ".npz":
        write_named(out, _as_npz(predictions))
    elif ending == ".parquet":
        write_named(out, _as_parquet(predictions, out))
    else:
        _write_masks(predictions, out)


def as_csv(predictions: Predictions) -> str:
    """A header and a row a sample; numbers keep every digit of a float32."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings(predictions))
    for row in rows(predictions):
        writer.writerow([_digits(value) for value in row])
    return text.getvalue()


def as_records(predictions: Predictions) -> list[dict[str, Any]]:
    """A dict a sample; numbers that are not finite become None, since JSON cannot hold them."""
    names = headings(predictions)
    return [dict(zip(names, map(_or_none, row), strict=True)) for row in rows(predictions)]


def _or_none(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def headings(predictions: Predictions) -> list[str]:
    """The names of the columns of `rows`."""
    target, classes = predictions.target, _class_names(predictions)
    known = [f"true {target}"] if _true(predictions) is not None else []
    if predictions.of_pixels:
        return ["row", *(f"share of {name}" for name in classes)]
    if predictions.by_class:
        short = "p" if predictions.kind == "probabilities" else "score"
        return ["row", target, *known, *(f"{short}({name})" for name in classes)]
    columns = np.asarray(predictions.values).reshape(len(predictions), -1).shape[1]
    several = [f"{target} {number + 1}" for number in range(columns)]
    return ["row", *([target] if columns == 1 else several), *known]


def rows(predictions: Predictions) -> Iterator[list[Any]]:
    """A list of values a sample, as `headings` names them."""
    true = _true(predictions)
    for index, name in enumerate(predictions.names):
        known = [] if true is None else [true[index]]
        values = predictions.values[index]
        if predictions.of_pixels:
            counts = np.bincount(predictions.indices[index].reshape(-1).clip(0))
            size = max(int(counts.sum()), 1)
            shares = [int(c) / size for c in counts] + [0.0] * len(_class_names(predictions))
            yield [name, *shares[: len(_class_names(predictions))]]
        elif predictions.by_class:
            # argmax takes a NaN for the largest number
            chosen = "" if np.isnan(values).any() else predictions.name_of(int(values.argmax()))
            yield [name, chosen, *known, *values.tolist()]
        elif predictions.kind == "chosen":
            yield [name, predictions.name_of(int(values)), *known]
        else:
            yield [name, *np.asarray(values).reshape(-1).tolist(), *known]


def _class_names(predictions: Predictions) -> list[str]:
    if predictions.by_class:
        count = predictions.values.shape[1]
    elif predictions.of_pixels:
        count = max(len(predictions.classes), int(predictions.values.max()) + 1)
    else:
        return []
    return [predictions.name_of(index) for index in range(count)]


def _true(predictions: Predictions) -> list[Any] | None:
    """The true value of each row, classes by their names; None where it is no single value."""
    found = predictions.targets
    if found is None or found.reshape(len(found), -1).shape[1] != 1:
        return None
    values = found.reshape(len(found)).tolist()
    if predictions.kind in ("probabilities", "scores", "chosen"):
        return [predictions.name_of(int(value)) for value in values]
    return values


def _digits(value: Any) -> Any:
    return f"{value:.9g}" if isinstance(value, float) else value


def _as_npz(predictions: Predictions) -> bytes:
    arrays = {"predictions": predictions.values, "names": np.array(predictions.names)}
    if predictions.kind in ("probabilities", "scores", "chosen"):
        arrays["indices"] = predictions.indices
    if predictions.classes:
        arrays["classes"] = np.array(predictions.classes)
    if predictions.targets is not None:
        arrays["targets"] = predictions.targets
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def _as_parquet(predictions: Predictions, out: Path) -> bytes:
    arrow = _pyarrow(out)
    from pyarrow.parquet import write_table

    columns = dict(zip(headings(predictions), zip(*rows(predictions), strict=True), strict=True))
    content = io.BytesIO()
    write_table(arrow.table({name: list(column) for name, column in columns.items()}), content)
    return content.getvalue()


def _pyarrow(out: Path) -> Any:
    try:
        import pyarrow
    except ImportError:
        raise UserError(
            f"{out}: writing Parquet needs pyarrow, which is not installed. Install it with "
            f"`pip install pyarrow`, or name a .csv file."
        ) from None
    return pyarrow


def _write_masks(predictions: Predictions, folder: Path) -> None:
    from PIL import Image

    if not predictions.of_pixels:
        raise UserError(
            f"{folder}: only masks are written to a folder. Name a file that ends in one of "
            f"{', '.join(FILES)}."
        )
    indices = predictions.indices
    if indices.max(initial=0) >= MOST_CLASSES:
        raise UserError(f"{folder}: a picture of bytes holds {MOST_CLASSES} classes. Name an .npz.")
    made = []
    for name, mask in zip(predictions.names, indices, strict=True):
        content = io.BytesIO()
        Image.fromarray(mask.astype(np.uint8)).save(content, format="PNG")
        made.append((folder / Path(name).with_suffix(".png"), content.getvalue()))
    if len({path for path, _ in made}) < len(made):
        raise UserError(f"{folder}: two pictures differ in their endings alone. Name an .npz file.")
    for path, content_of in made:
        make_folder(path.parent)
        atomic_write(path, content_of)
