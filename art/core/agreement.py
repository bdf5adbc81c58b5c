"""Remembers to which code the user has agreed: by file and digest, in the user's state folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from art.core.agreed_code import CodeFile
from art.core.files import atomic_write
from art.core.planted import read_planted
from art.errors import StoreError

PRIVATE = 0o600


def is_agreed(file: CodeFile) -> bool:
    """Whether the user has agreed to these bytes in this place."""
    try:
        content = json.loads(read_planted(_entry(file)))
    except (OSError, ValueError, RecursionError):  # none, or none of ours: it is asked again
        return False
    return bool(content == _content(file))


def was_agreed(file: CodeFile) -> bool:
    """Whether the user has agreed to a file in this place, whatever its bytes."""
    return any(_folder().glob(f"*-{_place(file)}.json"))


def agree(files: Sequence[CodeFile]) -> str:
    """Remember that the user has agreed; why it could not be remembered, or nothing.

    A state folder that cannot be written is no reason to refuse what the user has just agreed to.
    """
    for file in files:
        try:
            _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
            atomic_write(_entry(file), json.dumps(_content(file)) + "\n", mode=PRIVATE)
        except (OSError, StoreError) as error:
            return f"your agreement could not be saved, so you will be asked again: {error}"
    return ""


def _folder() -> Path:
    from platformdirs import user_state_dir

    return Path(user_state_dir("art")) / "agreed-code"


def _entry(file: CodeFile) -> Path:
    return _folder() / f"{file.sha256}-{_place(file)}.json"


def _place(file: CodeFile) -> str:
    return sha256(str(file.path).encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _content(file: CodeFile) -> dict[str, str]:
    return {"path": str(file.path), "sha256": file.sha256}
