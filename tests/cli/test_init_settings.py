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
