from __future__ import annotations

from typing import Any

import pytest

from art.config.layering.layers import merge
from art.config.reading.document import read
from art.config.reading.references import Resolved, escape, resolve


def resolved(text: str) -> Resolved:
    merged = merge([read(text, "c")])
    return resolve(merged.values, merged.places)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("${a.n}", 3),
        ('"${a.n}"', "3"),
        ('"at ${a.n} of ${a.t}"', "at 3 of word"),
        ("runs/${a.t}", "runs/word"),
        ("${a:n}", 3),
        ("${own}", True),
        ("${a}", {"n": 3, "t": "word", "inner": {"z": [1]}}),
        ("${a.inner}", {"z": [1]}),
        ('[${a.n}, "${a.n}", "x${a.n}"]', [3, "3", "x3"]),
        ('{"k": ${a.inner.z}, "t": "${a.t}"}', {"k": [1], "t": "word"}),
        ('"$${a.n} costs 5$"', "${a.n} costs 5$"),
        ("${b.chain}", 3),
    ],
)
def test_a_reference_gives(value: str, expected: Any) -> None:
    text = f"""[a]
n = 3
t = "word"
[a.inner]
z = [1]
[b]
chain = ${{a.n}}
own = true
x = {value}
"""
    found = resolved(text)
    assert found.faults == []
    assert found.values["b"]["x"] == expected


def test_a_copied_section_is_a_copy() -> None:
    values = resolved("[a]\nl = [1]\n[b]\nx = ${a}\ny = ${a}\n").values
    values["b"]["x"]["l"].append(2)
    assert values["a"]["l"] == values["b"]["y"]["l"] == [1]


def test_the_names_behind_bare_references_are_kept() -> None:
    found = resolved("[a]\nn = null\n[b]\nx = ${a.n}\n")
    assert found.sources == {("b", "x"): "a.n"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[a]\nwidth = 1\n[b]\nx = ${a.widht}\n",
            "c:4:5: [b] x: ${a.widht} leads nowhere. Did you",
        ),
        (
            "[a]\nx = ${b.y}\n[b]\ny = ${a.x}\n",
            "c:2:5: [a] x: ${b.y} leads back to itself: b.y -> ",
        ),
        ("[a]\nx = ${a}\n", "c:2:5: [a] x: ${a} leads back to itself"),
        ("[a]\nx = ${a.x}\n", "c:2:5: [a] x: ${a.x} leads back to itself"),
        (
            '[p]\nd = null\n[b]\nx = "${p.d}/y"\n',
            "c:4:5: [b] x: its text needs ${p.d}, which is null: set it with --p.d=...",
        ),
        ("[p]\nd = [1]\n[b]\nx = a${p.d}\n", "c:4:5: [b] x: ${p.d} is not a single value"),
    ],
)
def test_a_reference_that_leads_nowhere_is_a_fault(text: str, expected: str) -> None:
    assert str(resolved(text).faults[0]).startswith(expected)


@pytest.mark.parametrize("value", ["x${k.%d}${k.%d}", "[${k.%d}, ${k.%d}]"])
def test_values_cannot_grow_without_end(value: str) -> None:
    lines = ["[k]", '0 = "lol"'] + [f"{i + 1} = {value % (i, i)}" for i in range(50)]
    found = resolved("\n".join(lines))
    assert any("without end" in str(fault) or "characters" in str(fault) for fault in found.faults)


def test_escaped_text_refers_to_nothing() -> None:
    text = "100$ ${a.b} $$"
    merged = {"s": {"x": escape(text)}}
    assert resolve(merged, merge([]).places).values["s"]["x"] == text
