"""Reads the JSON that an export or a checkpoint holds."""

from __future__ import annotations

import json
from typing import Any

from art.errors import PathError


def read_json(text: Any, source: str) -> Any:
    """The values of a JSON text.

    Raises:
        PathError: the text is not valid JSON.
    """
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError) as error:
        raise PathError(f"{source}: its description of the training data is not JSON.") from error
