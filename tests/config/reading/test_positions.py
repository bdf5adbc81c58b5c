from __future__ import annotations

from configparser import ConfigParser

from hypothesis import given
from hypothesis import strategies as st

from art.config.reading.positions import scan


def test_every_key_and_value_has_its_line_and_column() -> None:
    found = scan('# top\n[a]\nx = 1\n\n[a.b]\n@models : "n.v1"\n', "c.cfg")
    assert [(s.path, str(s.at)) for s in found.sections] == [
        (("a",), "c.cfg:2:1"),
        (("a", "b"), "c.cfg:5:1"),
    ]
    assert [(k.key, str(k.at), str(k.value_at), k.text) for k in found.keys] == [
        ("x", "c.cfg:3:1", "c.cfg:3:5", "1"),
        ("@models", "c.cfg:6:1", "c.cfg:6:11", '"n.v1"'),
    ]


def test_a_value_over_several_lines_knows_its_last_line() -> None:
    (key,) = scan("[a]\nx = [1,\n   # note\n   2]\n\n", "c").keys
    assert (key.text, key.last) == ("[1,\n2]", 4)


def test_lines_that_are_nothing_are_faults_and_reading_goes_on() -> None:
    found = scan("x = 1\n[a]\nwhat\n[a..b]\ny = 2\n[c]\nz = 3\n", "c")
    assert [str(fault.location) for fault in found.faults] == ["c:1:1", "c:3:1", "c:4:1"]
    assert [key.key for key in found.keys] == ["y", "z"]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert scan("\ufeff[a]\nx = 1", "c").sections[0].path == ("a",)


LINES = st.lists(
    st.sampled_from(
        ["[a]", "[b.c]", "x = 1", "y: 2", "", "# note", "; note", "  3", '  "z"', "k ="]
    )
)


@given(LINES)
def test_lines_are_cut_as_configparser_cuts_them(lines: list[str]) -> None:
    lines = ["[start]", *(line for line in lines)]
    for name in ("[a]", "[b.c]"):  # configparser stops at a repetition
        while lines.count(name) > 1:
            lines.remove(name)
    seen: set[tuple[str, str]] = set()
    section, kept = "", []
    for line in lines:
        section = line if line.startswith("[") else section
        key = (section, line[:2])
        if line[:1] in ("x", "y", "k"):
            if key in seen:
                continue
            seen.add(key)
        kept.append(line)
    text = "\n".join(kept)
    parser = ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text) if not _starts_indented(kept) else None
    if _starts_indented(kept):
        return
    expected = {(s, k): v for s in parser.sections() for k, v in parser.items(s)}
    found = {(".".join(key.section), key.key): key.text for key in scan(text, "c").keys}
    assert found == expected


def _starts_indented(lines: list[str]) -> bool:
    """An indented line right under a header: a fault for both."""
    above = ""
    for line in lines:
        if line.startswith("  ") and above.startswith("["):
            return True
        if line and line[0] not in "#;" and not line.startswith("  "):
            above = line
    return False
