"""A trained model used: loaded, asked for predictions, exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from art.api.arguments import Say
from art.api.populating import populate
from art.api.trusting import Trust, load_all_code
from art.config import code_names
from art.config.reading.source import Source, read_source
from art.core.code import load_code
from art.core.planted import read_stored
from art.errors import ConfigError, UserError

if TYPE_CHECKING:
    from art.prediction.answers import Predictions
    from art.prediction.exporting.folder import Exported
    from art.prediction.finding import Found
    from art.prediction.trained import TrainedModel


def load_model(
    run: Path | str,
    *,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
    device: str = "cpu",
    say: Say = lambda _: None,
) -> TrainedModel:
    """The trained module of a run in eval mode, with the preprocessing and scaling of its data.

    Args:
        run: a run's folder, a stage's (its newest passed run), a project's or the runs folder (the
            best model by its score on val), a checkpoint, or a folder that `art export` wrote.
        code: Python files that register the model and data of the run; needed only where this
            process has not registered them already.
        trust_code: agree to run the code files that the run's config names.
        device: where the module goes.
        say: told which model was chosen, where there was a choice.

    Raises:
        PathError: the run left no model, or its files are damaged.
        UserError: a function of it is not registered here.
    """
    return _loaded(Path(run), code, trust_code, say)[0].to(device)


def predict(
    run: Path | str,
    values: Any,
    out: Path | str | None = None,
    *,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
    device: str = "cpu",
    settings: Mapping[str, Any] | None = None,
    say: Say = lambda _: None,
) -> Predictions:
    """What the model of a run says, in the target's own units and classes.

    Args:
        run, code, trust_code, device, say: as for `load_model`.
        values: a file or folder, or values in memory; or `predict`, `test`, `val` or `train`, a
            split of the run's own data.
        out: a .csv, .json, .npz or .parquet file, or a folder for masks, to write them to.
        settings: changes of `[data]` for a split, `{"data.file": "new.csv"}`.

    Raises:
        UserError: the run left no model, or the values do not fit what it was trained on.
    """
    from art.prediction.splits import as_split, predict_split
    from art.prediction.writing import refuse_out, write_predictions

    if out is not None:
        refuse_out(Path(out), values)
    model, found = _loaded(Path(run), code, trust_code, say)
    split = as_split(values) if isinstance(values, str) else None
    if split is None and settings:
        raise UserError(
            "settings of [data] change what a split holds: name `predict`, `test`, `val` or "
            "`train` as INPUT, not a file."
        )
    model.to(device)
    if split is None:
        made = model.predict(values)
    elif found is None:
        raise UserError(f"{run}: an export has no data of its own, so no split '{split}'.")
    else:
        made = predict_split(model, found, split, settings or {})
    if out is not None:
        write_predictions(made, Path(out))
    return made


def export(
    run: Path | str,
    out: Path | str | None = None,
    *,
    onnx: bool = True,
    code: Sequence[Path | str] = (),
    trust_code: Trust = False,
    say: Say = lambda _: None,
) -> Exported:
    """Write what prediction needs to a folder, or the weights alone to a `.safetensors` file.

    Args:
        run, code, trust_code, say: as for `load_model`.
        out: the folder, which must not hold other files; by default one beside the working
            directory's files, called like the project.
        onnx: whether to write model.onnx too, where that is possible.

    Raises:
        UserError: the run left no model, or OUT holds other files.
    """
    from art.prediction.exporting.folder import export_model

    model, _ = _loaded(Path(run), code, trust_code, say)
    return export_model(model, None if out is None else Path(out), onnx=onnx)


def _loaded(
    run: Path, code: Sequence[Path | str], trust: Trust, say: Say
) -> tuple[TrainedModel, Found | None]:
    """The model, and the run that it is of; None of an export."""
    from art.prediction.facts import FACTS
    from art.prediction.finding import find_model
    from art.prediction.restoring import checkpoint_of, of_export, of_run

    populate()
    load_code(code)
    if (run / FACTS).is_file():
        return of_export(run), None
    found = find_model(run)
    content = checkpoint_of(found)
    _load_code_of(found, trust)
    if found.said:
        say(found.said)
    return of_run(found, content), found


def _load_code_of(found: Found, trust: Trust) -> None:
    """Run the code files that a run's config names, where its functions are not registered yet."""
    from art.prediction.finding import CONFIG, config_of

    try:
        config_of(found)
    except ConfigError:
        text = read_source(found.folder / CONFIG).text
        source = Source(text, str(found.folder / CONFIG), _home(found.folder))
        if not code_names(source):
            raise
        load_all_code(source, (), trust)


def _home(folder: Path) -> Path:
    """The folder of the config that a run was started with, as far as its lock tells."""
    import json

    try:
        origins = json.loads(read_stored(folder / "lock.json"))["origins"]
        written = str(origins["project.code"]).rsplit(":", 2)[0]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return Path()
    return Path(written).parent
