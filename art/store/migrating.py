"""Reads records of older schemas as records of the present one.

A schema is raised in `art.core.record` where a record's meaning changes (a key that is only added
needs no new one). The step from the schema before goes here, and every older record still reads:

    @step_from(1)
    def _to_2(values): ...

Nothing is rewritten on disk: a version of ART that knows the older schema alone still reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from art.core import record
from art.errors import RecordError

Step = Callable[[dict[str, Any]], dict[str, Any]]

STEPS: dict[int, Step] = {}
"""By the schema that it reads, each gives the values of the next schema."""


def step_from(schema: int) -> Callable[[Step], Step]:
    """Register the step that leads from a schema to the next."""

    def register(step: Step) -> Step:
        STEPS[schema] = step
        return step

    return register


def migrated(values: Any, folder: str = "") -> Any:
    """The values of a record's JSON in the present schema.

    What is no record of an older schema comes back as it is: whoever reads it says what is wrong.

    Args:
        values: what the JSON holds.
        folder: where it was read from, for the error.

    Raises:
        RecordError: a step is missing or cannot read the record.
    """
    if not isinstance(values, dict) or type(values.get("schema")) is not int:
        return values
    while values["schema"] < record.SCHEMA:
        schema = values["schema"]
        step = STEPS.get(schema)
        if step is None:
            raise RecordError(f"{folder}: record schema {schema} is not one that ART ever wrote")
        try:
            values = {**step(dict(values)), "schema": schema + 1}
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise RecordError(f"{folder}: not a whole record of schema {schema}: {error}") from None
    return values
