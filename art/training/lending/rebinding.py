"""Makes functions again whose closures refer to an object that is copied.

`copy.deepcopy` takes a function for a constant: a hook in a closure, or a method that was replaced
by a lambda, would go on working on the object that was copied.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping, Sequence
from types import CellType, FunctionType, ModuleType
from typing import Any

CAN_REBIND = sys.version_info < (3, 14)
"""From 3.14 on, `copy.deepcopy` asks nobody what to take in the place of a function."""


def tied_functions(outside: Sequence[Any], owned: Mapping[int, Any]) -> list[FunctionType]:
    """The functions that refer to a part of an object in their closure, or to such a function.

    Args:
        outside: functions that belong to the object.
        owned: the parts of the object, by id.
    """
    known = _reachable(outside)
    tied: dict[int, FunctionType] = {}
    while True:
        more = {
            key: function
            for key, function in known.items()
            if key not in tied
            and any(id(value) in owned or id(value) in tied for value in _contents(function))
        }
        if not more:
            return list(tied.values())
        tied |= more


class Rebound:
    """Stands in for functions while an object is copied.

    Args:
        functions: that are to refer to the copy.
    """

    def __init__(self, functions: Sequence[FunctionType]) -> None:
        cells = {id(c): c for function in functions for c in function.__closure__ or ()}
        self._cells = [(cell, CellType()) for cell in cells.values()]
        new = {id(cell): made for cell, made in self._cells}
        self.memo = {id(function): _remade(function, new) for function in functions}
        """The new functions, by the id of the old ones, as `copy.deepcopy` takes them."""

    def bind(self, memo: dict[int, Any]) -> None:
        """Give the new functions the copies of what the old ones refer to.

        Args:
            memo: of the `copy.deepcopy` that has copied the object.
        """
        for cell, made in self._cells:
            try:
                held = cell.cell_contents
            except ValueError:  # not filled yet
                continue
            is_module = isinstance(held, ModuleType)
            made.cell_contents = held if is_module else copy.deepcopy(held, memo)


def _reachable(outside: Sequence[Any]) -> dict[int, FunctionType]:
    found: dict[int, FunctionType] = {}
    left = [function for function in outside if isinstance(function, FunctionType)]
    while left:
        function = left.pop()
        if id(function) not in found:
            found[id(function)] = function
            left.extend(v for v in _contents(function) if isinstance(v, FunctionType))
    return found


def _contents(function: FunctionType) -> list[Any]:
    held = []
    for cell in function.__closure__ or ():
        try:
            held.append(cell.cell_contents)
        except ValueError:  # not filled yet
            continue
    return held


def _remade(function: FunctionType, cells: Mapping[int, CellType]) -> FunctionType:
    closure = tuple(cells[id(cell)] for cell in function.__closure__ or ())
    made = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, closure
    )
    made.__kwdefaults__ = function.__kwdefaults__
    made.__dict__.update(function.__dict__)
    made.__qualname__, made.__doc__ = function.__qualname__, function.__doc__
    made.__annotations__, made.__module__ = function.__annotations__, function.__module__
    return made
