"""What Tab offers, in real shells: bash and zsh on a terminal, fish by its own engine."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys

import pytest

from art.core.code_reading import registered_in
from tests.cli.shells import Shell, environment, write_scripts
from tests.conftest import ROOT
from tests.yardstick import slowness

SECTIONS = {
    "--project.", "--paths.", "--system.", "--training.", "--contract.", "--task.", "--data.",
    "--model.", "--optimizer.", "--scheduler.", "--metrics.", "--visualizers.", "--loggers.",
    "--stages.",
}  # fmt: skip
OPTIONS = {"--stage", "--from", "--force", "--dry-run", "--system", "--code", "--help"}
SEVEN = [
    "explore", "baseline", "loss_at_init", "overfit_one_batch", "overfit", "regularize", "evaluate"
]  # fmt: skip
MODELS = [
    "art.BagOfWords.v1", "art.CNN.v1", "art.Linear.v1", "art.MLP.v1", "art.TextCNN.v1",
    "art.UNet.v1",
]  # fmt: skip
TRAIN = "art train configs/digits.cfg "

# a line that is typed, and words that are offered for its end: exactly these, where a list
OFFERS = [
    ("art tr", ["train"]),
    ("art debug ", {"config"}),
    ("art init c", ["config"]),
    (f"{TRAIN}--", OPTIONS | SECTIONS),
    (f"{TRAIN}--stage overfit --mo", ["--model."]),
    (
        f"{TRAIN}--model.",
        ["--model.@models=", "--model.channels=", "--model.hidden=", "--model.dropout="],
    ),
    (
        f"{TRAIN}--stages.overfit.checks.reached.",
        {"--stages.overfit.checks.reached.value=", "--stages.overfit.checks.reached.severity="},
    ),
    (f"{TRAIN}--model.@models=art.MLP.v1 --model.c", []),
    (f"{TRAIN}--stage o", ["overfit_one_batch", "overfit"]),
    (f"{TRAIN}--from ", SEVEN),
    (f"{TRAIN}--training.deterministic ", ["true", "false"]),
    (f"{TRAIN}--training.nonsense ", []),
    ("art train --training.max_s", ["--training.max_steps="]),  # no config yet: the defaults
    ("art debug config configs/digits.cfg --optimizer.l", ["--optimizer.lr="]),
    ("art init config --task t", {"tabular-classification", "text-classification"}),
    ("art init config --data art.D", ["art.Diabetes.v1", "art.Digits.v1"]),
    ("art init config --model ", MODELS),
    ("art init config --stages explore,o", ["explore,overfit_one_batch", "explore,overfit"]),
    ("art list sta", ["stages"]),
    ("art list ", {"stages", "checks", "models", "optimizers", "data"}),
    ("art add ", {"stage", "check", "logger", "visualizer", "metric", "data", "model"}),
    ("art add model ", MODELS),
    ("art add model art.MLP.v1 configs/digits.cfg --m", ["--model.hidden=", "--model.dropout="]),
    ("art add check art.Sound.v1 configs/digits.cfg --stage o", ["overfit_one_batch", "overfit"]),
    ("art remove stage ov", ["overfit_one_batch", "overfit"]),
    ("art init project new --template ", ["digits", "fashion-mnist", "your-own-lightning-module"]),
    ("art completion ", ["bash", "zsh", "fish"]),
    ("art train configs/di", {"configs/digits.cfg"}),
    ("art nonsense ", []),
]
# values behind a key: bash takes `=` and `@` for the end of a word and is offered the rest alone
VALUES = [
    (f"{TRAIN}--model.@models=", MODELS),
    (f"{TRAIN}--data.scale=", ["unit", "standard", "none"]),
    (f"{TRAIN}--stages.overfit.checks.reached.severity=", ["block", "warn"]),
    (f"{TRAIN}--stage=lo", ["loss_at_init"]),
    (f"{TRAIN}--training.max_epochs=", ["30"]),
    (f"{TRAIN}--paths.data=registry/st", {"registry/stages"}),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    write_scripts(folder)
    return folder


def shell_of(name, home):
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed here: apt-get install {name}")
    shell = Shell(name, home, ROOT)
    yield shell
    shell.close()


@pytest.fixture(scope="module")
def bash(home):
    yield from shell_of("bash", home)


@pytest.fixture(scope="module")
def zsh(home):
    yield from shell_of("zsh", home)


@pytest.fixture
def fish(home):
    if shutil.which("fish") is None:
        pytest.skip("fish is not installed here: apt-get install fish")

    def offered(line):
        done = subprocess.run(
            ["fish", "--no-config", "-c", f"source $HOME/art.fish; complete -C '{line}'"],
            cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.stderr == ""
        return [word.split("\t")[0] for word in done.stdout.splitlines()]

    return offered


def assert_offered(found, expected):
    """All of a set, among others; a list's words alone, in its order."""
    if isinstance(expected, set):
        assert expected <= {word.rstrip("/") for word in found}
    else:
        assert found == expected


def nothing_or(found, typed):
    """A shell that is offered nothing leaves the word as it was typed."""
    return [] if found == typed.rsplit(" ", 1)[-1].split() else found


@pytest.mark.parametrize(("line", "expected"), OFFERS, ids=[line for line, _ in OFFERS])
def test_bash_offers(bash, line, expected):
    assert_offered(nothing_or(bash.offered(line), line), expected)


def test_bash_offers_folders_and_configs_that_are_not_hidden(bash, tmp_path):
    for name in ("b.cfg", "a.py", ".hidden.cfg", "two words.cfg"):
        (tmp_path / name).write_text("")
    (tmp_path / "sub").mkdir()
    (tmp_path / ".git").mkdir()
    line = f"art train {tmp_path}/"
    names = [word.removeprefix(f"{tmp_path}/") for word in bash.offered(line)]
    assert names == ["b.cfg", "sub", "two\\", "words.cfg"]
    assert bash.completed(f"{line}t") == f"{line}two\\ words.cfg "
    assert bash.completed(f"{line}.h") == f"{line}.hidden.cfg "
    assert bash.completed(f"{line}b.cfg --code {tmp_path}/") == f"{line}b.cfg --code {tmp_path}/"


@pytest.mark.parametrize(("line", "expected"), VALUES, ids=[line for line, _ in VALUES])
def test_bash_offers_values_behind_a_key(bash, line, expected):
    key = line.rsplit(" ", 1)[-1].rpartition("=")[0] + "="
    found = bash.offered(line)
    assert found[0].startswith(key)
    assert_offered([found[0].removeprefix(key), *found[1:]], expected)


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("art comp", "art completion "),  # a whole word is followed by a space
        (f"{TRAIN}--model.dr", f"{TRAIN}--model.dropout="),  # a key by its value
        (f"{TRAIN}--model.@models=art.M", f"{TRAIN}--model.@models=art.MLP.v1 "),
        (f"{TRAIN}--opt", f"{TRAIN}--optimizer."),  # a section by its key
        ("art train configs/digi", "art train configs/digits.cfg "),
        ("art train conf", "art train configs/"),
        ("X=1 art deb", "X=1 art debug "),
        ("true; art deb", "true; art debug "),
    ],
)
def test_tab_in_bash(bash, typed, line):
    assert bash.completed(typed) == line


def values(found, line):
    """Words without the key in front of them, where the line ends in one."""
    key, equals, _ = line.rsplit(" ", 1)[-1].partition("=")
    return [word.removeprefix(key + equals) if equals else word for word in found]


HOSTILE = """[project]
name = "x"
stages = ["explore"]

[data]
@data = "art.Digits.v1"

[models.$(touch PWNED)]
@models = "art.CNN.v1"

[loggers.;touch PWNED]
@loggers = "art.CSVLogger.v1"
"""


@pytest.mark.parametrize("line", ["--models.", "--loggers.", "--stage "])
@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_no_text_of_a_config_reaches_the_shell_as_anything_but_a_word(
    request, tmp_path, name, line
):
    shell = request.getfixturevalue(name)
    (tmp_path / "hostile.cfg").write_text(HOSTILE)
    offered = shell.offered(f"art train {tmp_path}/hostile.cfg {line}")
    assert not any(mark in word for word in offered or () for mark in "$();` "), offered


@pytest.mark.parametrize(("line", "expected"), OFFERS + VALUES)
def test_zsh_offers(zsh, line, expected):
    assert_offered(values(nothing_or(zsh.offered(line), line), line), expected)


@pytest.mark.parametrize(("line", "expected"), OFFERS + VALUES)
def test_fish_offers(fish, line, expected):
    assert_offered(values(fish(line), line), expected)


def ask(art_command, *words, cwd=ROOT):
    done = art_command("_complete", "zsh", len(words) - 1, *words, cwd=cwd)
    assert (done.returncode, done.stderr) == (0, "")
    kind, *rest = done.stdout.splitlines()
    return kind, dict(line.partition("\t")[::2] for line in rest)


def test_a_word_comes_with_what_it_is(art_command):
    kind, words = ask(art_command, "art", "train", "configs/digits.cfg", "--model.d")
    assert kind == "words"
    assert list(words) == ["--model.dropout="]
    about = words["--model.dropout="]
    assert about.startswith("0.2 now, float >= 0")
    assert about.endswith(": probability of dropping a unit of that layer while training.")
    _, words = ask(art_command, "art", "train", "configs/digits.cfg", "--training.max_epochs=")
    assert words == {"--training.max_epochs=30": "now"}


def test_a_broken_config_and_one_that_is_not_there_offer_what_they_can(art_command, tmp_path):
    (tmp_path / "broken.cfg").write_text(
        '[model]\n@models = "art.MLP.v1"\nhiden = 3\nnonsense\n[data\n[paths]\nown = "x"\n'
    )
    _, words = ask(art_command, "art", "train", "broken.cfg", "--model.h", cwd=tmp_path)
    assert set(words) == {"--model.hidden=", "--model.hiden="}
    _, words = ask(art_command, "art", "train", "missing.cfg", "--training.max_s", cwd=tmp_path)
    assert set(words) == {"--training.max_steps="}


def test_the_config_may_stand_behind_the_cursor(art_command):
    done = art_command(
        "_complete", "zsh", 2, "art", "train", "--model.h", "configs/digits.cfg", cwd=ROOT
    )
    assert done.stdout.splitlines()[1].startswith("--model.hidden=\t")


CODE = """
import art
open("ran", "w")

@art.models("mine.Net.v1")
class Net:
    '''My net.'''

    def __init__(self, data_info, width: int = 3, *, depth=2):
        pass

@art.models("mine.Small.v1")
def small(data_info, size=1): ...
"""


def test_code_files_are_read_and_never_run(art_command, tmp_path):
    (tmp_path / "own.py").write_text(CODE)
    (tmp_path / "own.cfg").write_text('[model]\n@models = "mine.Net.v1"\n')
    line = ("art", "train", "own.cfg", "--code", "own.py")
    _, words = ask(art_command, *line, "--model.", cwd=tmp_path)
    assert set(words) == {"--model.@models=", "--model.width=", "--model.depth="}
    _, words = ask(art_command, *line, "--model.@models=mine", cwd=tmp_path)
    assert words == {
        "--model.@models=mine.Net.v1": "My net.", "--model.@models=mine.Small.v1": "",
    }  # fmt: skip
    assert not (tmp_path / "ran").exists()
    (tmp_path / "own.py").write_text("def broken(:")
    assert registered_in([str(tmp_path / "own.py"), str(tmp_path / "none.py")]) == []


SLOW = ("torch", "numpy", "sklearn", "matplotlib", "pydantic", "confection", "rich")
CHECK = """
import sys
from art.cli.app import run
code = run(sys.argv[1:])
import json
print(json.dumps([code, [name for name in json.loads({slow!r}) if name in sys.modules]]))
"""


def test_an_answer_is_quick_and_imports_nothing_heavy(home):
    line = ["_complete", "zsh", "3", "art", "train", "configs/digits.cfg", "--model."]
    script = CHECK.format(slow=json.dumps(SLOW))
    spent = []
    for _ in range(4):  # the first one compiles
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-c", script, *line],
            cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert json.loads(done.stdout.splitlines()[-1]) == [0, []]
    limit = 0.45  # CPU seconds on a quiet machine, where it takes 0.35
    assert min(spent) <= limit or min(spent) <= limit * slowness()


def test_what_only_scripts_should_call_says_so(art_command):
    for words in ([], ["zsh"], ["bash", "x"]):
        done = art_command("_complete", *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert (
            done.stderr == "art _complete is for the shells' scripts: see art completion --help.\n"
        )


def test_plugins_are_named_and_not_loaded(art_command, tmp_path):
    folder = tmp_path / "lib" / "slow_plugin-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: slow-plugin\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text("[art_models]\nslow.Net.v1 = slow_plugin:net\n")
    (tmp_path / "lib" / "slow_plugin.py").write_text("open('loaded', 'w')\n")
    words = ("_complete", "zsh", 4, "art", "init", "config", "--model", "slow")
    done = art_command(*words, PYTHONPATH=f"{ROOT}:{tmp_path / 'lib'}")
    assert done.stdout == "words\nslow.Net.v1\tfrom a plugin\n"
    assert not (tmp_path / "loaded").exists()


def test_completion_prints_a_script_and_nothing_else(art_command):
    for shell in ("bash", "zsh", "fish"):
        done = art_command("completion", shell)
        assert (done.returncode, done.stderr) == (0, "")
        assert "_complete" in done.stdout and done.stdout.endswith("\n")
    wrong = art_command("completion", "tcsh")
    assert wrong.returncode == 2 and "Traceback" not in wrong.stderr
    assert "_complete" not in art_command("--help").stdout
