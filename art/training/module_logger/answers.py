"""What parts of a tracker's experiment answer: fields as Neptune has them, and anything else."""

from __future__ import annotations

from typing import Any

from art.training.module_logger.recorder import Recorder

NOT_ANSWERED = ("state_dict", "load_state_dict", "savefig", "convert", "image", "shape", "dtype")
"""What code asks of an object to learn what kind it is of."""


class Field:
    """`experiment["name"]`, as Neptune has it."""

    def __init__(self, recorder: Recorder, name: str) -> None:
        self._recorder = recorder
        self._name = name

    def append(self, value: Any, *rest: Any, step: Any = None, **more: Any) -> None:
        """A number of a series, or a picture."""
        self._recorder.anything("experiment[...].append", self._name, value, step)

    log = append
    assign = append

    def upload(self, value: Any, *rest: Any, **more: Any) -> None:
        """A figure, or a file."""
        if isinstance(value, str):
            self._recorder.file("experiment[...].upload", value)
        else:
            self._recorder.picture("experiment[...].upload", self._name, value)

    def __getitem__(self, name: str) -> Field:
        return Field(self._recorder, f"{self._name}/{name}")

    def __setitem__(self, name: str, value: Any) -> None:
        self[name].append(value)

    def __getattr__(self, name: str) -> Accepted:
        if name.startswith("_") or name in NOT_ANSWERED:
            raise AttributeError(name)
        return Accepted(self._recorder, f"experiment[...].{name}")


class Accepted:
    """What nothing is known of: it can be called, asked for parts and entered, and is counted."""

    def __init__(self, recorder: Recorder, call: str) -> None:
        self._recorder = recorder
        self._call = call

    def __call__(self, *args: Any, **named: Any) -> Accepted:
        self._recorder.pass_over(self._call)
        return self

    def __getattr__(self, name: str) -> Accepted:
        if name.startswith("_") or name in NOT_ANSWERED:
            raise AttributeError(name)
        return Accepted(self._recorder, f"{self._call}.{name}")

    def __getitem__(self, name: object) -> Accepted:
        if isinstance(name, int):  # else a loop over it would have no end
            raise IndexError(name)
        return self

    def __setitem__(self, name: object, value: object) -> None:
        self._recorder.pass_over(self._call)

    def __enter__(self) -> Accepted:
        return self

    def __exit__(self, *raised: object) -> None:
        return None

    def __str__(self) -> str:
        return ""
