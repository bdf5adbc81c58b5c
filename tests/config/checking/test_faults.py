"""Each mistake a person can make, and the one line that answers it."""

from __future__ import annotations

import pytest

from art.errors import ConfigError


def faults(load, text: str, **options) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(text, **options)
    return [str(fault) for fault in caught.value.faults]


SETTINGS = [
    (
        "[stages.fit]\nmax_epoch = 3\n",
        "config.cfg:12:1: [stages.fit] unknown setting 'max_epoch'. Did you mean 'max_epochs'?",
    ),
    (
        "[training]\nmax_epochs = 0\n",
        "config.cfg:12:14: [training] max_epochs: expected int >= 1, got 0",
    ),
    (
        "[training]\nmax_epochs = 2.5\n",
        "config.cfg:12:14: [training] max_epochs: expected int >= 1, got 2.5",
    ),
    (
        "[training]\nmax_epochs = true\n",
        "config.cfg:12:14: [training] max_epochs: expected int >= 1, got true",
    ),
    (
        '[optimizer]\n@optimizers = "test.Sgd.v1"\nlr = true\n',
        "config.cfg:13:6: [optimizer] lr: expected float, got true",
    ),
    (
        '[optimizer]\n@optimizers = "test.Sgd.v1"\nlr = 0.1 # fast\n',
        "config.cfg:13:10: [optimizer] lr: a comment stands on a line of its own; "
        "text is in double quotes.",
    ),
    (
        '[optimizer]\n@optimizers = "test.Sgd.v1"\nparams = 1\n',
        "config.cfg:13:1: [optimizer] 'params' is set by ART and cannot be configured.",
    ),
    (
        '[optimizer]\n@optimizers = "test.Sdg.v1"\n',
        "config.cfg:12:15: [optimizer] unknown @optimizers 'test.Sdg.v1'. "
        "Did you mean 'test.Sgd.v1'?",
    ),
    (
        '[optimizer]\n@models = "test.Net.v1"\n',
        "config.cfg:12:1: [optimizer] @models does not belong here: "
        "this section takes @optimizers.",
    ),
    ("[optimizer]\nlr = 1\n", "config.cfg:11:1: [optimizer] missing '@optimizers', the name of a"),
    (
        '[optimizr]\n@optimizers = "test.Sgd.v1"\n',
        "config.cfg:11:1: unknown section [optimizr]. Did you mean 'optimizer'?",
    ),
    (
        "[metrics]\nscores = 3\n",
        "config.cfg:12:1: [metrics] 'scores' must be a section of its own,",
    ),
    (
        '[project]\nstages = ["look", "fti"]\n',
        "config.cfg:12:19: [project] stages: 'fti' has no [stages.fti] section. "
        "Did you mean 'fit'?",
    ),
    (
        '[project]\nstages = ["fit", "fit"]\n',
        "config.cfg:12:10: [project] stages: 'fit' is there twice.",
    ),
    (
        '[project]\nname = "a/b"\n',
        "config.cfg:12:8: [project] name: 'a/b' cannot be a folder's name",
    ),
    (
        '[stages.fit.checks.low]\n@checks = "test.Less.v1"\nscore = "x"\nseverity = "warm"\n',
        'config.cfg:14:12: [stages.fit.checks.low] severity: expected "block" or "warn", '
        'got "warm". '
        "Did you mean 'warn'?",
    ),
    (
        '[stages.fit.checks.low]\n@checks = "test.Less.v1"\n',
        "config.cfg:11:1: [stages.fit.checks.low] missing 'score' (str), which test.Less.v1 needs.",
    ),
    (
        '[visualizers.c]\n@visualizers = "test.Curves.v1"\nstages = ["fti"]\n',
        "config.cfg:13:11: [visualizers.c] stages: unknown stage 'fti'. Did you mean 'fit'?",
    ),
    (
        '[stages.fit]\noverrides = {"model.dropuot": 0.1}\n',
        "config.cfg:12:14: [stages.fit] overrides: there is no setting 'model.dropuot': "
        "[model] has no 'dropuot'. Did you mean 'dropout'?",
    ),
    (
        '[stages.fit]\nattempts = [{"data.limit": 0}]\n',
        "config.cfg:12:14: [stages.fit] attempts: data.limit: expected int >= 1 or null, got 0",
    ),
    (
        '[stages.fit]\noverrides = {"system.devices": 2}\n',
        "config.cfg:12:14: [stages.fit] overrides: 'system.devices' cannot be changed by a stage;",
    ),
    (
        '[stages.unused]\n@stages = "test.Fit.v1"\nmax_epoch = 1\n',
        "config.cfg:13:1: [stages.unused] unknown setting 'max_epoch'. Did you mean 'max_epochs'?",
    ),
    (
        "[contract]\nfrosen = []\n",
        "config.cfg:12:1: [contract] unknown setting 'frosen'. Did you mean",
    ),
    (
        '[models.a]\n@models = "test.Net.v1"\n',
        "config.cfg:11:1: a config has [model] or [models.NAME] blocks, not both.",
    ),
    (
        '[callbacks.c]\n@callbacks = "test.Callback.v1"\nrate = [1]\n',
        "config.cfg:13:8: [callbacks.c] rate: expected float, got [1]",
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"), SETTINGS, ids=[e.split(": ", 1)[1] for _, e in SETTINGS]
)
def test_a_mistake_is_answered_by_one_line_at_its_place(load, recipe, text, expected) -> None:
    (line,) = faults(load, recipe + text)
    assert line.startswith(expected)


def test_a_value_outside_its_choices_is_answered_with_the_nearest(load, recipe) -> None:
    (line,) = faults(load, recipe.replace('"here"', '"here"\nscale = "unti"'))
    assert line.endswith(
        """[data] scale: expected "unit" or "none", got "unti". Did you mean 'unit'?"""
    )


def test_a_missing_setting_is_located_at_the_header(load, recipe) -> None:
    lines = faults(load, recipe.replace('folder = "here"\n', ""))
    assert lines == ["config.cfg:4:1: [data] missing 'folder' (str), which test.Data.v1 needs."]


def test_a_null_path_is_answered_with_the_option_that_sets_it(load, recipe) -> None:
    text = recipe.replace('"here"', "${paths.data}")
    assert faults(load, text) == [
        "config.cfg:6:10: [data] folder comes from ${paths.data}, which is null: "
        "set it with --paths.data=..."
    ]
    assert load(text, overrides=["--paths.data=/d"]).block("data")["folder"] == "/d"


def test_data_and_a_model_are_needed(load) -> None:
    assert faults(load, "") == [
        'config.cfg: the config has no [data] section with an @data = "...".',
        'config.cfg: the config has no [model] section with a @models = "...", '
        "and no [models.NAME].",
    ]


def test_a_section_with_a_wrong_name_is_not_missed_as_well(load, recipe) -> None:
    lines = faults(load, recipe.replace("[model]", "[modle]"))
    assert lines == ["config.cfg:8:1: unknown section [modle]. Did you mean 'model'?"]


def test_every_mistake_of_every_layer_is_said_at_once_in_order(load, recipe) -> None:
    text = (
        recipe.replace("dropout", "droput")
        + "junk\n[training]\nmax_epochs = no\nmax_step = 3\n[loss]\n"
        + '[optimizer]\n@optimizers = "test.Sgd.v1"\nlr = ${model.lr}\n'
    )
    lines = faults(load, text, overrides=["--data.batch_size=0", "oops"])
    assert [line.split(": ")[0] for line in lines] == [
        "config.cfg:10:1",
        "config.cfg:11:1",
        "config.cfg:13:14",
        "config.cfg:14:1",
        "config.cfg:15:1",
        "config.cfg:18:6",
        "oops",
        "--data.batch_size=0",
    ]


def test_a_nested_block_is_checked_like_any_other(load, recipe) -> None:
    text = recipe + '[model.encoder]\n@models = "test.Encoder.v1"\ndepht = 3\n'
    assert faults(load, text) == [
        "config.cfg:13:1: [model.encoder] unknown setting 'depht'. Did you mean 'depth'?"
    ]
    text = recipe + 'encoder = {"l": [{"@models": "test.Encoder.v1", "depth": "x"}]}\n'
    (line,) = faults(load, text)
    assert line.startswith("config.cfg:11:49: [model") and 'depth: expected int, got "x"' in line


def test_a_mistake_inside_a_long_list_is_located_on_its_own_line(load, recipe) -> None:
    text = recipe + '[project]\nstages = [\n    "look",\n    "fti"\n]\n'
    text = text.replace("\n]\n", "\n  ]\n")
    assert faults(load, text) == [
        "config.cfg:14:5: [project] stages: 'fti' has no [stages.fti] section. Did you mean 'fit'?"
    ]
