"""`self.logger.experiment`: answers the calls of any tracker.

The names and arguments are those of TensorBoard's SummaryWriter, of W&B's and Neptune's runs, of
MLflow's client and of Comet's experiment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from art.training.module_logger.answers import NOT_ANSWERED, Accepted, Field
from art.training.module_logger.pictures import close_figure, is_shown
from art.training.module_logger.recorder import Recorder, number_of


class Experiment:
    """Takes what a module sends to a tracker.

    Args:
        recorder: records it.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    # TensorBoard

    def add_scalar(
        self, tag: str, scalar_value: Any, global_step: Any = None, *rest: Any, **more: Any
    ) -> None:
        """A number."""
        self._recorder.number("experiment.add_scalar", tag, scalar_value, global_step)

    def add_scalars(
        self, main_tag: str, tag_scalar_dict: Mapping[str, Any], global_step: Any = None, *_: Any
    ) -> None:
        """Several numbers, each as `MAIN/NAME`."""
        values = {f"{main_tag}/{name}": value for name, value in tag_scalar_dict.items()}
        self._recorder.numbers("experiment.add_scalars", values, global_step)

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: Any = None,
        dataformats: str = "CHW",
    ) -> None:
        """A picture."""
        self._recorder.picture(
            "experiment.add_image", tag, img_tensor, global_step, axes=dataformats
        )

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: Any = None,
        walltime: Any = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Several pictures, side by side."""
        self._recorder.picture(
            "experiment.add_images", tag, img_tensor, global_step, axes=dataformats
        )

    def add_figure(
        self, tag: str, figure: Any, global_step: Any = None, close: bool = True, *_: Any
    ) -> None:
        """A figure of matplotlib's, or a list of them; closed as TensorBoard closes it."""
        several = list(figure) if isinstance(figure, list | tuple) else [figure]
        for number, one in enumerate(several):
            name = tag if len(several) == 1 else f"{tag}/{number}"
            self._recorder.picture("experiment.add_figure", name, one, global_step)
            if close:
                close_figure(one)

    @property
    def log_dir(self) -> str:
        """A folder for files of the module's own."""
        return str(self._recorder.log_folder("module", self._recorder.version))

    dir = log_dir

    def get_logdir(self) -> str:
        """The same."""
        return self.log_dir

    def flush(self, *args: Any, **named: Any) -> None:
        """All is written as it comes, and nothing is left open."""

    close = flush
    finish = flush

    # W&B and its like

    def log(self, *args: Any, **named: Any) -> None:
        """`log({"name": value}, step=3)` of W&B; `log("name", value)` of older trackers."""
        values = args[0] if args else named.get("data", {})
        if isinstance(values, str):
            values = {values: args[-1] if len(args) > 1 else named.get("value")}
            args = ()
        if not isinstance(values, Mapping):
            self._recorder.pass_over("experiment.log")
            return
        step = named.get("step", args[1] if len(args) > 1 else None)
        numbers = {name: each for name, each in values.items() if not is_shown(each)}
        for name in (name for name in values if name not in numbers):
            self._recorder.anything("experiment.log", name, values[name], step)
        self._recorder.numbers("experiment.log", numbers, step)

    # MLflow and Comet

    def log_metric(self, *args: Any, **named: Any) -> None:
        """`(run_id, key, value, timestamp, step)` of MLflow, `(name, value, step)` of Comet."""
        texts = [each for each in args if isinstance(each, str)]
        rest = [each for each in args if not isinstance(each, str)]
        name = named.get("key", named.get("name", texts[-1] if texts else "unnamed"))
        value = named.get("value", rest[0] if rest else None)
        # a value is followed by the step, or by the time and the step where a run is named
        step = named.get("step", rest[-1] if len(rest) == (3 if len(texts) > 1 else 2) else None)
        self._recorder.number("experiment.log_metric", name, value, step)

    def log_metrics(self, *args: Any, **named: Any) -> None:
        """Several numbers by name."""
        values = next((each for each in args if isinstance(each, Mapping)), named.get("metrics"))
        self._recorder.numbers("experiment.log_metrics", values or {}, named.get("step"))

    def log_batch(self, run_id: str, metrics: Any = (), *rest: Any, **more: Any) -> None:
        """MLflow's objects with `key`, `value` and `step`."""
        for each in metrics:
            self._recorder.number("experiment.log_batch", each.key, each.value, each.step)

    def log_figure(self, *args: Any, **named: Any) -> None:
        """A figure, before or after its name."""
        self._picture("experiment.log_figure", args, named)

    def log_image(self, *args: Any, **named: Any) -> None:
        """A picture, before or after its name."""
        self._picture("experiment.log_image", args, named)

    def log_artifact(self, *args: Any, **named: Any) -> None:
        """A file, behind the run's name or alone."""
        paths = [each for each in (*args[1:2], *args[:1], named.get("local_path")) if each]
        self._recorder.file("experiment.log_artifact", paths[0] if paths else "")

    # Neptune

    def __getitem__(self, name: str) -> Field:
        return Field(self._recorder, name)

    def __setitem__(self, name: str, value: Any) -> None:
        self._recorder.anything("experiment[...] =", name, value, None)

    # Anything else

    def __getattr__(self, name: str) -> Accepted:
        if name.startswith("_") or name in NOT_ANSWERED:
            raise AttributeError(name)
        return Accepted(self._recorder, f"experiment.{name}")

    def _picture(self, call: str, args: Any, named: Mapping[str, Any]) -> None:
        given = [*args, *(named[key] for key in ("image", "image_data", "figure") if key in named)]
        pictures = [each for each in given if not isinstance(each, str) and number_of(each) is None]
        texts = [each for each in args if isinstance(each, str)]
        wanted = [named[key] for key in ("artifact_file", "key", "name", "figure_name")
                  if isinstance(named.get(key), str)]  # fmt: skip
        name = (wanted or texts[-1:] or ["unnamed"])[0].removesuffix(".png")
        self._recorder.picture(call, name, pictures[0] if pictures else None, named.get("step"))
