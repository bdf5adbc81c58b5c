"""`art quickstart` as a process: its address, its door, and what a user's own code adds."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

CODE = """
import pytorch_lightning as pl
import torch

import art


@art.data("mine.Noise.v1")
class Noise(pl.LightningDataModule):
    \"\"\"Noise to learn from.\"\"\"

    def __init__(self, size: int = 64):
        super().__init__()
        self.size = size

    def train_dataloader(self):
        rows = torch.utils.data.TensorDataset(torch.randn(self.size, 4), torch.ones(self.size))
        return torch.utils.data.DataLoader(rows, batch_size=16)

    val_dataloader = train_dataloader


@art.models("mine.Net.v1")
class Net(pl.LightningModule):
    \"\"\"Two layers with an optimizer of their own.\"\"\"

    def __init__(self, width: int = 8):
        super().__init__()
        self.net = torch.nn.Linear(4, 2)

    def training_step(self, batch, index):
        return torch.nn.functional.cross_entropy(self.net(batch[0]), batch[1])

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())


@art.visualizers("mine.Weights.v1")
class Weights(art.Visualizer):
    \"\"\"The weights.\"\"\"

    def __init__(self, bins: int = 10):
        self.bins = bins


@art.stages("mine.Nap.v1")
class Nap(art.Stage):
    \"\"\"Do nothing for a while.\"\"\"

    def __init__(self, seconds: float = 1.0):
        self.seconds = seconds


@art.data("mine.Picky.v1")
def picky(rows: int) -> pl.LightningDataModule:
    \"\"\"Needs a number that only its user knows.\"\"\"
"""


@pytest.fixture
def serve(tmp_path):
    """Starts `art quickstart`, gives the process and what it said."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-m", "art", "quickstart", "--no-browser", *arguments],
            cwd=tmp_path, stderr=subprocess.PIPE, text=True,
            # a shell's background job ignores Ctrl-C, and so would all that it starts
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env={**os.environ, "XDG_CONFIG_HOME": str(tmp_path / "xdg")},
        )  # fmt: skip
        started.append(process)
        said = []
        for line in process.stderr:
            said.append(line)
            if line.startswith("http"):
                break
        return process, "".join(said)

    yield start
    for process in started:
        process.kill()
        process.wait()


def get(address, **headers):
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return dict(answer.headers), answer.read()


def refused(address, **headers):
    with pytest.raises(urllib.error.HTTPError) as found:
        get(address, **headers)
    return found.value.code


def test_it_serves_its_own_files_to_this_machine_alone(serve):
    process, said = serve()
    address = re.match(r"(http://127\.0\.0\.1:\d+/)   Ctrl-C ends it\n", said).group(1)
    headers, body = get(address)
    assert b"<title>ART quickstart" in body and headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    for path in ("making.py", "__init__.py", "../setup.cfg", "%2e%2e/setup.cfg", "vendor/"):
        assert refused(address + path) == 404
    assert refused(address, Host="rebound.example") == 404
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130


def test_a_port_that_is_taken_is_said(serve, art_command):
    _, said = serve()
    port = re.search(r":(\d+)/", said).group(1)
    done = art_command("quickstart", "--no-browser", "--port", port)
    assert done.returncode == 2
    assert done.stderr.startswith(f"--port {port}: Address already in use.")


def test_what_code_registers_is_among_the_choices(serve, browser, tmp_path, art_command):
    (tmp_path / "mine.py").write_text(CODE)
    _, said = serve("--code", "mine.py")
    first, last = said.splitlines()
    assert first.startswith("mine.Picky.v1 is not on the page: ") and "rows" in first
    address = last.split()[0]
    controls = json.loads(get(address + "options.json")[1])["controls"]
    entries = {one["name"]: {e["value"]: e for e in one.get("entries", ())} for one in controls}
    assert entries["data"]["mine.Noise.v1"]["settings"] == ["size = 64"]
    assert entries["model"]["mine.Net.v1"]["own_optimizer"] is True
    page = browser.new_page()
    chosen = "data=mine.Noise.v1&model=mine.Net.v1&visualizers=mine.Weights.v1&stages=explore,nap"
    page.goto(f"{address}?task=tabular-classification&{chosen}")
    page.wait_for_function("document.documentElement.dataset.ready")
    text = page.locator("#text").text_content().rstrip("\n") + "\n"
    page.close()
    assert "#   art train config.cfg --code mine.py\n" in text
    assert '@models = "mine.Net.v1"\nwidth = 8\n' in text and "[optimizer]" not in text
    assert '@visualizers = "mine.Weights.v1"\nstages = ["evaluate"]\nbins = 10\n' in text
    assert 'stages = ["explore", "nap"]\n' in text
    assert '[stages.nap]\n@stages = "mine.Nap.v1"\nseconds = 1.0\n' in text
    (tmp_path / "config.cfg").write_text(text)
    for command in (("debug", "config"), ("fill-config",)):
        done = art_command(*command, "config.cfg", "--code", "mine.py")
        assert done.returncode == 0, done.stderr
    assert done.stdout == text
    options = ("--task", "tabular-classification", *(f"--{one}" for one in chosen.split("&")))
    done = art_command("init", "config", "-", *options, "--code", "mine.py")
    assert done.stdout == text


FAILING = """
import torch

import art


@art.models("odd.Breaks.v1")
def breaks(data_info):
    \"\"\"Breaks on what it is not for.\"\"\"
    raise ValueError("not for images")


@art.models("odd.Needs.v1")
def needs(width: int):
    \"\"\"Needs a width.\"\"\"
    return torch.nn.Linear(width, 2)


@art.models("odd.Fits.v1")
def fits(data_info) -> torch.nn.Module:
    \"\"\"Says what it returns.\"\"\"
    raise ValueError("built too early")
"""


def test_a_model_that_cannot_be_built_is_said_and_the_others_are_there(
    serve, tmp_path, art_command
):
    (tmp_path / "odd.py").write_text(FAILING)
    _, said = serve("--code", "odd.py")
    breaks, needs, address = said.splitlines()
    assert "odd.Breaks.v1" in breaks and "ValueError: not for images" in breaks
    assert needs.startswith("odd.Needs.v1 is not on the page: missing 'width' (int)")
    controls = json.loads(get(address.split()[0] + "options.json")[1])["controls"]
    models = next(one for one in controls if one["name"] == "model")["entries"]
    assert [one["value"] for one in models if one["value"].startswith("odd.")] == ["odd.Fits.v1"]
    made = ("init", "config", "new.cfg", "--code", "odd.py", "--model")
    for model, words in (("odd.Breaks.v1", "Say what it returns"), ("odd.Needs.v1", "'width'")):
        done = art_command(*made, model)
        assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr
    no_path = ("--task", "tabular-classification", "--data", "art.CSV.v1")
    done = art_command(*made, "odd.Breaks.v1", *no_path)
    assert done.returncode == 2 and "Traceback" not in done.stderr


def test_a_saved_page_is_what_is_served(tmp_path, art_command, serve):
    (tmp_path / "mine.py").write_text(CODE)
    done = art_command("quickstart", "--code", "mine.py", "--save", "site/art")
    assert done.returncode == 0 and done.stderr.endswith("wrote the page into site/art\n")
    _, said = serve("--code", "mine.py")
    address = said.splitlines()[-1].split()[0]
    saved = [path for path in (tmp_path / "site" / "art").rglob("*") if path.is_file()]
    assert len(saved) >= 12
    for path in saved:
        assert (
            get(address + str(path.relative_to(tmp_path / "site" / "art")))[1] == path.read_bytes()
        )
    (tmp_path / "taken").write_text("")
    done = art_command("quickstart", "--save", "taken/page")
    assert done.returncode == 2 and done.stderr.startswith("--save taken/page: ")


ANNOTATED = """
from typing import Any

import pytorch_lightning as pl
import torch

import art


class Lit(pl.LightningModule):
    def __init__(self, width):
        super().__init__()
        self.net = torch.nn.Linear(64, width)

    def training_step(self, batch, index):
        return self.net(batch[0].flatten(1)).mean()

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters())


@art.models("said.Any.v1")
def any_module() -> Any:
    return Lit(10)


@art.models("said.Module.v1")
def some_module() -> torch.nn.Module:
    return Lit(10)


@art.models("said.Nothing.v1")
def sized(width: int):
    return Lit(width)


@art.models("said.Plain.v1")
def plain() -> torch.nn.Module:
    return torch.nn.Linear(64, 10)
"""


@pytest.mark.parametrize(
    ("model", "settings", "own"),
    [
        ("said.Any.v1", [], True),
        ("said.Module.v1", [], True),
        ("said.Nothing.v1", ["--model.width=10"], True),
        ("said.Plain.v1", [], False),
    ],
)
def test_what_a_function_says_it_returns_does_not_hide_an_optimizer(
    tmp_path, art_command, model, settings, own
):
    (tmp_path / "said.py").write_text(ANNOTATED)
    done = art_command("init", "config", "-", "--model", model, "--code", "said.py", *settings)
    assert done.returncode == 0, done.stderr
    assert ("[optimizer]" not in done.stdout) is own
    assert ("checks.by_heart]" in done.stdout) is own
    assert ("loss_at_init.checks.loss]" in done.stdout) is not own


def test_without_a_task_the_data_and_the_model_are_asked_for_at_once(art_command):
    done = art_command("init", "config", "-", "--task", "none")
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (
        "--task none is for a LightningModule of your own, with its own loss and data. Give --data "
        "NAME and --model NAME as your file registers them, and the file with --code FILE.\n"
    )
