from __future__ import annotations

import pytest

from art.config.reading.document import read


def test_values_are_json_else_text_and_nested_by_section() -> None:
    text = '[a]\nn = 3\nt = word\nl = ["x", 1.5]\nd = {"k": null}\n[a.b]\ny = True\n'
    layer = read(text, "c")
    assert {entry.path: entry.value for entry in layer.entries} == {
        ("a", "n"): 3,
        ("a", "t"): "word",
        ("a", "l"): ["x", 1.5],
        ("a", "d"): {"k": None},
        ("a", "b", "y"): True,
    }
    assert layer.faults == []


def test_a_subsection_needs_no_parent_above_it() -> None:
    layer = read('[metrics.scores]\n@metrics = "x.v1"\n', "c")
    assert layer.entries[0].path == ("metrics", "scores", "@metrics")
    assert layer.faults == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[a]\nx = 1\nx = 2\n", "c:3:1: [a] 'x' was set already (line 2 first)."),
        ("[a]\n[b]\n[a]\n", "c:3:1: [a] this section was there already (line 1 first)."),
        (
            "[a]\nb = 1\n[a.b]\n",
            "c:2:1: [a] 'b' has a value here and is a section as well: [a.b], line 3.",
        ),
        (
            "[a]\nb = 1\n[a.b.c]\n",
            "c:2:1: [a] 'b' has a value here and is a section as well: [a.b.c], line 3.",
        ),
        ("[a]\nx = 'y'\n", "c:2:5: [a] x: values are JSON: use double quotes, not single ones."),
        ("[a]\nx =\n", "c:2:4: [a] x: it has no value; nothing is written as null."),
        (
            "[DEFAULT]\nx = 1\n",
            "c:1:1: unknown section [DEFAULT]: a config has no values common to all sections.",
        ),
        (
            "[a]\nx = " + "[" * 90 + "]" * 90,
            "c:2:5: [a] x: lists and dicts are nested more than 64 deep.",
        ),
    ],
)
def test_a_fault_of_form_has_its_place(text: str, expected: str) -> None:
    assert [str(fault) for fault in read(text, "c").faults] == [expected]
