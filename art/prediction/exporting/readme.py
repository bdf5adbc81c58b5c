"""The README of an exported model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from art.errors import DataError, printable
from art.prediction.exporting.source import as_python
from art.prediction.trained import TrainedModel

MOST_NAMES = 20


def readme_of(model: TrainedModel, facts: Mapping[str, Any], onnx: bool, said: str) -> str:
    """What the files are, and scripts that use them.

    Args:
        model: what is exported.
        facts: the content of model.json.
        onnx: whether there is a model.onnx.
        said: how close it comes, or why there is none.
    """
    parts = [_head(model, facts), _files(onnx, said), _with_torch(model)]
    parts += [_with_onnx(model)] if onnx else []
    parts += [_with_art(model)]
    return "\n\n".join(parts) + "\n"


def _head(model: TrainedModel, facts: Mapping[str, Any]) -> str:
    info = model.data_info
    name = model.blocks["model"].get("@models", "")
    lines = [f"# {model.name}", "", f"`{name}`, trained with ART."]
    judged = {k: v for k, v in facts["scores"].items() if k.startswith(("val/", "test/"))}
    if judged:
        shown = ", ".join(f"{key} {value:.4g}" for key, value in sorted(judged.items()))
        lines.append(f"Its scores then: {shown}.")
    lines.append(f"It takes inputs `(N, {', '.join(map(str, info.input_shape))})`.")
    if info.feature_names:
        lines.append(f"Columns: {_some(info.feature_names)}.")
    if model.classes:
        lines.append(f"Classes, in the order of the outputs: {_some(model.classes)}.")
    if facts["target"] and len(facts["target"]["add"]) == 1:
        multiply, add = facts["target"]["multiply"][0], facts["target"]["add"][0]
        lines.append(
            f"Its outputs times {multiply:.6g} plus {add:.6g} are `{model.target}` in its units."
        )
    return "\n".join(lines)


def _files(onnx: bool, said: str) -> str:
    rows = [
        ("weights.safetensors", "the weights, under the module's own names"),
        ("model.json", "how the module is built, and what was learnt of the data: columns, "
         "scaling, words, classes, the target's scale"),
    ]  # fmt: skip
    if onnx:
        rows.append(("model.onnx", f"from prepared inputs to predictions. {said}"))
    table = ["| file | holds |", "| --- | --- |", *(f"| `{a}` | {b} |" for a, b in rows)]
    return "\n".join(
        ["## Files", "", *table, *([] if onnx or not said else ["", f"There is {said}."])]
    )


def _with_torch(model: TrainedModel) -> str:
    imports, built = as_python(model.module, model.blocks["model"])
    read = _inputs(model)
    first, rest = _imports_of(read)
    lines = [
        *sorted({"import json", *first["of Python"]}),
        "from pathlib import Path",
        "",
        *first["of others"],
        "import torch",
        "from safetensors.torch import load_file",
        *imports,
        "",
        'facts = json.loads(Path("model.json").read_text(encoding="utf-8"))',
        f"module = {built}",
        'module.load_state_dict(load_file("weights.safetensors"))',
        "module.eval()",
        "",
        rest,
        "with torch.no_grad():",
        f"    predictions = {_outputs(model)}",
        *_printed(model),
    ]
    return "## In plain torch\n\n```python\n" + "\n".join(lines) + "\n```"


def _with_onnx(model: TrainedModel) -> str:
    return (
        "## With onnxruntime\n\n`inputs` as above.\n\n```python\n"
        "import onnxruntime\n\n"
        'session = onnxruntime.InferenceSession("model.onnx")\n'
        'predictions = session.run(None, {"inputs": inputs.numpy()})[0]\n```'
    )


def _with_art(model: TrainedModel) -> str:
    example = _example(model)
    shown = f'"{example}"' if example else "inputs"
    return (
        "## With ART\n\n"
        "Reads the same files as the data part did, and says where one does not fit.\n\n"
        '```python\nimport art\n\nmodel = art.load_model(".")\n'
        f"print(model.predict({shown}).values)\n```"
    )


def _example(model: TrainedModel) -> str:
    try:
        return model.reader.example
    except DataError:  # a data module of the user's own
        return ""


def _inputs(model: TrainedModel) -> str:
    try:
        read = model.reader.as_python()
    except DataError:
        read = ""
    if read:
        return read
    shape = ", ".join(map(str, model.data_info.input_shape))
    name = model.blocks.get("data", {}).get("@data", "the data module")
    return f"inputs = ...  # (N, {shape}), made as {name} makes them"


def _imports_of(read: str) -> tuple[dict[str, list[str]], str]:
    """The import lines at the beginning of a piece of Python, and what follows."""
    lines = read.split("\n")
    count = next(i for i, line in enumerate(lines) if not line.startswith("import "))
    mine = lines[:count]
    third = [line for line in mine if "numpy" in line]
    known = {"of Python": [line for line in mine if line not in third], "of others": third}
    return known, "\n".join(lines[count:]).lstrip("\n")


def _outputs(model: TrainedModel) -> str:
    if model.task is not None:
        if model.task.kind in ("classification", "segmentation"):
            return "module(inputs).softmax(1)"
        scaled = (
            'module(inputs) * torch.tensor(facts["target"]["multiply"]) '
            '+ torch.tensor(facts["target"]["add"])'
        )
        return scaled if model.task.target_scale() else "module(inputs)"
    meaning, way = model.use.meaning, model.use.way
    if meaning is None or way is None or way.source != "forward" or way.place or way.make != "raw":
        return "module(inputs)"
    if meaning.family == "classes":
        return f"module(inputs).softmax({way.axis})"
    if meaning.family == "two_ways":
        return "module(inputs).sigmoid()" if meaning.of_logits else "module(inputs)"
    slope, start = meaning.scale
    return (
        f"module(inputs) * {slope!r} + {start!r}"
        if meaning.relation == "scaled"
        else ("module(inputs)")
    )


def _printed(model: TrainedModel) -> list[str]:
    if model.task is not None and model.task.kind == "segmentation":
        return ["print(predictions.argmax(1).shape)  # a class for each pixel"]
    by_class = model.classes and _outputs(model).endswith("softmax(1)")
    if by_class:
        return ['print([facts["data"]["class_names"][i] for i in predictions.argmax(1).tolist()])']
    return ["print(predictions)"]


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(f"`{printable(name)}`" for name in names[:MOST_NAMES])
    return f"{shown} and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else shown
