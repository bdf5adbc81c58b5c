"""Takes the pictures of docs/reports.md: `python docs/terminal_screens.py`.

Each is of a real run, made in a temporary folder, drawn by rich and photographed by Chromium.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

import art
from art.reporting.live import LiveView
from art.running.events import NO_VALUES

IMAGES = Path(__file__).parent / "images"
COLUMNS = 100
CONFIG = """
[project]
name = "digits"
[task]
@tasks = "art.ImageClassification.v1"
[data]
@data = "art.Digits.v1"
{model}
[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.002
[training]
max_epochs = 25
"""
ONE = '[model]\n@models = "art.CNN.v1"'
SEVERAL = (
    "\n".join(
        f'[models.{name}]\n@models = "{model}"'
        for name, model in (("cnn", "art.CNN.v1"), ("wide", "art.MLP.v1"), ("tiny", "art.MLP.v1"))
    ).replace('"art.MLP.v1"', '"art.MLP.v1"\nhidden = [256]', 1)
    + "\nhidden = [8]"
)


class Photographed(LiveView):
    """A live view that keeps one picture of itself, in the middle of a stage's training.

    Args:
        stage: which stage.
    """

    def __init__(self, stage: str) -> None:
        screen = io.StringIO()
        console = Console(file=screen, force_terminal=True, width=COLUMNS, height=30, record=True)
        super().__init__(console)
        self._wanted = stage
        self.picture = ""

    def stage_progress(
        self,
        name: str,
        model: str | None,
        done: float,
        total: float,
        text: str,
        values: Mapping[str, float] = NO_VALUES,
    ) -> None:
        """Take the picture when most is done."""
        super().stage_progress(name, model, done, total, text, values)
        if name == self._wanted and values and done > 0.7 * total and not self.picture:
            self.console.print(self)
            self.picture = self.console.export_svg(title="art train digits.cfg")


def main() -> None:
    """Take them all."""
    pictures = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "digits.cfg").write_text(CONFIG.format(model=ONE))
        (folder / "several.cfg").write_text(CONFIG.format(model=SEVERAL))
        pictures["end-closed"] = screen(
            folder, "train digits.cfg --optimizer.lr 0.00001 --project.name slow"
        )
        pictures["end-interrupted"] = interrupted(folder)
        pictures["end-open"] = screen(folder, "train digits.cfg")
        pictures["end-several"] = screen(folder, "train several.cfg --project.name several")
        screen(folder, "train digits.cfg --stage overfit --optimizer.lr 0.01")
        pictures["history"] = screen(folder, "report runs/digits --stage overfit")
        os.chdir(folder)
        view = Photographed("regularize")
        art.train("digits.cfg", overrides={"project.name": "live"}, observer=view)
        pictures["live"] = view.picture
        photograph(pictures)


def screen(folder: Path, command: str) -> str:
    """What a command leaves on a terminal."""
    done = subprocess.run(
        [sys.executable, "-c", IN_TERMINAL, *command.split()],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return drawn(done.stdout, command)


IN_TERMINAL = f"""
import sys
from unittest.mock import PropertyMock, patch
from art.cli.console import Console
for name, value in (("colour", True), ("width", {COLUMNS}), ("is_terminal", True)):
    patch.object(Console, name, PropertyMock(return_value=value)).start()
from art.cli.app import main
main()
"""
"""`art`, told that its pipe is a terminal: what the live view draws goes elsewhere."""


def interrupted(folder: Path) -> str:
    """What `art train` leaves when Ctrl-C comes while it overfits."""
    command = "train digits.cfg"
    run = subprocess.Popen(
        [sys.executable, "-c", IN_TERMINAL, *command.split()],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    while not list(folder.glob("runs/digits/05-overfit/*/metrics.csv")):
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    return drawn(run.communicate()[0], command)


def drawn(text: str, command: str) -> str:
    """The text with its colours as an SVG of a terminal."""
    console = Console(file=io.StringIO(), width=COLUMNS, record=True, force_terminal=True)
    console.print(Text.from_ansi(text))
    return console.export_svg(title=f"art {command}")


def photograph(pictures: Mapping[str, str]) -> None:
    """Each SVG as a PNG in docs/images."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page(viewport={"width": 1100, "height": 900})
        for name, svg in pictures.items():
            page.set_content(f"<body style='margin:0'>{svg}</body>")
            page.locator("svg").first.screenshot(path=IMAGES / f"{name}.png")
        chromium.close()


if __name__ == "__main__":
    main()
