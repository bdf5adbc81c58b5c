"""Added and removed on configs of any layout: not one byte is another afterwards."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from art import api
from art.config.reading.document import read
from art.config.reading.lines import Lines
from art.config.writing.parts.placing import put_section, take_section
from tests.config.writing.documents import configs
from tests.config.writing.test_parts import EVERY, add, remove

many = settings(max_examples=60, deadline=None)
SECTIONS = {
    "project": ['name = "x"', "seed = 0"],
    "task": ['@tasks = "art.ImageClassification.v1"'],
    "data": ['@data = "art.Digits.v1"', "batch_size = 32"],
    "model": ['@models = "art.CNN.v1"', "channels = [4,", "   8]"],
    "optimizer": ['@optimizers = "torch.AdamW.v1"'],
    "loggers.mine": ['@loggers = "art.CSV.v1"'],
    "stages.overfit": ["max_epochs = 3"],
    "stages.baseline": [],
    "stages.overfit.checks.reached": ["value = 0.9"],
}
NEEDED = ("task", "data", "model", "optimizer")
FILL = st.lists(st.sampled_from(["", "", "# remark", "; remark"]), max_size=3)
STAGES = ["explore", "baseline", "overfit", "evaluate"]


@st.composite
def recipes(draw: st.DrawFn) -> str:
    """A sound recipe in any layout: order, blank lines, comments, indentation, line ends."""
    chosen = [n for n in SECTIONS if n in NEEDED or draw(st.booleans())]
    lines = draw(FILL)
    for name in draw(st.permutations(chosen)):
        lines += [f"[{name}]", *draw(FILL)]
        for setting in SECTIONS[name]:
            lines += [setting, *(draw(FILL) if "," not in setting[-1:] else [])]
        if name == "project" and draw(st.booleans()):
            lines += _list(draw(st.sampled_from(["one", "several", "mixed"])))
            lines += draw(FILL)
    indent = draw(st.sampled_from(["", "", "  ", "\t"]))
    ending = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    text = ending.join(f"{indent}{line}" if line else line for line in lines)
    return draw(st.sampled_from(["", "\ufeff"])) + text + draw(st.sampled_from(["", ending]))


def _list(layout: str) -> list[str]:
    if layout == "one":
        return [f"stages = {json.dumps(STAGES)}"]
    if layout == "mixed":
        return ['stages = ["explore", "baseline",', '   "overfit","evaluate"]']
    middle = ",\n".join(f'    "{name}"' for name in STAGES).split("\n")
    return ["stages = [", middle[0], "    # remark", *middle[1:], "  ]"]


@many
@given(recipes(), st.sampled_from(EVERY))
def test_adding_keeps_every_line_and_removing_gives_every_byte(text, wanted):
    added = add(text, wanted)
    old, new = ([x.rstrip("\r\n") for x in Lines(one).lines] for one in (text, added))
    lost = Counter(old) - Counter(new)
    assert lost.total() <= (wanted.kind == "stage")  # the line of the list that got a name
    before, after = (
        {entry.path: entry.value for entry in read(one, "c").entries} for one in (text, added)
    )
    kept = {path: value for path, value in after.items() if path in before}
    kept[("project", "stages")] = before.get(("project", "stages"))
    assert {**before, ("project", "stages"): before.get(("project", "stages"))} == kept
    assert remove(added, wanted) == text


@many
@given(configs(), st.data())
def test_a_section_put_anywhere_is_taken_to_the_byte(config, data):
    text, _ = config
    order = data.draw(st.permutations([*Lines(text).headers, ("new",)]))
    lines = data.draw(st.sampled_from([["[new]"], ["# remark", "[new]", "x = 1"]]))
    added = put_section(text, ("new",), lines, order)
    assert ("new",) in Lines(added).headers
    assert take_section(added, ("new",)) == text


def test_the_generated_recipes_are_sound():
    api.populate()

    @settings(max_examples=30, deadline=None)
    @given(recipes())
    def sound(text):
        assert api.fill_config(text)

    sound()
