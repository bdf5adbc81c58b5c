"""Visualizers: one table for what each draws, and for that it draws nothing of what it lacks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import art.registry.visualizers.confusion_matrix
import art.registry.visualizers.learning_curves
import art.registry.visualizers.mask_gallery
import art.registry.visualizers.misread_texts
import art.registry.visualizers.residuals
import art.registry.visualizers.sample_gallery  # noqa: F401 - registers
from art.core.data_info import DataInfo
from art.core.figure import Heatmap, ImageGrid, Lines, Points, Table
from art.core.visualizer import Seen
from art.registries import visualizers
from art.running.plotly_json import plotly_figure

RNG = np.random.RandomState(0)
CLASSES = DataInfo((1, 8, 8), 3, "classification", ("ant", "bee", "cat"))
TABLE = DataInfo((2,), 1, "regression", feature_names=("age", "bmi"))

PREDICTED = np.array([0, 0, 1, 2, 2, 2])
TRUE = np.array([0, 1, 1, 2, 2, 0])
SCORES = np.eye(3)[PREDICTED]

IMAGES = Seen(CLASSES, RNG.rand(40, 1, 8, 8), np.arange(40) % 3)
COLOURED = Seen(CLASSES, RNG.rand(5, 3, 8, 8), np.arange(5) % 3)
MASKED = Seen(CLASSES, RNG.rand(5, 1, 8, 8), RNG.randint(0, 2, (5, 8, 8)))
ROWS = Seen(TABLE, RNG.rand(40, 2), RNG.rand(40).astype("float32"))
SOUNDS = Seen(CLASSES, RNG.rand(5, 2, 100), np.arange(5) % 3)
CLASSIFIED = Seen(CLASSES, predictions={"test": SCORES}, targets={"test": TRUE})
PIXELS = Seen(
    CLASSES,
    predictions={"val": np.eye(3)[PREDICTED].T.reshape(1, 3, 2, 3)},
    targets={"val": TRUE.reshape(1, 2, 3)},
)
ESTIMATED = Seen(
    TABLE,
    predictions={"val": np.array([1.0, 2.0, 3.0])},
    targets={"val": np.array([1.5, 2.0, 1.0])},
)
TRAINED = Seen(
    CLASSES,
    history={
        "train/loss": [(step, step / 10, 1 / step) for step in range(1, 41)],
        "val/loss": [(10 * epoch, float(epoch), 0.5) for epoch in (1, 2, 3, 4)],
        "val/accuracy": [(10 * epoch, float(epoch), 0.9) for epoch in (1, 2, 3, 4)],
    },
)
WORDS = replace(
    CLASSES, input_shape=(4,), vocabulary=("(padding)", "(unknown)", "a", "b"), tokens=4
)
IDS = np.array([[2, 0, 0], [3, 2, 0], [1, 2, 3], [2, 2, 2], [3, 0, 0], [3, 3, 0]])
TEXTS = Seen(WORDS, IDS, TRUE)
READ = Seen(WORDS, inputs={"test": IDS}, predictions={"test": 0.5 * SCORES}, targets={"test": TRUE})
SEGMENTED = Seen(
    replace(CLASSES, kind="segmentation"),
    inputs={"val": RNG.rand(3, 1, 2, 3)},
    predictions={
        "val": np.eye(3)[np.array([PREDICTED, TRUE, TRUE])].transpose(0, 2, 1).reshape(3, 3, 2, 3)
    },
    targets={"val": np.array([TRUE, TRUE, TRUE]).reshape(3, 2, 3)},
)
NOTHING = Seen()

DRAWN = [
    ("art.SampleGallery.v1", IMAGES, {"samples": ImageGrid}),
    ("art.SampleGallery.v1", COLOURED, {"samples": ImageGrid}),
    ("art.SampleGallery.v1", MASKED, {"samples": ImageGrid, "masks": ImageGrid}),
    ("art.SampleGallery.v1", ROWS, {"samples": Table}),
    ("art.SampleGallery.v1", SOUNDS, {}),
    ("art.SampleGallery.v1", replace(IMAGES, data_info=None), {"samples": ImageGrid}),
    ("art.SampleGallery.v1", replace(IMAGES, sample_targets=None), {"samples": ImageGrid}),
    ("art.SampleGallery.v1", TEXTS, {"samples": Table}),
    ("art.SampleGallery.v1", replace(TEXTS, data_info=replace(WORDS, vocabulary=())), {}),
    ("art.MisreadTexts.v1", READ, {"misread": Table}),
    ("art.MisreadTexts.v1", replace(READ, data_info=CLASSES), {}),
    ("art.MisreadTexts.v1", replace(READ, inputs={}), {}),
    ("art.MisreadTexts.v1", SEGMENTED, {}),
    ("art.MaskGallery.v1", SEGMENTED, {"predicted_masks": ImageGrid}),
    ("art.MaskGallery.v1", replace(SEGMENTED, inputs={}), {}),
    ("art.MaskGallery.v1", READ, {}),
    ("art.LearningCurves.v1", TRAINED, {"loss": Lines, "score": Lines}),
    ("art.LearningCurves.v1", CLASSIFIED, {}),
    ("art.ConfusionMatrix.v1", CLASSIFIED, {"confusion": Heatmap}),
    ("art.ConfusionMatrix.v1", PIXELS, {"confusion": Heatmap}),
    ("art.ConfusionMatrix.v1", replace(CLASSIFIED, data_info=None), {"confusion": Heatmap}),
    ("art.ConfusionMatrix.v1", ESTIMATED, {}),
    ("art.ConfusionMatrix.v1", IMAGES, {}),
    ("art.Residuals.v1", ESTIMATED, {"predicted": Points, "residuals": Points}),
    ("art.Residuals.v1", CLASSIFIED, {}),
    *((name, NOTHING, {}) for name in ("art.SampleGallery.v1", "art.LearningCurves.v1")),
    *((name, NOTHING, {}) for name in ("art.ConfusionMatrix.v1", "art.Residuals.v1")),
    *((name, NOTHING, {}) for name in ("art.MisreadTexts.v1", "art.MaskGallery.v1")),
]


def draw(name: str, seen: Seen, **settings):
    return visualizers.get(name)(**settings).draw(seen)


@pytest.mark.parametrize(("name", "seen", "expected"), DRAWN)
def test_what_each_draws(name, seen, expected):
    drawn = draw(name, seen)
    assert {key: type(drawing) for key, drawing in drawn.items()} == expected
    assert all(drawing.title for drawing in drawn.values())


def test_images_are_captioned_by_class_and_channels_come_last():
    grid = draw("art.SampleGallery.v1", IMAGES, count=4)["samples"]
    assert list(grid.captions) == ["ant", "bee", "cat", "ant"]
    assert grid.images[0].shape == (8, 8)
    coloured = draw("art.SampleGallery.v1", COLOURED)["samples"].images[1]
    assert np.array_equal(coloured[..., 2], COLOURED.samples[1, 2])


def test_rows_stand_under_their_columns_names():
    table = draw("art.SampleGallery.v1", ROWS, count=3)["samples"]
    assert list(table.headings) == ["age", "bmi", "target"] and len(table.rows) == 3
    assert table.rows[1][:2] == pytest.approx(list(ROWS.samples[1]), rel=1e-5)


def test_a_confusion_matrix_has_true_classes_in_rows():
    heatmap = draw("art.ConfusionMatrix.v1", CLASSIFIED)["confusion"]
    assert heatmap.values == [[1, 0, 1], [1, 1, 0], [0, 0, 2]]
    assert heatmap.row_names == heatmap.column_names == ("ant", "bee", "cat")
    assert "66.7% of 6" in heatmap.title and "test" in heatmap.title
    assert draw("art.ConfusionMatrix.v1", PIXELS)["confusion"].values == heatmap.values
    indices = replace(CLASSIFIED, predictions={"test": PREDICTED})
    assert draw("art.ConfusionMatrix.v1", indices)["confusion"].values == heatmap.values


def test_a_split_can_be_chosen():
    both = Seen(
        CLASSES,
        predictions={"val": SCORES[:2], "test": SCORES},
        targets={"val": TRUE[:2], "test": TRUE},
    )
    totals = {
        split: sum(map(sum, draw("art.ConfusionMatrix.v1", both, split=split)["confusion"].values))
        for split in ("auto", "val", "test")
    }
    assert totals == {"auto": 6, "val": 2, "test": 6}
    assert draw("art.ConfusionMatrix.v1", both, split="train") == {}


def test_residuals_are_true_minus_predicted():
    drawn = draw("art.Residuals.v1", ESTIMATED)
    assert drawn["residuals"].series[0].y == [0.5, 0.0, -2.0] and drawn["residuals"].zero_line
    assert drawn["predicted"].series[0].x == [1.0, 2.0, 3.0] and drawn["predicted"].diagonal


def test_many_points_are_thinned_and_outputs_are_kept_apart():
    values = RNG.rand(5000, 2).astype("float32")
    seen = Seen(TABLE, predictions={"val": values}, targets={"val": values})
    series = draw("art.Residuals.v1", seen, max_points=100)["residuals"].series
    assert [len(one.x) for one in series] == [100, 100]
    assert [one.name for one in series] == ["output 0", "output 1"]


def test_curves_are_over_epochs_and_a_steep_loss_is_logarithmic():
    drawn = draw("art.LearningCurves.v1", TRAINED)
    assert [one.name for one in drawn["loss"].series] == ["train/loss", "val/loss"]
    assert drawn["loss"].x_label == "epoch" and not drawn["loss"].log_y
    assert drawn["loss"].series[1].x == [1.0, 2.0, 3.0, 4.0]
    steep = Seen(history={"train/loss": [(i, i / 200, 10.0**-i) for i in range(6)]})
    loss = draw("art.LearningCurves.v1", steep)["loss"]
    assert loss.log_y and loss.x_label == "step" and loss.series[0].x == [0, 1, 2, 3, 4, 5]


def test_long_curves_are_averaged_to_few_points():
    history = {"train/loss": [(step, step / 100, float(step % 2)) for step in range(10_000)]}
    series = draw("art.LearningCurves.v1", Seen(history=history))["loss"].series[0]
    assert len(series.x) == 500 and set(series.y) == {0.5}


def test_one_score_is_drawn_or_those_named_and_users_own_names_are_read():
    def curve(value):
        return [(10, 1.0, value), (20, 2.0, value)]

    mixed = {"val/mae": curve(5e4), "val/rmse": curve(7e4), "val/r2": curve(0.7)}
    names = {
        settings: [
            one.name
            for one in draw("art.LearningCurves.v1", Seen(history=mixed), scores=settings)[
                "score"
            ].series
        ]
        for settings in ((), ("mae", "rmse"))
    }
    assert names == {(): ["val/r2"], ("mae", "rmse"): ["val/mae", "val/rmse"]}
    own = Seen(history={"val_acc": curve(0.8), "train/acc": curve(0.9), "epoch": curve(1.0)})
    series = draw("art.LearningCurves.v1", own)["score"].series
    assert [one.name for one in series] == ["train/acc while it trains", "val/acc"]


def test_texts_stand_as_words_and_the_surest_mistakes_come_first():
    table = draw("art.SampleGallery.v1", TEXTS, count=3)["samples"]
    assert table.rows == [["a", "ant"], ["b a", "bee"], ["(unknown) a b", "bee"]]
    unsure = SCORES * np.array([[0.5], [0.6], [0.5], [0.5], [0.5], [0.9]])
    seen = replace(READ, predictions={"test": unsure})
    misread = draw("art.MisreadTexts.v1", seen)["misread"]
    assert misread.rows == [["b b", "ant", "cat", 0.9], ["b a", "bee", "ant", 0.6]]
    assert misread.title == "Misread texts, test: 2 of 6"
    assert draw("art.MisreadTexts.v1", seen, count=1)["misread"].rows == misread.rows[:1]
    # where more was predicted than kept, what was kept is shown
    some = replace(seen, inputs={"test": IDS[:3]})
    assert draw("art.MisreadTexts.v1", some)["misread"].title.endswith("1 of 3")


def test_the_worst_masks_come_first_and_what_has_no_label_is_no_mistake():
    grid = draw("art.MaskGallery.v1", SEGMENTED, count=1)["predicted_masks"]
    assert list(grid.captions) == ["image", "true", "predicted", "33.3% wrong"]
    assert np.array_equal(grid.images[2].reshape(-1), PREDICTED)
    assert np.array_equal(grid.images[3].reshape(-1), PREDICTED != TRUE)
    unlabelled = SEGMENTED.targets["val"].copy()
    unlabelled[0, 0, 1] = -100
    seen = replace(SEGMENTED, targets={"val": unlabelled})
    grid = draw("art.MaskGallery.v1", seen)["predicted_masks"]
    assert grid.captions[3] == "16.7% wrong" and len(grid.images) == 12 and grid.columns == 4


def test_losses_of_several_optimizers_are_drawn_by_their_own_names():
    rows = [(step, float(step // 2), 1.0 / (step + 1)) for step in range(6)]
    history = {
        "g_loss": rows, "d_loss_step": rows, "d_loss_epoch": rows[::2], "train_loss": rows,
        "val_fid": rows[::2],
    }  # fmt: skip
    drawn = visualizers.get("art.LearningCurves.v1")().draw(Seen(history=history))
    assert [series.name for series in drawn["losses"].series] == ["d_loss", "g_loss"]
    (_, g_loss) = drawn["losses"].series
    assert list(g_loss.x) == [0.0, 1.0, 2.0]  # by epoch: what is logged at each step is averaged
    assert g_loss.y[0] == pytest.approx(0.75)
    assert [series.name for series in drawn["loss"].series] == ["train/loss"]


def test_curves_show_the_simple_model_the_best_epoch_and_the_whole_training_split():
    history = {
        "train/accuracy": [(10, 1.0, 0.5), (20, 2.0, 0.7), (30, 3.0, 0.8)],
        "val/accuracy": [(10, 1.0, 0.6), (20, 2.0, 0.9), (30, 3.0, 0.85)],
    }
    scores = {"val/accuracy": 0.9, "train/accuracy": 0.95}
    seen = Seen(history=history, scores=scores, simple={"val/accuracy": 0.75})
    figure = draw("art.LearningCurves.v1", seen)["score"]
    assert [(one.name, one.value) for one in figure.levels] == [
        ("simple model, val/accuracy", 0.75)
    ]
    assert [(one.name, one.x, one.y) for one in figure.marks] == [
        ("best epoch, val/accuracy", 2.0, 0.9),
        ("best epoch, whole train/accuracy", 2.0, 0.95),
    ]
    names = [trace["name"] for trace in plotly_figure(figure)["data"]]
    assert names[2:] == [figure.levels[0].name, *(mark.name for mark in figure.marks)]
