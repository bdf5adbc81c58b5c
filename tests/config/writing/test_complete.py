from __future__ import annotations

import difflib
import itertools

import pytest

from art.config import complete_text
from art.errors import ConfigError

TEXT = """\
; my recipe

[model]
# wide
@models = "test.Net.v1"
widths = [
    1,
    2]
# nothing more

# where it is
[data]
@data = "test.Data.v1"
folder = ${paths.data}

[stages.fit]
max_epochs = ${training.max_epochs}

[training]
max_epochs = 7
# the end"""


def added(before: str, after: str) -> list[str]:
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    assert not [line for line in lines if line.startswith("- ")]
    return [line[2:] for line in lines if line.startswith("+ ")]


def test_only_what_is_missing_is_added(defaults, load) -> None:
    filled = complete_text(TEXT, "config.cfg", defaults=defaults)
    lines = added(TEXT, filled)
    assert "dropout = 0.0" in lines
    assert "[project]" in lines and 'name = "config"' in lines
    assert "max_epochs = 20" not in lines
    assert "[stages.fit.checks.low]" in lines
    assert "[metrics]" not in lines
    assert filled.startswith("; my recipe\n")


def test_what_is_added_stands_where_it_belongs(defaults) -> None:
    filled = complete_text(TEXT, "config.cfg", defaults=defaults)
    assert (
        '    2]\ndropout = 0.0\nencoder = null\nhead = "x"\n# nothing more\n\n# where it is\n[data]'
        in filled
    )
    assert filled.index("[project]") < filled.index("[paths]") < filled.index("[system]")
    assert filled.index("[stages.fit]") < filled.index("[stages.fit.checks.low]")


def test_done_twice_it_adds_nothing(defaults, recipe) -> None:
    for text in (TEXT, recipe, TEXT + "\n", recipe.replace("\n", "\r\n"), "\ufeff" + recipe):
        filled = complete_text(text, "config.cfg", defaults=defaults)
        assert complete_text(filled, "config.cfg", defaults=defaults) == filled


def test_the_completed_config_means_the_same(defaults, recipe, load) -> None:
    filled = complete_text(recipe, "config.cfg", defaults=defaults)
    assert load(filled).values == load(recipe).values


def test_line_ends_stay_as_they_are(defaults, recipe) -> None:
    filled = complete_text(recipe.replace("\n", "\r\n"), "config.cfg", defaults=defaults)
    assert filled.count("\n") == filled.count("\r\n") > recipe.count("\n")


def test_a_blank_line_is_left_between_sections(defaults, recipe) -> None:
    lines = complete_text(recipe, "config.cfg", defaults=defaults).split("\n")
    for above, line in itertools.pairwise(lines):
        assert not line.startswith("[") or above == ""


def test_a_block_on_one_line_stays_on_one_line(defaults, recipe, load) -> None:
    text = recipe + 'encoder = {"@models": "test.Encoder.v1"}\n'
    filled = complete_text(text, "config.cfg", defaults=defaults)
    assert "[model.encoder]" not in filled
    assert load(filled).block("model")["encoder"]["depth"] == 2


def test_what_is_wrong_is_said_and_nothing_is_written(defaults, recipe) -> None:
    with pytest.raises(ConfigError, match="unknown setting 'dropuot'"):
        complete_text(recipe.replace("dropout", "dropuot"), "config.cfg", defaults=defaults)
