"""The editor on generated configs: it changes what it was asked to, and not one other byte."""

from __future__ import annotations

import difflib

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from art.config.layering.layers import Places, walk
from art.config.reading.document import read
from art.config.reading.lines import Lines
from art.config.reading.references import resolve
from art.config.writing.edit import add_section, insert, remove, remove_section, set_value
from art.errors import UserError
from tests.config.writing.documents import NAMES, VALUES, configs

many = settings(max_examples=80, deadline=None)
PATHS = st.lists(st.sampled_from(NAMES[:7]), min_size=2, max_size=4).map(tuple)


def values_in(text):
    """Every setting by path, as it is after references were looked up; all must be readable."""
    layer = read(text, "config.cfg")
    assert not layer.faults, (text, layer.faults)
    found = {entry.path: entry.value for entry in layer.entries}
    return {
        path: resolve({"value": value}, Places()).values["value"] for path, value in found.items()
    }


def difference(before, after):
    """The lines that went and the lines that came, with their ends."""
    old, new = (text.removeprefix("\ufeff").splitlines(True) for text in (before, after))
    lines = difflib.ndiff(old, new)
    changes = [line for line in lines if line[:2] in ("- ", "+ ")]
    return (
        [line[2:] for line in changes if line[0] == "-"],
        [line[2:] for line in changes if line[0] == "+"],
    )


def is_additive(before, after):
    """Whether every line is still there, in order; one without an end may get one."""
    old, new = ([x.rstrip("\r\n") for x in Lines(text).lines] for text in (before, after))
    lines = iter(new)
    return all(any(line == other for other in lines) for line in old)


@many
@given(configs())
def test_the_generated_configs_mean_what_they_should(config):
    text, expected = config
    assert values_in(text) == expected


@many
@given(configs(), st.data())
def test_insert_is_additive_and_adds_what_it_was_given(config, data):
    text, before = config
    sections = list(read(text, "c").sections)
    new = data.draw(st.lists(PATHS, unique=True, max_size=3))
    order = data.draw(st.permutations([*dict.fromkeys([*sections, *new])]))
    missing = {}
    for path in dict.fromkeys([*sections[:2], *new]):
        values = data.draw(st.dictionaries(st.sampled_from(["new", "ż"]), VALUES, max_size=2))
        taken = {key for key in values if any(s[: len(path) + 1] == (*path, key) for s in order)}
        taken |= {key for key in values if any((*path, key) == p[: len(path) + 1] for p in before)}
        missing[path] = {key: value for key, value in values.items() if key not in taken}
    assume(not any(path[:n] in before for path in missing for n in range(2, len(path) + 1)))
    after = insert(text, missing, order)
    wanted = {(*path, key): v for path, values in missing.items() for key, v in values.items()}
    assert values_in(after) == {**before, **wanted}
    assert is_additive(text, after)
    assert after.startswith("\ufeff") == text.startswith("\ufeff")
    assert insert(after, {}, order) == after
    if "\r\n" in text:
        assert after.count("\n") == after.count("\r\n")


@many
@given(configs(), st.data())
def test_set_changes_the_lines_of_that_value_alone(config, data):
    text, before = config
    assume(before)
    path = data.draw(st.sampled_from(sorted(before)))
    value = data.draw(VALUES)
    after = set_value(text, path, value)
    assert values_in(after) == {**before, path: value}
    assert set_value(after, path, value) == after
    span = Lines(text).keys[path]
    old, new = Lines(text).lines, Lines(after).lines
    assert new[: span.at.line - 1] == old[: span.at.line - 1]
    rest = old[span.last :]
    assert new[len(new) - len(rest) :] == rest
    middle = new[span.at.line - 1 : len(new) - len(rest)]
    if before[path] != value:
        kept = [line for line in old[span.at.line : span.last] if line.strip()[:1] in ("#", ";")]
        assert [line.rstrip("\r\n") for line in middle[1:]] == [k.rstrip("\r\n") for k in kept]
        assert middle[0].startswith(old[span.at.line - 1][: span.value_at.column - 1])
    assert after.endswith("\n") == text.endswith("\n")


@many
@given(configs(), PATHS, VALUES)
def test_set_adds_what_is_not_there_or_says_why_it_cannot(config, path, value):
    text, before = config
    assume(path not in before)
    try:
        after = set_value(text, path, value)
    except UserError:
        sections = read(text, "c").sections
        assert any(s[: len(path)] == path for s in sections) or any(
            path[:length] in before for length in range(2, len(path))
        )
        return
    found = values_in(after)
    if path in found:
        assert found == {**before, path: value}
        assert is_additive(text, after)
    else:  # it was set inside a dict on one line
        (outer,) = [p for p in before if p == path[: len(p)]]
        assert dict(walk({"": found[outer]}))[("", *path[len(outer) :])] == value or value == {}
        assert {p: v for p, v in found.items() if p != outer} == {
            p: v for p, v in before.items() if p != outer
        }


@many
@given(configs(), st.data())
def test_remove_takes_one_setting_and_leaves_every_comment(config, data):
    text, before = config
    assume(before)
    path = data.draw(st.sampled_from(sorted(before)))
    after = remove(text, path)
    assert values_in(after) == {other: v for other, v in before.items() if other != path}
    added = difference(text, after)[1]
    assert not [line for line in added if line.rstrip("\r\n") not in text]
    assert _comments(after) == _comments(text)


@many
@given(configs(), PATHS)
def test_a_section_that_was_added_can_be_removed_again(config, path):
    text, before = config
    sections = read(text, "c").sections
    assume(path not in sections and not any(s[: len(path)] == path for s in sections))
    assume(not any(path[:n] in before for n in range(2, len(path) + 1)))
    after = add_section(text, path, {"k": "ż"}, comment="why\nit is here")
    assert values_in(after) == {**before, (*path, "k"): "ż"}
    assert is_additive(text, after)
    assert values_in(remove_section(after, path)) == before


@many
@given(configs(), st.data())
def test_a_section_is_removed_with_those_inside_it_and_with_nothing_else(config, data):
    text, before = config
    sections = list(read(text, "c").sections)
    assume(sections)
    path = data.draw(st.sampled_from(sections))
    after = remove_section(text, path)
    assert values_in(after) == {p: v for p, v in before.items() if p[: len(path)] != path}
    assert remove_section(after, path) == after
    left = difference(text, after)[1]
    assert not [line for line in left if line.rstrip("\r\n") not in text]


def _comments(text):
    return [line.strip() for line in text.split("\n") if line.strip()[:1] in ("#", ";")]
