"""`art init config` with settings of the config as options."""

import art

CSV = ("--task", "tabular-classification", "--data", "art.CSV.v1")


def test_settings_are_written_where_they_belong(art_command, tmp_path):
    done = art_command("init", "config", "iris.cfg", *CSV, "--data.target=species")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "wrote iris.cfg. Next: art train iris.cfg --paths.data=FILE.csv\n"
    text = (tmp_path / "iris.cfg").read_text()
    assert '# the column to predict.\ntarget = "species"\n' in text
    assert "file = ${paths.data}\n" in text
    again = art_command("init", "config", "-", *CSV, "--data.target=species").stdout
    for mine, theirs in (
        ("config.cfg", "iris.cfg"),
        ('"config"', '"iris"'),
        ("s/config", "s/iris"),
    ):
        again = again.replace(mine, theirs)
    assert again == text


def test_a_given_place_is_not_asked_for(art_command, tmp_path):
    (tmp_path / "iris.csv").write_text("a,species\n1,x\n2,y\n")
    done = art_command("init", "config", *CSV, "--paths.data", "iris.csv", "--data.target=species")
    assert done.stderr == "wrote config.cfg. Next: art train config.cfg\n"
    assert art.validate(tmp_path / "config.cfg") == []


def test_a_named_file_is_not_asked_for_either(art_command, tmp_path):
    parts = ["--task", "tabular-regression", "--data", "art.CSV.v1"]
    named = art_command("init", "config", "a.cfg", *parts, "--data.file=houses.csv")
    assert "Next: art train a.cfg\n" in named.stdout + named.stderr
    assert "--paths.data" not in (tmp_path / "a.cfg").read_text().split("[", 1)[0]
    asked = art_command("init", "config", "b.cfg", *parts)
    assert "Next: art train b.cfg --paths.data=" in asked.stdout + asked.stderr


def test_values_have_their_types_and_another_function_its_own_settings(art_command):
    done = art_command(
        "init", "config", "-", "--training.max_epochs=3", "--model.channels", "[4, 8]",
        "--optimizer.@optimizers=torch.SGD.v1", "--optimizer.momentum=0.9",
        "--stages.overfit.checks.reached.value=0.8", "--paths.runs=$HOME/${project.name}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for lines in (
        "max_epochs = 3\n",
        "channels = [4, 8]\n",
        '[optimizer]\n@optimizers = "torch.SGD.v1"\nmomentum = 0.9\nlr = 0.01\n',
        '[stages.overfit.checks.reached]\n@checks = "art.GreaterThan.v1"\n'
        'score = "train/accuracy"\nvalue = 0.8\n',
        'runs = "$HOME/${project.name}"\n',
    ):
        assert lines in done.stdout


def test_mistakes_are_located_in_their_own_options(art_command, tmp_path):
    done = art_command(
        "init", "config", "iris.cfg", *CSV, "--data.taget=species", "--training.max_epochs=many",
        "--modle.x=1",
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    said = [line for line in done.stderr.splitlines() if line.startswith("--")]
    assert sorted(said) == [
        "--data.taget=species: [data] unknown setting 'taget'. Did you mean 'target'?",
        "--modle.x=1: unknown section 'modle'. Did you mean 'model'?",
        '--training.max_epochs=many: [training] max_epochs: expected int >= 1, got "many".',
    ]
    assert not (tmp_path / "iris.cfg").exists()


PARTS = """
import art


@art.stages("my.Explore.v1")
class Explore(art.Stage):
    \"\"\"Looks again.\"\"\"

    def run(self, context):
        return {}


@art.stages("my.Nap.v1")
@art.stages("your.Nap.v1")
class Nap(Explore):
    \"\"\"Sleeps.\"\"\"


@art.visualizers("my.Residuals.v1")
class Residuals(art.Visualizer):
    \"\"\"What is left over.\"\"\"

    def draw(self, context):
        return {}


@art.loggers("my.Log.v1")
@art.loggers("my.Log.v2")
class Log(art.Logger):
    \"\"\"Writes.\"\"\"
"""


def test_parts_of_one_short_name_have_sections_of_their_own(art_command, tmp_path):
    (tmp_path / "my parts.py").write_text(PARTS)
    done = art_command(
        "init", "config", "a b.cfg", "--task", "tabular-regression", "--code", "my parts.py",
        "--stages", "explore,my.Explore.v1,my.Nap.v1,your_nap",
        "--visualizers", "art.Residuals.v1,my.Residuals.v1", "--loggers", "my.Log.v1,my.Log.v2",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stderr == "wrote a b.cfg. Next: art train 'a b.cfg' --code 'my parts.py'\n"
    text = (tmp_path / "a b.cfg").read_text()
    assert 'stages = ["explore", "my_explore", "my_nap", "your_nap"]\n' in text
    for section in ("visualizers.residuals", "visualizers.my_residuals"):
        assert f"[{section}]\n" in text
    for section in ("loggers.my_log_v1", "loggers.my_log_v2", "stages.my_explore"):
        assert f"[{section}]\n" in text


def test_a_file_is_never_taken_for_an_option(art_command, tmp_path):
    done = art_command("init", "config", "--", "-x.cfg")
    assert done.stderr == "wrote -x.cfg. Next: art train ./-x.cfg\n"
    assert 'name = "x"\n' in (tmp_path / "-x.cfg").read_text()
    done = art_command("init", "project", "--", "-x")
    assert "\n  cd ./-x\n" in done.stderr


def test_an_unknown_choice_is_answered_with_what_there_is_once(art_command):
    done = art_command("init", "config", "--stages", "xyz")
    assert done.returncode == 2 and done.stderr.count("loss_at_init") == 1
