"""Arrays, and pictures as arrays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from art.core.data_info import DataInfo
from art.core.missing import meant
from art.core.parsing import parsing
from art.core.planted import open_planted
from art.core.reader import Reader, Rows
from art.errors import DataError, PathError, did_you_mean
from art.registries import readers
from art.registry.data.arrays import Channels

if TYPE_CHECKING:
    import numpy as np

TABLES = (".csv", ".gz", ".tsv", ".parquet", ".pq")


@readers("art.Array.v1")
class ArrayReader(Reader):
    """Arrays of an .npz or .npy file, IDX files, pictures and folders of pictures.

    Pictures are read where the model was trained on images of bytes. An array whose columns have
    names is also read from a CSV or Parquet file.

    Args:
        data_info: gives the columns' names and how many token ids there are.
        shape: of one sample as it was read, channels first.
        bytes: whether the training values were bytes, 0 to 255.
        array: the inputs' name in an .npz file.
        channels: as for art.Arrays.v1.
        scale: as for art.Arrays.v1.
        subtract: what is subtracted, learnt from the training split.
        divide: what is then divided by.
    """

    def __init__(
        self,
        data_info: DataInfo,
        shape: list[int],
        bytes: bool,
        array: str = "inputs",
        channels: Channels = "auto",
        scale: Literal["none", "unit", "standard", "ids"] = "none",
        subtract: Any = 0.0,
        divide: Any = 1.0,
    ) -> None:
        from art.training.data_modules.scaling import Scaling

        self._shape, self._bytes = tuple(shape), bytes
        self._array, self._channels = array, channels
        self._names = data_info.feature_names if len(shape) == 1 else ()
        self._ids = data_info.tokens if scale == "ids" else 0
        self._scaling = Scaling.known(scale, subtract, divide, self._shape)
        self._pictures = bytes and len(shape) == 3 and shape[0] in (1, 3, 4)

    @property
    def takes(self) -> str:  # type: ignore[override]
        """What it reads, for this data."""
        kinds = [f".npz (array '{self._array}') and .npy files"]
        kinds += ["pictures and folders of pictures"] if self._pictures else []
        kinds += ["tables with the columns' names (.csv, .parquet)"] if self._names else []
        return ", ".join(kinds)

    @property
    def example(self) -> str:  # type: ignore[override]
        """A file's name."""
        return "new.csv" if self._names else "new.npz"

    def read(self, path: Path) -> Rows:
        """The samples of a file, or the pictures of a folder."""
        from art.registry.readers._pictures import ENDINGS, pictures_in

        if not path.exists():
            raise PathError(f"{path}: no such file.{meant(path)}")
        if path.is_dir():
            return self._read_pictures(pictures_in(path), path)
        ending = path.suffix.lower()
        if ending in ENDINGS:
            return self._read_pictures([path], path.parent)
        if "-ubyte" in path.name or ending == ".idx":
            from art.registry.data._idx import read_images

            return self._rows(read_images(path), str(path))
        if ending in TABLES:
            return self._read_table(path)
        return self._rows(self._load(path), str(path))

    def rows(self, values: Any) -> Rows:
        """An array `(N, ...)` or one sample, of numbers as the data part reads them: unscaled."""
        import numpy as np

        if self._names and (hasattr(values, "columns") or isinstance(values, dict)):
            values = np.stack([np.asarray(values[name]) for name in self._names], axis=1)
        return self._rows(np.asarray(values), "the inputs")

    def as_python(self) -> str:
        """Reads an .npz file, or the columns of a CSV file."""
        if self._names:
            read = (
                "import csv\n\n"
                'with open("new.csv", newline="", encoding="utf-8") as file:\n'
                '    names = facts["data"]["feature_names"]\n'
                "    rows = csv.DictReader(file)\n"
                "    rows = [[float(row[name]) for name in names] for row in rows]\n"
                "inputs = torch.tensor(rows)"
            )
        else:
            front = {"add": "[:, None]", "last": ".transpose(0, 3, 1, 2)"}.get(self._as_array(), "")
            read = (
                "import numpy as np\n\n"
                f'inputs = torch.from_numpy(np.load("new.npz")[{self._array!r}]{front})'
            )
        if self._ids:
            return f"{read}.long()"
        scaled = (
            'made = facts["data"]["reader"]\n'
            'inputs = (inputs.float() - torch.tensor(made["subtract"])) '
            '/ torch.tensor(made["divide"])'
        )
        return f"{read}\n{scaled}"

    def _as_array(self) -> str:
        """What `auto` comes to for arrays like those of the training."""
        if self._channels == "auto" and self._bytes and len(self._shape) == 3:
            return "add" if self._shape[0] == 1 else "as_is"
        return self._channels

    # Reading

    def _read_pictures(self, paths: list[Path], root: Path) -> Rows:
        import numpy as np

        from art.registry.readers._pictures import read_picture

        if not self._pictures:
            what = "numbers that are not bytes" if len(self._shape) == 3 else f"{self._shape}"
            raise DataError(
                f"{paths[0]}: a picture holds bytes, 0 to 255, and the model was trained on "
                f"{what}: ART cannot tell how they correspond. It reads {self.takes}."
            )
        images = np.stack([read_picture(path, self._shape) for path in paths])
        names = tuple(path.relative_to(root).as_posix() for path in paths)
        return Rows(self._scaling.transform(images), names)

    def _read_table(self, path: Path) -> Rows:
        from art.registry.readers._tables import columns_of
        from art.registry.readers.table import TableReader

        if not self._names:
            raise DataError(f"{path}: a table, and the model takes other inputs: {self.takes}.")
        plain = {"missing": float("nan"), "subtract": 0.0, "divide": 1.0}
        table = TableReader(numbers=dict.fromkeys(self._names, plain), categories={})
        columns = columns_of(path)
        values = table.numbers_of(columns)
        lines = [str(line) for line in columns.lines]
        return self._rows(values, str(path), lines, self._names, table.unused(columns))

    def _load(self, path: Path) -> np.ndarray:
        import zipfile

        import numpy as np

        with parsing(path, "a file of plain arrays"), open_planted(path) as file:
            try:
                content = np.load(file, allow_pickle=False)
                if isinstance(content, np.ndarray):
                    return content
                only = content.files[0] if len(content.files) == 1 else self._array
                if only not in content.files:
                    near = did_you_mean(self._array, content.files)
                    raise DataError(f"{path}: no array '{self._array}'.{near}")
                return np.asarray(content[only])
            except (ValueError, EOFError, zipfile.BadZipFile) as error:
                # NumPy's own words advise `allow_pickle=True`, which runs code
                why = "pickles are not read: they can run code" if "pickle" in str(error) else error
                raise DataError(
                    f"{path}: not a file of plain arrays ({why}). The model takes {self.takes}."
                ) from error

    # Checking

    def _rows(
        self,
        values: np.ndarray,
        source: str,
        lines: list[str] | None = None,
        columns: tuple[str, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> Rows:
        import numpy as np

        from art.registry.data.arrays import channels_first

        if values.dtype.kind not in "biuf":
            raise DataError(f"{source}: {values.dtype} is not numbers.")
        given, wanted = values.shape, len(self._shape) + 1
        if values.shape == self._shape:
            values = values[None]
        elif self._channels == "add" and values.shape == self._shape[1:]:
            values = values[None, None]
        elif values.ndim != wanted or values.shape[1:] != self._shape:
            values = channels_first(values, self._channels)
        if values.shape[1:] != self._shape or not len(values):
            raise DataError(
                f"{source}: shape {given}, but the model was trained on samples of shape "
                f"{self._shape}: (N, {', '.join(map(str, self._shape))}) is needed."
            )
        self._check_values(values, source, lines, columns)
        names = tuple(str(number + 1) for number in range(len(values)))
        with np.errstate(over="ignore"):  # it is looked for below
            scaled = self._scaling.transform(values)
        large = _first(~np.isfinite(scaled), values, source, lines, columns)
        if large:
            raise DataError(
                f"{large} is too large for the model, which calculates with 32-bit numbers."
            )
        return Rows(scaled, names, notes)

    def _check_values(
        self, values: np.ndarray, source: str, lines: list[str] | None, columns: tuple[str, ...]
    ) -> None:
        import numpy as np

        bad = ~np.isfinite(values)
        first = _first(bad, values, source, lines, columns)
        if first:
            raise DataError(
                f"{first}, and so {int(bad.sum())} value(s). The model was trained without missing "
                f"values there: leave these rows out."
            )
        if self._bytes and (values.min() < 0 or values.max() > 255 or values.dtype.kind == "f"):
            raise DataError(
                f"{source}: {values.dtype} from {values.min():.4g} to {values.max():.4g}, but the "
                f"model was trained on bytes, 0 to 255 (uint8). Give the values unscaled: ART "
                f"scales them as in training."
            )
        if self._ids and (values.min() < 0 or values.max() >= self._ids):
            raise DataError(
                f"{source}: token ids from {values.min()} to {values.max()}, but the model knows "
                f"0 to {self._ids - 1}."
            )


def _first(
    bad: np.ndarray,
    values: np.ndarray,
    source: str,
    lines: list[str] | None,
    columns: tuple[str, ...],
) -> str:
    """The first value that a mask marks, with its place; empty if the mask marks none."""
    import numpy as np

    if not bad.any():
        return ""
    at = np.unravel_index(int(bad.argmax()), bad.shape)
    row, *rest = map(int, at)
    place = f"{source}:{lines[row]}" if lines else f"{source}: row {row + 1}"
    where = f"column '{columns[rest[0]]}'" if columns else f"at {rest}"
    return f"{place}: {values[at]} {where}"
