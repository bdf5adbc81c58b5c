"""What a visualizer drew is on disk: pictures with ink in them, and JSON that Plotly takes."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import plotly.graph_objects
import plotly.io
import pytest
from PIL import Image

from art.core.figure import Bars, Heatmap, ImageGrid, Lines, Points, Series, Table
from art.errors import UserError
from art.running.figures import save_drawing
from art.running.palette import line_styles
from art.running.plotly_json import plotly_figure

RNG = np.random.RandomState(0)
NAMES = [f"class {index}" for index in range(77)]
FIGURES = {
    "lines": Lines("Loss", [Series("train/loss", [1, 2, 3], [1, 0.1, 0.001])], "epoch", log_y=True),
    "gaps": Lines("Loss", [Series("a", [1, 2, 3], [1, float("nan"), float("inf")])], "step"),
    "six lines": Lines("Six", [Series(f"s{i}", [0, 1], [i, i + 1]) for i in range(6)]),
    "points": Points(
        "Fit", [Series("test", RNG.rand(500), RNG.rand(500))], "x", "y", diagonal=True
    ),
    "residuals": Points("Left", [Series("test", [1.0], [0.0])], zero_line=True),
    "no points": Points("None", [], diagonal=True),
    "bars": Bars("Counts", ["a", "b"], [3, 4]),
    "many bars": Bars("Counts", NAMES, list(range(77))),
    "confusion": Heatmap(
        "Confusion", [[5, 1], [0, 0]], ["a", "b"], ["a", "b"], "true", "predicted"
    ),
    "77 classes": Heatmap("Confusion", np.eye(77).tolist(), NAMES, NAMES),
    "differences": Heatmap("Change", [[-0.5, 1.0]], ["a"], ["b", "c"]),
    "images": ImageGrid("Samples", list(RNG.rand(10, 8, 8)), [str(i) for i in range(10)]),
    "colours": ImageGrid("Samples", list(RNG.rand(2, 8, 8, 3)), ["", ""]),
    "flat image": ImageGrid("Flat", [np.full((4, 4), np.nan)], ["nan"]),
    "odd names": Bars("a <b> & $x^2$", ["$5", "<i>"], [1, 2]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_becomes_a_picture_and_plotly_json(tmp_path: Path, name: str):
    paths = save_drawing(name, FIGURES[name], tmp_path)
    assert set(paths) == {"png", "json"}
    assert all(path.parent == tmp_path / "figures" for path in paths.values())
    with Image.open(paths["png"]) as picture:
        assert min(picture.size) > 200 and len(picture.convert("L").getcolors()) > 5
    text = paths["json"].read_text()
    assert "NaN" not in text and "Infinity" not in text
    figure = plotly.io.from_json(text)  # validates every property
    assert isinstance(figure, plotly.graph_objects.Figure)
    assert figure.layout.title.text.startswith(FIGURES[name].title[:2])


def test_the_numbers_are_in_the_json(tmp_path: Path):
    lines = plotly_figure(FIGURES["lines"])
    assert lines["data"][0]["y"] == [1, 0.1, 0.001] and lines["layout"]["yaxis"]["type"] == "log"
    assert json.loads(save_drawing("gaps", FIGURES["gaps"], tmp_path)["json"].read_text())["data"][
        0
    ]["y"] == [1, None, None]
    confusion = plotly_figure(FIGURES["confusion"])["data"][0]
    assert confusion["text"] == [["5", "1"], ["0", "0"]]
    assert confusion["z"] == [[pytest.approx(5 / 6), pytest.approx(1 / 6)], [0, 0]]


def test_many_classes_have_no_numbers_in_their_cells():
    assert "texttemplate" in plotly_figure(FIGURES["confusion"])["data"][0]
    assert "texttemplate" not in plotly_figure(FIGURES["77 classes"])["data"][0]


def test_html_in_a_name_is_shown_and_not_run():
    odd = plotly_figure(FIGURES["odd names"])
    assert odd["data"][0]["x"] == ["$5", "&lt;i&gt;"]
    assert odd["layout"]["title"]["text"] == "a &lt;b&gt; &amp; $x^2$"


def test_images_are_in_the_json_pixel_for_pixel():
    import base64

    image = np.array([[0, 1], [2, 3]])
    grid = plotly_figure(ImageGrid("Samples", [image], ["two <b>"]))
    content = base64.b64decode(grid["layout"]["images"][0]["source"].partition(",")[2])
    assert np.array(Image.open(io.BytesIO(content))).tolist() == [[0, 85], [170, 255]]
    assert grid["data"][0]["text"] == ["two &lt;b&gt;"]


def test_a_table_becomes_json_and_csv(tmp_path: Path):
    table = Table("Samples", ["name", "x, in m"], [["a", np.float32(0.5)], ['b "q"', float("nan")]])
    paths = save_drawing("samples", table, tmp_path)
    assert paths["json"] == tmp_path / "tables" / "samples.json"
    assert json.loads(paths["json"].read_text()) == {
        "title": "Samples",
        "headings": ["name", "x, in m"],
        "rows": [["a", 0.5], ['b "q"', None]],
    }
    rows = list(csv.reader(paths["csv"].open()))
    assert rows == [["name", "x, in m"], ["a", "0.5"], ['b "q"', "nan"]]


def test_texts_and_users_own_figures_are_written(tmp_path: Path):
    from matplotlib.figure import Figure

    assert save_drawing("note", "a line", tmp_path)["txt"].read_text() == "a line"
    own = Figure()
    own.add_subplot().plot([1, 2])
    paths = save_drawing("own", own, tmp_path)
    assert set(paths) == {"png"} and Image.open(paths["png"]).format == "PNG"
    theirs = plotly.graph_objects.Figure(plotly.graph_objects.Bar(y=[1, 2]))
    paths = save_drawing("theirs", theirs, tmp_path)
    assert set(paths) == {"json"} and json.loads(paths["json"].read_text())["data"]


@pytest.mark.parametrize(
    ("name", "stem"),
    [("../../etc/passwd", "_.._etc_passwd"), ("a b/c", "a_b_c"), ("..", "drawing")],
)
def test_a_name_cannot_leave_the_folder(tmp_path: Path, name: str, stem: str):
    path = save_drawing(name, "text", tmp_path)["txt"]
    assert path.parent == tmp_path / "tables" and path.stem == stem


def test_what_cannot_be_drawn_is_refused(tmp_path: Path):
    with pytest.raises(UserError, match="the drawing 'x' is dict"):
        save_drawing("x", {"a": 1}, tmp_path)


def test_train_and_val_of_several_metrics_share_a_colour():
    names = ["train/f1", "val/f1", "train/accuracy", "val/accuracy"]
    styles = line_styles([Series(name, [], []) for name in names])
    assert [dashed for _, dashed in styles] == [True, False, True, False]
    assert styles[0][0] == styles[1][0] != styles[2][0]
    losses = line_styles([Series(name, [], []) for name in ("train/loss", "val/loss")])
    assert losses[0] != losses[1]


def test_painting_needs_neither_pyplot_nor_plotly_nor_torch(tmp_path: Path):
    code = (
        "import sys, pathlib; from art.core.figure import Bars; "
        "from art.running.figures import save_drawing; assert 'matplotlib' not in sys.modules; "
        f"save_drawing('x', Bars('t', ['a'], [1]), pathlib.Path({str(tmp_path)!r})); "
        "sys.exit(bool({'matplotlib.pyplot', 'plotly', 'torch'} & set(sys.modules)))"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0


def test_what_would_command_a_terminal_is_shown_as_an_escape(tmp_path: Path):
    from art.core.figure import Bars, Table

    name = "a\x1b[2J\r\u202e"
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns with the raw letters in its message
        save_drawing("bars", Bars(name, [name, "b", "\u8b66"], [1.0, 2.0, 3.0]), tmp_path)
    save_drawing("table", Table("t", [name], [[name, 1]]), tmp_path)
    text = (tmp_path / "tables" / "table.csv").read_text()
    assert text == "a\\x1b[2J\\r\\u202e\na\\x1b[2J\\r\\u202e,1\n"
