"""Mistakes as users make them: one clear message, exit code 2, nothing lost, no traceback."""

import os
import shutil
import subprocess

import pytest

import art

EARLIER = """
[project]
name = "small"
stages = ["explore"]
[paths]
runs = "runs"
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "art.BreastCancer.v1"
[model]
@models = "art.MLP.v1"
[optimizer]
@optimizers = "torch.AdamW.v1"
[training]
max_epochs = 1
"""

PARTS = """
import pytorch_lightning as pl
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import art


class Tensors(pl.LightningDataModule):
    def __init__(self, inputs, targets, shuffle=True):
        super().__init__()
        self.set = TensorDataset(inputs, targets)
        self.shuffle = shuffle

    def train_dataloader(self):
        return DataLoader(self.set, batch_size=8, shuffle=self.shuffle)

    def val_dataloader(self):
        return DataLoader(self.set, batch_size=8)


@art.data("bad.Empty.v1")
def empty(shuffle: bool = False):
    return Tensors(torch.zeros(0, 4), torch.zeros(0, dtype=torch.long), shuffle)


@art.data("bad.OneClass.v1")
def one_class():
    return Tensors(torch.randn(40, 4), torch.ones(40, dtype=torch.long))


@art.data("bad.Floats.v1")
def floats():
    return Tensors(torch.randn(40, 4), torch.rand(40))


class EmptyVal(Tensors):
    def val_dataloader(self):
        return DataLoader(TensorDataset(torch.zeros(0, 4), torch.zeros(0, dtype=torch.long)))


@art.data("bad.EmptyVal.v1")
def empty_val():
    return EmptyVal(torch.randn(40, 4), torch.arange(40) % 3)


@art.data("good.Three.v1")
def three():
    return Tensors(torch.randn(40, 4), torch.arange(40) % 3)


@art.models("bad.TwoOutputs.v1")
def two_outputs():
    return nn.Linear(4, 2)


@art.models("bad.FiveInputs.v1")
def five_inputs():
    return nn.Linear(5, 3)


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(4, 3)

    def forward(self, x):
        return self.line(x), x


art.models("bad.Tuple.v1")(Pair)


@art.models("bad.Frozen.v1")
def frozen():
    return nn.Linear(4, 3).requires_grad_(False)


@art.models("bad.OwnFrozen.v1")
class OwnFrozen(pl.LightningModule):
    def forward(self, x):
        return x[:, :3]

    def training_step(self, batch, index):
        return nn.functional.cross_entropy(self(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())


@art.models("bad.Number.v1")
def number():
    return 3
"""

USERS = """
[project]
name = "users"
stages = ["{stage}"]
[paths]
runs = "runs"
[task]
@tasks = "art.TabularClassification.v1"
[data]
@data = "{data}"
[model]
@models = "{model}"
{optimizer}
[training]
max_epochs = 1
"""
OPTIMIZER = '[optimizer]\n@optimizers = "torch.AdamW.v1"\n'


@pytest.fixture(scope="session")
def ran_before(tmp_path_factory):
    """A folder in which a recipe has been run: a config and its records."""
    folder = tmp_path_factory.mktemp("before")
    (folder / "small.cfg").write_text(EARLIER)
    done = art.train(folder / "small.cfg", overrides={"paths.runs": str(folder / "runs")})
    assert done.ok
    (folder / "parts.py").write_text(PARTS)
    return folder


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def mistake(art_command, ran_before, tmp_path):
    """Makes a mistake in a folder with earlier records; sees it told and nothing lost."""
    shutil.copytree(ran_before, tmp_path, dirs_exist_ok=True)

    def make(*arguments, says, **environment):
        before = contents(tmp_path)
        done = art_command(*arguments, **environment)
        screen = done.stdout + done.stderr
        assert done.returncode == 2, screen
        assert "Traceback" not in screen and 'File "' not in screen, screen
        flat = " ".join(screen.split())
        for words in says:
            assert words in flat, screen
        after = contents(tmp_path)
        for path, content in before.items():
            whole = after[path] == content
            assert whole or (path.suffix == ".jsonl" and after[path].startswith(content)), path
        return done

    return make


def test_a_config_that_is_not_there_or_is_a_folder(mistake, tmp_path):
    (tmp_path / "folder").mkdir()
    for command in (["train"], ["debug", "config"], ["fill-config"]):
        missing = mistake(*command, "smal.cfg", says=["smal.cfg", "no such"])
        assert len(missing.stderr.splitlines()) == 1 and missing.stdout == ""
        folder = mistake(*command, "folder", says=["folder", "is a folder"])
        assert len(folder.stderr.splitlines()) == 1 and folder.stdout == ""


def test_options_sections_and_stages_that_do_not_exist(mistake):
    near = [
        (["--max-epoch=3"], "unknown option '--max-epoch'"),
        (["--froce"], "Did you mean '--force'?"),
        (["--trainign.max_epochs=3"], "Did you mean 'training'?"),
        (["--training.max_epoch=3"], "Did you mean 'max_epochs'?"),
        (["--training.max_epochs=three"], "max_epochs"),
        (["--stage", "exlpore"], "Did you mean 'explore'?"),
        (["--from", "exlpore"], "Did you mean 'explore'?"),
        (["--from", ""], "'' is not a stage of this recipe"),
        (["--from", "", "--dry-run"], "'' is not a stage of this recipe"),
        (["--system", "nowhere.cfg"], "nowhere.cfg"),
        (["surplus"], "unexpected argument 'surplus'"),
    ]
    for options, words in near:
        done = mistake("train", "small.cfg", *options, says=[words])
        assert done.stdout == "" and len(done.stderr.splitlines()) <= 4, done.stderr
    mistake("trian", "small.cfg", says=["trian"])


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("--paths.data=/nowhere", ["/nowhere", "no such folder"]),
        ("--paths.data=null", ["folder", "paths"]),
        ("--paths.data=small.cfg", ["small.cfg", "this is a file"]),
        ("--paths.data=runs", ["runs", "train-images-idx3-ubyte", "it holds small"]),
    ],
)
def test_a_data_folder_that_holds_no_data(mistake, tmp_path, setting, says):
    text = EARLIER.replace(
        '@data = "art.BreastCancer.v1"', '@data = "art.IDX.v1"\nfolder = ${paths.data}'
    )
    text = text.replace('runs = "runs"', 'data = null\nruns = "runs"').replace("Tabular", "Image")
    (tmp_path / "images.cfg").write_text(text)
    mistake("train", "images.cfg", setting, says=says)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_a_folder_that_may_not_be_read(mistake, tmp_path):
    (tmp_path / "locked").mkdir(mode=0)
    text = EARLIER.replace(
        '@data = "art.BreastCancer.v1"', '@data = "art.IDX.v1"\nfolder = "locked"'
    )
    (tmp_path / "images.cfg").write_text(text.replace("Tabular", "Image"))
    mistake("train", "images.cfg", says=["locked", "read"])


@pytest.mark.parametrize(
    ("stage", "data", "model", "says"),
    [
        ("explore", "bad.Empty.v1", "bad.TwoOutputs.v1", ["the training split is empty"]),
        ("explore", 'bad.Empty.v1"\nshuffle = true #', "bad.TwoOutputs.v1", []),
        ("explore", "bad.EmptyVal.v1", "bad.TwoOutputs.v1", ["the validation split is empty"]),
        ("explore", "bad.OneClass.v1", "bad.TwoOutputs.v1", ["one class only (1)"]),
        ("explore", "bad.Floats.v1", "bad.TwoOutputs.v1", ["targets are floats", "targets.long()"]),
        ("loss_at_init", "good.Three.v1", "bad.TwoOutputs.v1", ["(8, 2)", "needs (8, 3)"]),
        ("loss_at_init", "good.Three.v1", "bad.FiveInputs.v1", ["cannot take", "(8, 4)"]),
        ("loss_at_init", "good.Three.v1", "bad.Tuple.v1", ["Pair returns tuple"]),
        ("loss_at_init", "good.Three.v1", "bad.Number.v1", ["'bad.Number.v1' returned int"]),
        ("loss_at_init", "good.Three.v1", "bad.Frozen.v1", ["Linear with no parameter to train"]),
        ("overfit", "good.Three.v1", "bad.OwnFrozen.v1", ["OwnFrozen with no parameter to train"]),
    ],
)
def test_parts_that_do_not_fit(mistake, tmp_path, stage, data, model, says):
    optimizer = "" if "Own" in model else OPTIMIZER
    text = USERS.format(stage=stage, data=data, model=model, optimizer=optimizer)
    if "shuffle" in data:  # torch's DataLoader then raises a ValueError of its own
        text, says = text.replace(' #"', ""), ["the training split is empty"]
    (tmp_path / "users.cfg").write_text(text)
    done = mistake("train", "users.cfg", "--code", "parts.py", says=says)
    assert "ValueError" not in done.stdout + done.stderr
    assert f"{stage}: refused" in done.stderr


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def broken(:\n", ["code.py:1:12", "not valid Python"]),
        ("import art\n\nraise RuntimeError('boom')\n", ["code.py:3", "RuntimeError: boom"]),
        ("import art\nimport no_such_library\n", ["code.py:2", "no_such_library"]),
        (None, ["code.py", "no such"]),
        ('import art\nart.stages("mine")(int)\n', ["'mine' is no name for @stages"]),
    ],
)
def test_a_code_file_that_does_not_load(mistake, tmp_path, code, says):
    if code is not None:
        (tmp_path / "code.py").write_text(code)
    done = mistake("train", "small.cfg", "--code", "code.py", says=says)
    assert done.stdout == "" and len(done.stderr.splitlines()) == 1, done.stderr


def test_a_name_registered_twice_names_both_places(mistake, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text(
            f"import art\n\n@art.models('my.Net.v1')\ndef {name}():\n    pass\n"
        )
    mistake(
        "train", "small.cfg", "--code", "one.py", "--code", "two.py",
        says=["@models 'my.Net.v1' is registered twice", "one.py:3", "two.py:3"],
    )  # fmt: skip


def test_runs_that_cannot_be_written(mistake, tmp_path):
    (tmp_path / "taken").write_text("a file")
    for folder in ("taken", "taken/deeper", "/proc/runs", "/dev/null"):
        done = mistake(
            "train", "small.cfg", f"--paths.runs={folder}", says=["cannot write", folder]
        )
        assert done.stdout == "" and "--paths.runs" in done.stderr


@pytest.fixture
def small_disk(tmp_path):
    """A real disk of 6 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a disk")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


def test_a_disk_that_is_full_or_becomes_full(mistake, small_disk):
    done = mistake(
        "train", "small.cfg", f"--paths.runs={small_disk}",
        "--project.stages=[\"explore\", \"overfit\"]", "--model.hidden=[32768]",
        says=["checkpoints of this model need", "MB are free. Free some space"],
    )  # fmt: skip
    assert "explore: passed" in done.stderr
    with (small_disk / "fill").open("wb", buffering=0) as file, pytest.raises(OSError):
        while True:
            file.write(b"\0" * 4096)
    again = f"--paths.runs={small_disk}"
    mistake("train", "small.cfg", "--force", again, says=["cannot write", "the disk is full"])


def test_reports_of_nothing(mistake, tmp_path):
    (tmp_path / "bare").mkdir()
    for arguments, words in [
        (["bare"], "bare: no records there"),
        (["nowhere"], "nowhere: no such runs folder"),
        (["bare", "--json"], "bare: no records there"),
        (["runs", "--project", "smal"], "There are: small"),
    ]:
        done = mistake("report", *arguments, says=[words])
        assert done.stdout == "" and len(done.stderr.splitlines()) == 1


def test_init_config_replaces_nothing_and_says_what_there_is(mistake, tmp_path):
    mistake("init", "config", "small.cfg", says=["small.cfg is there already", "--force"])
    mistake("init", "config", "-", "--edit", says=["--edit needs a file"])
    mistake("init", "config", "new.cfg", "--data", "art.Digit.v1", says=["'art.Digits.v1'"])
    mistake("init", "config", "new.cfg", "--task", "images", says=["images"])
    mistake("init", "config", "new.cfg", "--stages", "explore,overfitt", says=["overfitt"])
    mistake("init", "config", "nowhere/new.cfg", says=["nowhere"])
    assert not (tmp_path / "new.cfg").exists()
