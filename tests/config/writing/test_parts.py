"""Parts are added where they belong, with all else untouched, and taken out again to the byte."""

from __future__ import annotations

import pytest

import art
from art import api
from art.config import load_text
from art.config.writing.parts.adding import Wanted
from art.config.writing.parts.kinds import short_name
from art.errors import ConfigError, RegistryError, UserError
from tests.conftest import ROOT

DIGITS = (ROOT / "configs" / "digits.cfg").read_text(encoding="utf-8")
LESS = ("--check.score=train/loss", "--check.value=0.1")
TEN = """[project]
name = "first"
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
[model]
@models = "art.CNN.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
"""
EVERY = [
    Wanted(kind="check", registered="art.LessThan.v1", stages=["overfit"], settings=LESS),
    Wanted(kind="check", registered="art.Sound.v1", name="more", stages=["evaluate"]),
    Wanted(kind="stage", registered="art.Overfit.v1", name="again", after="baseline"),
    Wanted(kind="stage", registered="art.Overfit.v1", name="again", before="explore"),
    Wanted(kind="stage", registered="art.Overfit.v1", name="last"),
    Wanted(kind="visualizer", registered="art.LearningCurves.v1", stages=["overfit", "evaluate"]),
    Wanted(kind="logger", registered="art.CSV.v1", name="more"),
    Wanted(kind="metric", registered="art.Classification.v1", name="more"),
]


def add(text, wanted):
    return api.add_part(text, "config.cfg", wanted)


def remove(text, wanted):
    stage = wanted.stages[0] if wanted.kind == "check" else ""
    name = wanted.name or wanted.registered
    return api.remove_part(text, "config.cfg", wanted.kind, name, stage=stage)


@pytest.mark.parametrize("wanted", EVERY)
@pytest.mark.parametrize("text", [DIGITS, TEN], ids=["digits", "ten"])
def test_what_is_removed_again_leaves_no_byte(text, wanted):
    added = add(text, wanted)
    assert added != text and load_text(added, "config.cfg")
    assert remove(added, wanted) == text


def test_several_parts_are_removed_in_any_order():
    text = DIGITS
    for wanted in EVERY[:3] + EVERY[5:]:
        text = add(text, wanted)
    for wanted in EVERY[:3] + EVERY[5:]:
        text = remove(text, wanted)
    assert text == DIGITS


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_checks_of_one_stage_go_in_either_order(order):
    second = Wanted(kind="check", registered="art.Exists.v1", stages=["overfit"],
                    settings=["--check.score=train/loss"])  # fmt: skip
    checks = [EVERY[0], second]
    text = add(add(DIGITS, checks[0]), checks[1])
    assert text.count("written out") == 3
    text = remove(text, checks[order[0]])
    assert text.count("written out") == 3
    assert remove(text, checks[order[1]]) == DIGITS


def test_the_section_has_its_defaults_and_what_each_is():
    added = add(DIGITS, Wanted(kind="logger", registered="art.CSV.v1", name="csv2"))
    assert added == DIGITS + (
        "\n# Every logged value in `metrics.csv` in the run folder: `step,epoch,name,value`.\n"
        '[loggers.csv2]\n@loggers = "art.CSV.v1"\n'
    )
    added = add(DIGITS, EVERY[0]).removeprefix(DIGITS)
    assert added.endswith(
        '\n# The score is below a value.\n[stages.overfit.checks.less_than]\n'
        '@checks = "art.LessThan.v1"\nscore = "train/loss"\nvalue = 0.1\noptional = false\n'
        '# block closes the gate\nseverity = "block"\n'
    )  # fmt: skip


def test_a_check_is_one_more_and_not_one_in_place_of_the_stages_own():
    before = load_text(DIGITS, "config.cfg").values["stages"]["overfit"]["checks"]
    after = load_text(add(DIGITS, EVERY[0]), "config.cfg").values["stages"]["overfit"]["checks"]
    assert len(before) == 3
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"less_than"}


def test_a_default_that_was_changed_after_it_was_written_out_stays():
    added = add(DIGITS, EVERY[0]).replace("value = 0.95", "value = 0.9")
    left = remove(added, EVERY[0])
    assert "less_than" not in left
    checks = load_text(left, "config.cfg").values["stages"]["overfit"]["checks"]
    assert checks["reached"]["value"] == 0.9 and "beats_baseline" in checks


def test_checks_of_ones_own_are_joined_by_no_default():
    own = DIGITS + (
        '\n[stages.overfit.checks.low]\n@checks = "art.LessThan.v1"\n'
        'score = "train/loss"\nvalue = 1\n'
    )
    added = add(own, EVERY[0])
    checks = load_text(added, "config.cfg").values["stages"]["overfit"]["checks"]
    assert set(checks) == {"low", "less_than"}
    assert remove(added, EVERY[0]) == own


def test_a_stages_section_stands_where_it_runs():
    text = DIGITS + "\n[stages.baseline]\n\n[stages.evaluate]\n"
    added = add(text, EVERY[2])
    places = [added.index(f"[stages.{name}]") for name in ("baseline", "again", "evaluate")]
    assert places == sorted(places)
    assert '"baseline", "again", "loss_at_init"' in added
    assert remove(added, EVERY[2]) == text


def test_one_of_arts_own_stages_goes_to_its_usual_place():
    without = api.remove_part(DIGITS, "config.cfg", "stage", "overfit_one_batch")
    assert "overfit_one_batch" not in without
    added = add(without, Wanted(kind="stage", registered="art.OverfitOneBatch.v1"))
    assert load_text(added, "c.cfg").project.stages == load_text(DIGITS, "c.cfg").project.stages


def test_a_recipe_that_was_not_written_is_written_and_goes_again():
    added = add(TEN, EVERY[4])
    assert '"evaluate", "last"]' in added and added.count("\nstages = ") == 1
    twice = add(added, EVERY[2])
    assert remove(remove(twice, EVERY[4]), EVERY[2]) == TEN
    bare = TEN.split("\n", 2)[2]  # no [project] at all
    assert remove(add(bare, EVERY[4]), EVERY[4]) == bare


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ('stages = [\n    "explore",\n    # the floor\n    "baseline"\n  ]',
         'stages = [\n    "explore",\n    # the floor\n    "baseline",\n    "new"\n  ]'),
        ('stages=["explore","baseline"]', 'stages=["explore","baseline", "new"]'),
        ('stages = [ "explore",\n  "baseline" ]',
         'stages = [ "explore",\n  "baseline",\n  "new" ]'),
    ],
)  # fmt: skip
def test_a_list_keeps_its_layout(stages, expected):
    text = TEN.replace('name = "first"', f'name = "first"\n{stages}')
    wanted = Wanted(kind="stage", registered="art.Explore.v1", name="new")
    added = add(text, wanted)
    assert expected in added
    assert remove(added, wanted) == text


def test_a_recipe_taken_from_elsewhere_is_not_rewritten():
    text = TEN.replace("[project]", '[project]\nstages = ${paths.mine}') + (
        '[paths]\nmine = ["explore"]\n'
    )  # fmt: skip
    with pytest.raises(UserError, match="not a plain list of names"):
        add(text, EVERY[4])


def test_models_are_added_beside_models_and_data_where_there_is_none():
    several = TEN.replace("[model]", "[models.cnn]")
    wanted = Wanted(kind="model", registered="art.MLP.v1", settings=["--model.hidden=[8]"])
    added = add(several, wanted)
    assert set(load_text(added, "c.cfg").values["models"]) == {"cnn", "mlp"}
    assert "hidden = [8]" in added
    assert remove(added, wanted) == several
    with pytest.raises(UserError, match=r"\[model\] is there already, in line 7"):
        add(TEN, wanted)
    without = api.remove_part(TEN, "c.cfg", "model", "model")
    assert "[model]" not in without
    assert "hidden = [8]" in add(without, wanted)


def test_a_place_on_disk_is_left_to_the_command_line():
    without = api.remove_part(TEN, "c.cfg", "data", "data")
    wanted = Wanted(kind="data", registered="art.CSV.v1", settings=["--data.target=species"])
    assert 'file = ${paths.data}\n' in add(without, wanted)  # fmt: skip
    with pytest.raises(UserError, match=r"--data\.target=\.\.\."):
        add(without, Wanted(kind="data", registered="art.CSV.v1"))


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Wanted(kind="chek", registered="art.LessThan.v1"), "Did you mean 'check'"),
        (Wanted(kind="check", registered="art.LessThan.v1"), "belongs to one stage"),
        (Wanted(kind="check", registered="art.Sound.v1", stages=["overft"]), "mean 'overfit'"),
        (Wanted(kind="stage", registered="art.Explore.v1"), "has a stage 'explore' already"),
        (Wanted(kind="stage", registered="art.Explore.v1", name="x", after="nowhere"), "nowhere"),
        (Wanted(kind="logger", registered="art.CSV.v1", after="overfit"), "--after"),
        (Wanted(kind="check", registered="art.LessThan.v1", stages=["overfit"],
                settings=["--check.scor=x"]), "Did you mean 'score'"),
        (Wanted(kind="logger", registered="art.CSV.v1", name="a.b"), "'a.b' cannot be"),
    ],
)  # fmt: skip
def test_mistakes_are_said(wanted, message):
    with pytest.raises(UserError, match=message):
        add(DIGITS, wanted)


def test_what_would_make_the_config_wrong_is_refused():
    wrong = Wanted(kind="check", registered="art.LessThan.v1", stages=["overfit"],
                   settings=["--check.score=train/los", "--check.value=0.1"])  # fmt: skip
    with pytest.raises(ConfigError, match="Did you mean 'train/loss'"):
        add(DIGITS, wrong)
    with pytest.raises(ConfigError, match="'naem'"):
        add(DIGITS.replace("name =", "naem ="), EVERY[0])
    with pytest.raises(RegistryError, match=r"Did you mean 'art\.LessThan\.v1'"):
        add(DIGITS, Wanted(kind="check", registered="art.LesThan.v1", stages=["overfit"]))
    needed = add(DIGITS, EVERY[4])
    needed += '\n[visualizers.a]\n@visualizers = "art.SampleGallery.v1"\nstages = ["last"]\n'
    with pytest.raises(ConfigError, match="last"):
        remove(needed, EVERY[4])


def test_removing_says_what_is_meant():
    with pytest.raises(UserError, match="is a default that the config does not write"):
        api.remove_part(DIGITS, "c.cfg", "check", "reached")
    with pytest.raises(UserError, match="no logger 'wandb'"):
        api.remove_part(DIGITS, "c.cfg", "logger", "wandb")
    two = add(DIGITS, EVERY[0])
    two = add(two, Wanted(kind="check", registered="art.LessThan.v1", stages=["regularize"],
                          settings=["--check.score=train/loss", "--check.value=9"]))  # fmt: skip
    with pytest.raises(UserError, match="--stage NAME"):
        api.remove_part(two, "c.cfg", "check", "less_than")


def test_names_are_made_from_registered_ones():
    api.populate()
    for name in ("explore", "baseline", "loss_at_init", "overfit_one_batch", "overfit"):
        block = load_text(DIGITS, "c.cfg").values["stages"][name]
        assert short_name(block["@stages"]) == name
    assert short_name("art.CSV.v1") == "csv" and short_name("my_loss.v2") == "my_loss"
    assert art.checks.get("art.LessThan.v1")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "constant_inputs",
            "fill-config` write all of them out first, or let it only warn: severity",
        ),
        ("constant_input", "Did you mean 'constant_inputs'?"),
    ],
)
def test_a_default_check_that_is_not_written_out_can_be_left_out_all_the_same(name, said):
    with pytest.raises(UserError) as caught:
        api.remove_part(TEN, "c.cfg", "check", name, stage="explore")
    assert said in str(caught.value)
