"""Pictures in files, as arrays of bytes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from art.core.parsing import parsing
from art.core.planted import open_planted
from art.errors import DataError

if TYPE_CHECKING:
    import numpy as np

ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif", ".webp")
FORMATS = ("PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP")
CHANNELS = {1: "grey", 3: "red, green and blue", 4: "red, green, blue and alpha"}


def pictures_in(folder: Path) -> list[Path]:
    """The pictures of a folder and of those below it, in order of their names.

    Raises:
        DataError: there is none.
    """
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in ENDINGS and p.is_file())
    if not found:
        raise DataError(f"{folder}: no picture in this folder ({', '.join(ENDINGS)}).")
    return found


def read_picture(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """A picture `(channels, height, width)`, uint8.

    Grey is told from colour by the file's own values: one that is saved as colour and holds grey
    alone is grey, and the other way round.

    Args:
        path: the file.
        shape: that the model was trained on.

    Raises:
        PathError: it cannot be read.
        DataError: it is no picture of 8 bits a channel, or of another size or other channels.
    """
    import numpy as np
    from PIL import Image

    # by its content, and of these formats alone: Pillow would start Ghostscript for PostScript
    with (
        parsing(path, "a picture"),
        open_planted(path) as file,
        Image.open(file, formats=FORMATS) as image,
    ):
        _check_size(path, image.size, shape)
        if image.mode.startswith(("I", "F")):
            raise DataError(
                f"{path}: more than 8 bits a channel (mode {image.mode}), and the model was "
                f"trained on bytes. Save it with 8 bits a channel."
            )
        values = np.asarray(image.convert("RGBA"))
    return np.moveaxis(_with_channels(path, values, shape[0]), -1, 0)


def _check_size(path: Path, size: tuple[int, int], shape: tuple[int, ...]) -> None:
    width, height = size
    if (height, width) != tuple(shape[1:]):
        raise DataError(
            f"{path}: {width}x{height} pixels (width x height), but the model was trained on "
            f"{shape[2]}x{shape[1]}. Resize it as the training pictures were made."
        )


def _with_channels(path: Path, values: Any, channels: int) -> Any:
    """As many channels as the model takes, where that changes nothing that can be seen."""
    colours, alpha = values[..., :3], values[..., 3]
    if channels == 4:
        return values
    grey = bool((colours == colours[..., :1]).all())
    if bool((alpha == 255).all()) and (channels == 3 or (channels == 1 and grey)):
        return colours if channels == 3 else colours[..., :1]
    found = CHANNELS[3 if bool((alpha == 255).all()) else 4]
    raise DataError(
        f"{path}: its channels are {found}, but the model was trained on {channels} "
        f"({CHANNELS.get(channels, 'channels')}). Convert it as the training pictures were made."
    )
