"""Two changed copies of a config become one, key by key."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from art.config.reading.document import read
from art.config.writing.merge import merge

BASE = """# what it is
[model]
@models = "a.v1"
width = 64
depth = 2

# how it learns
[optimizer]
@optimizers = "b.v1"
lr = 0.001

[training]
max_epochs = 20
"""


def names(changes) -> list[str]:
    return [change.name for change in changes]


def values(text: str) -> dict[str, object]:
    layer = read(text, "c")
    assert layer.faults == []
    return {".".join(entry.path): entry.value for entry in layer.entries}


def test_where_one_side_changed_nothing_the_other_is_the_result_to_the_byte():
    other = BASE.replace("64", "32").replace("# what", "; which")
    assert merge(BASE, BASE, other).text == other
    assert merge(BASE, other, BASE).text == other
    assert merge(BASE, other, other).conflicts == ()


def test_both_changes_are_in_and_yours_keeps_its_comments_and_order():
    yours = "# mine\n" + BASE.replace("width = 64", "# wide\nwidth = 128")
    theirs = BASE.replace("max_epochs = 20", "max_epochs = 40")
    merged = merge(BASE, yours, theirs)
    assert merged.text == yours.replace("max_epochs = 20", "max_epochs = 40")
    assert names(merged.taken) == ["training.max_epochs"] and merged.conflicts == ()


def test_what_both_changed_stays_yours_and_is_listed():
    merged = merge(BASE, BASE.replace("0.001", "0.1"), BASE.replace("0.001", "0.01"))
    assert values(merged.text)["optimizer.lr"] == 0.1
    (conflict,) = merged.conflicts
    assert (conflict.name, conflict.base, conflict.yours, conflict.theirs) == (
        "optimizer.lr", "0.001", "0.1", "0.01",
    )  # fmt: skip


def test_the_same_value_in_another_spelling_is_no_change():
    yours = BASE.replace("0.001", "1e-3").replace("64", "65")
    merged = merge(BASE, yours, BASE.replace("20", "21"))
    assert "lr = 1e-3" in merged.text and merged.conflicts == ()


def test_a_new_setting_comes_with_its_comment_and_a_deleted_one_goes():
    yours = BASE.replace("64", "65")
    theirs = BASE.replace("depth = 2\n", "") + "# not for ever\nmax_steps = 9\n"
    merged = merge(BASE, yours, theirs)
    assert "depth" not in merged.text
    assert merged.text.endswith("max_epochs = 20\n# not for ever\nmax_steps = 9\n")


def test_a_new_section_comes_to_its_place_and_a_deleted_one_goes():
    yours = BASE.replace("20", "21")
    section = '# where it goes\n[loggers.csv]\n@loggers = "c.v1"\n'
    new = BASE.replace("# how it learns", section + "\n# how it learns")
    theirs = new.replace('[optimizer]\n@optimizers = "b.v1"\nlr = 0.001\n\n', "")
    merged = merge(BASE, yours, theirs)
    assert section in merged.text and "[optimizer]" not in merged.text
    assert merged.text.index("[model]") < merged.text.index("[loggers.csv]")
    assert values(merged.text)["training.max_epochs"] == 21


def test_another_function_is_one_change_with_all_its_settings():
    theirs = BASE.replace('"a.v1"\nwidth = 64\ndepth = 2', '"z.v1"\nheads = 4')
    merged = merge(BASE, BASE.replace("20", "21"), theirs)
    found = values(merged.text)
    assert found["model.@models"] == "z.v1" and found["model.heads"] == 4
    assert "model.width" not in found and names(merged.taken) == ["model"]
    yours = BASE.replace("depth = 2", "depth = 3")
    merged = merge(BASE, yours, theirs)
    assert merged.text == yours and names(merged.conflicts) == ["model"]


def test_a_section_that_you_deleted_does_not_come_back():
    yours = BASE.replace("\n[training]\nmax_epochs = 20\n", "")
    inner = BASE.replace("20", "21") + "\n[training.more]\nx = 1\n"
    merged = merge(BASE, yours, inner)
    assert merged.text == yours and names(merged.conflicts) == ["training", "training.more"]


def test_a_value_and_a_section_of_one_name_are_a_conflict():
    yours = BASE.replace("depth = 2", 'depth = 2\nextra = {"a": 1}')
    theirs = BASE + "\n[model.extra]\na = 2\n"
    merged = merge(BASE, yours, theirs)
    assert merged.text == yours and names(merged.conflicts) == ["model.extra"]
    merged = merge(BASE, theirs, yours)
    assert merged.text == theirs and names(merged.conflicts) == ["model.extra"]


def test_values_of_several_lines_references_and_line_ends_survive():
    base = "[a]\r\nx = [1,\r\n  2]\r\ny = ${a.x}\r\nz = 1\r\n"
    theirs = base.replace("  2]", "  3]").replace("y = ${a.x}", 'y = "${a.x}!"')
    merged = merge(base, base.replace("z = 1", "z = 2"), theirs)
    assert values(merged.text) == {"a.x": [1, 3], "a.y": '"${a.x}!"', "a.z": 2}
    assert "\n" not in merged.text.replace("\r\n", "")


def test_a_deleted_section_leaves_those_that_you_put_inside_it():
    base = "[a]\nx = 1\n\n[s.n]\ny = 1\n"
    yours = base + "\n[s.n.own]\nz = 1\n"
    merged = merge(base, yours, "[a]\nx = 1\n")
    assert values(merged.text) == {"a.x": 1, "s.n.own.z": 1}


COPY = st.dictionaries(
    st.sampled_from("abc"),
    st.dictionaries(st.sampled_from("xyz"), st.integers(0, 2), max_size=3),
    max_size=3,
)


def written(sections: dict[str, dict[str, int]]) -> str:
    bodies = (
        f"# {name}\n[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items())
        for name, keys in sections.items()
    )
    return "\n".join(bodies)


@settings(max_examples=300, deadline=None)
@given(COPY, COPY, COPY)
def test_every_setting_is_that_of_the_side_which_changed_it(base, yours, theirs):
    merged = merge(written(base), written(yours), written(theirs))
    found = values(merged.text)
    disputed = [change.path for change in merged.conflicts]
    for section in "abc":
        for key in "xyz":
            b, y, t = (copy.get(section, {}).get(key) for copy in (base, yours, theirs))
            is_disputed = (section,) in disputed or (section, key) in disputed
            expected = y if is_disputed or t == b else t if y == b else y
            assert found.get(f"{section}.{key}") == expected
            assert not is_disputed or base.get(section) != theirs.get(section)


@pytest.mark.parametrize("text", ["", "no section\n", "[a\nx = 1\n", "[a]\nx = 'odd'\n"])
def test_faulty_texts_are_merged_as_far_as_they_can_be_read(text):
    assert merge(text, text, BASE).text == BASE
    assert merge(BASE, text, BASE).text == text
