"""What is told without pydantic is what pydantic would say."""

from typing import Annotated, Literal

import pytest
from annotated_types import Ge, Gt, Le, Lt, MinLen
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ConfigDict, TypeAdapter, ValidationError

from art.config.functions.exact import is_exact

KINDS = [
    bool, int, float, str, None, Literal["a", 1, True], int | None, str | int, list[int],
    list[str | None] | None, Annotated[int, Ge(1)], Annotated[float, Gt(0), Le(1)] | None,
    Annotated[int, Lt(3)] | list[int] | str, list[Annotated[float, Ge(0)]],
]  # fmt: skip
VALUES = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 2, -1, 0.0, 0.5, 1.0, -0.5, "a", "1", ""]),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(KINDS), VALUES)
def test_an_exact_value_is_one_that_strict_validation_leaves_as_it_is(kind, value):
    if is_exact(kind, value):
        found = TypeAdapter(kind).validate_python(value)
        assert (found, type(found)) == (value, type(value))
    else:
        adapter = TypeAdapter(kind, config=ConfigDict(strict=True))
        try:
            found = adapter.validate_python(value)
        except ValidationError:
            return
        assert repr(found) != repr(value)  # strict pydantic takes 1 for 1.0


@pytest.mark.parametrize("kind", [Annotated[list[int], MinLen(1)], tuple[int, ...], dict, list])
def test_of_other_types_nothing_is_said(kind):
    assert not is_exact(kind, [1])
