"""Filling generated configs: additive, done after once, and the same config in the end."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from art.config import complete_text
from art.config.reading.lines import Lines

SECTIONS = {
    "[project]": ['name = "żółw"', 'stages = ["look", "fit"]'],
    "[paths]": ['runs = "r"', 'root = "${paths.runs}/日本"'],
    "[task]": ['@tasks = "test.Task.v1"', "smoothing = 0.5"],
    "[data]": ['@data = "test.Data.v1"', "folder = ${paths.root}", "batch_size: 8"],
    "[model]": ['@models = "test.Net.v1"', "widths = [\n    3,\n    4\n    ]", "dropout=${b.x}"],
    "[optimizer]": ['@optimizers = "test.Adam.v1"', "lr   =   1e-3"],
    "[stages.fit]": ["max_epochs = ${training.max_epochs}"],
    "[stages.fit.checks.low]": ["value = 0.3"],
    "[training]": ["max_epochs = 4"],
}
NEEDED = ("[data]", "[model]")
COMMENT = st.sampled_from(["", "# why", "; [not.a.section]", "  # deep = 1", "#ż 日本"])
many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def recipes(draw):
    """A valid recipe config, in any order, with comments and blank lines in every place."""
    names = draw(st.permutations(list(SECTIONS)))
    lines = draw(st.lists(COMMENT, max_size=2))
    for name in names:
        if name not in NEEDED and draw(st.booleans()):
            continue
        lines += [name, *draw(st.lists(COMMENT, max_size=2))]
        first, *rest = SECTIONS[name]
        for setting in [first, *rest]:
            for line in setting.replace("${b.x}", "0.1").split("\n"):
                lines += [line, *draw(st.lists(COMMENT, max_size=1))]
        lines += draw(st.lists(COMMENT, max_size=2))
    if "[paths]" not in lines:
        lines = [line.replace("${paths.root}", '"here"') for line in lines]
    if "[stages.fit.checks.low]" in lines and "[stages.fit]" not in lines:
        lines += ["[stages.fit]"]
    ending = draw(st.sampled_from(["\n", "\r\n"]))
    return draw(st.sampled_from(["", "\ufeff"])) + ending.join([*lines, ""])


@many
@given(recipes())
def test_filling_only_adds_and_changes_no_meaning(defaults, load, text):
    filled = complete_text(text, "config.cfg", defaults=defaults)
    lines = iter(Lines(filled).lines)
    assert all(line in lines for line in Lines(text).lines)
    assert complete_text(filled, "config.cfg", defaults=defaults) == filled
    assert load(filled).values == load(text).values
    assert filled.startswith("\ufeff") == text.startswith("\ufeff")
    assert filled.count("\r\n") == (filled.count("\n") if "\r\n" in text else 0)


@many
@given(recipes())
def test_a_config_that_is_written_and_read_again_is_the_same(load, text):
    recipe = load(text)
    assert load(recipe.to_text()).values == recipe.values
