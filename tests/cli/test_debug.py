"""`art debug config` on real recipes."""

import re

from art import api
from tests.conftest import ROOT

MORE = """
[scheduler]
@schedulers = "torch.Cosine.v1"
[visualizers.late]
@visualizers = "art.LearningCurves.v1"
stages = ["overfit"]
[stages.overfit]
max_epochs = ${training.max_epochs}
"""


def test_it_says_what_would_run_and_why(art_command, small):
    config = small(stages='["explore", "baseline"]')
    done = art_command("debug", "config", config)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == f"{config}: no mistakes"
    assert "  model                 art.MLP.v1(hidden=[32], dropout=0.0)" in lines
    assert "Stages  2 to do" in lines
    assert "   1 explore   runs: no record yet" in lines
    art_command("train", config, "--stage", "explore")
    lines = art_command("debug", "config", config).stdout.splitlines()
    assert "Stages  1 of 2 to do" in lines and "   1 explore   up to date" in lines
    lines = art_command("debug", "config", config, "--data.batch_size=32").stdout.splitlines()
    assert "with settings of --data.batch_size=32" in lines
    assert "   1 explore   runs: its settings changed" in lines


def test_it_says_what_is_not_used_and_what_variables_are(art_command, small):
    config = small(MORE, stages='["explore", "baseline"]')
    shown = art_command("debug", "config", config).stdout
    variables, _, look = shown.partition("\nVariables\n")[2].partition("\n\nLook at\n")
    assert variables == "  ${training.max_epochs} = 12, used by stages.overfit.max_epochs"
    said = [re.sub(r"^  ! .*?:(\d+):1: ", r"\1 ", line) for line in look.splitlines()]
    assert said == [
        "26 [stages.overfit] is not among the stages of [project], and does not run.",
        "23 [visualizers.late] is on in no stage of this recipe.",
        "12 [model] is read by no stage of this recipe.",
        "15 [optimizer] is read by no stage of this recipe.",
        "21 [scheduler] is read by no stage of this recipe.",
        "18 [training] is read by no stage of this recipe.",
    ]


def test_several_models_share_a_stage(art_command, tmp_path):
    text = api.init_config("image-classification", stages=["explore", "overfit"])
    text = text.replace("[model]", "[models.wide]") + '\n[models.b]\n@models = "art.MLP.v1"\n'
    (tmp_path / "two.cfg").write_text(text)
    shown = art_command("debug", "config", "two.cfg").stdout
    assert "  model wide " in shown and "  model b " in shown
    assert "   2 overfit\n     wide  runs: no record yet\n     b     runs: no record yet\n" in shown


def test_a_network_without_an_optimizer_is_seen_before_it_runs(art_command, small):
    config = small(stages='["overfit"]')
    config.write_text(re.sub(r"\[optimizer\]\n.*\n.*\n", "", config.read_text()))
    shown = art_command("debug", "config", config).stdout
    assert "art.MLP.v1 is a plain network: to train it, the config needs [optimizer]." in shown


def test_origins_are_aligned_and_name_file_variable_and_option(art_command):
    config = ROOT / "configs" / "fashion_mnist.cfg"
    done = art_command(
        "debug", "config", config, "--origin", "--paths.data=nowhere",
        ART_CONFIG_OVERRIDES="--model.hidden=8",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    for setting, place in [
        ('data = "nowhere"', "--paths.data=nowhere"),
        ('folder = "nowhere"', f"{config}:23:1, from ${{paths.data}}"),
        ("hidden = 8", "ART_CONFIG_OVERRIDES:1:"),
        ("dropout = 0.2", f"{config}:31:1"),
        ("eps = 1e-08", "default of torch.AdamW.v1"),
        ("max_steps = null", "default"),
    ]:
        (line,) = [x for x in lines if x.startswith(f"{setting} ")][:1]
        assert line[50:].startswith(place), line


def test_settings_may_stand_before_the_config(art_command, small):
    config = small(stages='["explore"]')
    for words in (["--training.max_epochs", "3", config], ["--training.max_epochs=3", config]):
        done = art_command("debug", "config", *words)
        assert done.returncode == 0 and "with settings of --training.max_epochs=3" in done.stdout
        assert art_command("train", "--dry-run", *words).returncode == 0
    wrong = art_command("debug", "config", "--orgin", config)
    assert wrong.returncode == 2
    assert wrong.stderr.startswith("unknown option '--orgin'. Did you mean '--origin'?")
