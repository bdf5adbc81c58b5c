"""Hostile configs: texts that would name, reach, repeat or hide what a config must not."""

from __future__ import annotations

from collections.abc import Iterator

BASE = """\
[project]
name = "door"
seed = 0
stages = ["overfit", "evaluate"]

[paths]
runs = "runs"

[task]
@tasks = "art.TabularClassification.v1"

[data]
@data = "art.BreastCancer.v1"
batch_size = 64

[model]
@models = "art.MLP.v1"
hidden = [4]

[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.05

[training]
max_epochs = 8

[stages.overfit]
@stages = "art.Overfit.v1"
"""

NAMES = (
    "os.system", "os:system", "builtins.eval", "builtins.exec", "builtins.__import__", "artknock",
    "artknock.py", "artknock:x", "./artknock.py", "torch.load", "torch.hub.load", "subprocess.run",
    "__import__('os').system('touch MARKER')", "art.core.process.first_line", "pickle.loads.v1",
    "art.MLP.v1; touch MARKER", "$(touch MARKER)", "`touch MARKER`", "{{ 7 * 7 }}", "%(home)s",
    "../art.MLP.v1", "art.MLP.v1\\u0000", "art.MLP.v1\\u202e", "ART.MLP.V1", "art.MLP.__class__",
    "art.MLP.v1.__init__.__globals__", "", "*", "file:///etc/passwd", "http://127.0.0.1:9/x.py",
    "\\u001b[2J\\u001b]0;evil\\u0007", "<script>alert(1)</script>", "art.SGD.v1" * 2_000,
)  # fmt: skip
"""In place of a registered name."""

REGISTRIES = (
    "os", "builtins", "modules", "__class__", "registry", "art", "code", "model", "MODELS",
    "models.v1", "python", "import", "callbacks.x", "",
)  # fmt: skip
"""In place of a registry's name."""

LINES = {
    "a value by a dunder name": "__class__ = 1",
    "a setting by a dunder name": "__init__.__globals__ = {}",
    "a second function": '@data = "art.Digits.v1"',
    "a function in a value": 'dropout = {"@os": "system", "command": "touch MARKER"}',
    "a call of Python": "dropout = open('MARKER', 'w')",
    "a tag of YAML": 'dropout = !!python/object/apply:os.system ["touch MARKER"]',
    "a type of JSON": 'dropout = {"__type__": "os.system", "py/object": "os.system"}',
    "a text for a number": 'dropout = "0.1; touch MARKER"',
    "a number without end": f"dropout = {'9' * 5_000}",
    "a number that is none": "dropout = NaN",
    "infinity": "dropout = Infinity",
    "a number of a million digits": "dropout = 1e999999999",
    "lists in lists": f"hidden = {'[' * 3_000}",
    "dicts in dicts": "hidden = " + '{"a": ' * 3_000,
    "an escape": 'dropout = "\x1b[2J\x1b]0;evil\x07"',
    "an escape in JSON": 'dropout = "\\u001b[2J\\u001b]0;evil\\u0007"',
    "a NUL": "dropout = 0.1\x00",
    "text from right to left": "dropout = 0.1 # \u202e\ndropuot = 1",
    "another's key": 'api_key = "abcdefghijklmnop"',
    "a token": 'dropout = "hf_abcdefghijklmnop"',
    "a password in an address": 'dropout = "https://me:secret@127.0.0.1/x"',
    "the environment": "dropout = ${HOME}",
    "the environment by section": "dropout = ${env.HOME}",
    "the environment of Hydra": "dropout = ${oc.env:HOME}",
    "a file": "dropout = ${file:/etc/passwd}",
    "itself": "dropout = ${model.dropout}",
    "its own section": "hidden = ${model}",
    "a nested reference": "dropout = ${model.${model.hidden}}",
    "a reference into a class": "dropout = ${model.__class__.__init__.__globals__}",
    "a reference into Python": "dropout = ${os.environ}",
    "a reference that does not end": "dropout = ${model.hidden",
    "a shell": "dropout = $(touch MARKER)",
    "a thousand references": 'dropout = "' + "${model.hidden}" * 1_000 + '"',
    "a template": 'dropout = "{{ cycler.__init__.__globals__.os.system(1) }}"',
}
"""In the block of the model."""

SECTIONS = {
    "a section of Python": "[__builtins__]\nx = 1\n",
    "a section of the hub": '[hub]\nindexes = ["https://127.0.0.1:9/x"]\n',
    "a section of code": '[code]\nfiles = ["artknock.py"]\n',
    "imports": '[imports]\nartknock = "artknock"\n',
    "a section that leads out": "[../../etc]\nx = 1\n",
    "a section with an escape": "[\x1b[2J]\nx = 1\n",
    "a section twice": '[model]\n@models = "art.CNN.v1"\n',
    "sections without end": "".join(f"[x{n}]\ny = 1\n" for n in range(3_000)),
    "levels without end": f"[model{'.a' * 3_000}]\nx = 1\n",
    "a logger of nobody": '[loggers.x]\n@loggers = "artknock.Logger.v1"\n',
    "a callback by its path": '[callbacks.x]\n@callbacks = "pytorch_lightning.Timer"\n',
    "a check of a function": '[stages.overfit.checks.x]\n@checks = "builtins.print"\n',
    "a stage of a function": '[stages.evaluate]\n@stages = "os.abort"\n',
    "a probe": '[probes.x]\n@probes = "os.abort"\n',
    "a reader": '[readers.x]\n@readers = "artknock.Reader.v1"\n',
    "a visualizer": '[visualizers.x]\n@visualizers = "art.ConfusionMatrix.v1"\nfile = "MARKER"\n',
    "an executor": '[executor]\n@executors = "subprocess.Popen"\n',
    "overrides that add": '[stages.evaluate]\n@stages = "art.Evaluate.v1"\noverrides = '
    '{"model.@models": "os.system"}\n',
    "overrides of a dunder": '[stages.evaluate]\n@stages = "art.Evaluate.v1"\noverrides = '
    '{"model.__class__": 1}\n',
    "references that grow": "[paths]\na0 = [1,2,3,4,5,6,7,8]\n" + "".join(
        f"a{n + 1} = [${{paths.a{n}}}, ${{paths.a{n}}}, ${{paths.a{n}}}, ${{paths.a{n}}}]\n"
        for n in range(40)),
    "a circle of references": "[contract]\nfrozen = ${contract.order}\n"
    "order = ${contract.frozen}\n",
    "an include": "%include MARKER\n",
    "a heredoc": "x = <<EOF\ntouch MARKER\nEOF\n",
}  # fmt: skip
"""Behind the config."""

REPLACED = {
    "a project that leads out": ('name = "door"', 'name = "../../MARKER"'),
    "a project of an absolute path": ('name = "door"', 'name = "/MARKER"'),
    "a project of dots": ('name = "door"', 'name = ".."'),
    "a project of markup": ('name = "door"', 'name = "<img src=x onerror=alert(1)>"'),
    "a project of escapes": ('name = "door"', 'name = "\\u001b]0;evil\\u0007"'),
    "a project without end": ('name = "door"', f'name = "{"x" * 5_000}"'),
    "a project of a device": ('name = "door"', 'name = "CON\\\\aux:"'),
    "a stage that leads out": ('"evaluate"]', '"../../MARKER"]'),
    "a stage of escapes": ('"evaluate"]', '"\\u001b[2J"]'),
    "stages of numbers": ('"evaluate"]', "1, 2, null]"),
    "stages without end": ('"evaluate"]', '"overfit"' + ', "overfit"' * 5_000 + "]"),
    "runs in a file": ('runs = "runs"', 'runs = "config.cfg"'),
    "runs with a NUL": ('runs = "runs"', 'runs = "a\\u0000b"'),
    "runs of a list": ('runs = "runs"', 'runs = ["a"]'),
    "a seed without end": ("seed = 0", f"seed = {'9' * 400}"),
    "a seed of Python": ("seed = 0", 'seed = "__import__(\'os\').abort()"'),
    "data of a device": ("art.BreastCancer.v1", 'art.CSV.v1"\ntarget = "x"\nfile = "/dev/zero'),
    "data of an address": ("art.BreastCancer.v1",
                           'art.Arrays.v1"\nfile = "http://127.0.0.1:9/x.npz'),
    "batches of a text": ("batch_size = 64", 'batch_size = "64 and touch MARKER"'),
    "batches of nothing": ("batch_size = 64", "batch_size = -1"),
}  # fmt: skip
"""Parts of the base that something else stands for."""

FOR_THE_RUN = {
    "a project without end", "runs in a file",
    "data of an address", "data of a device",
}  # fmt: skip
"""What only a run can tell: until then such a config is read, shown and completed."""


def hostile_configs(marker: str) -> Iterator[tuple[str, bytes]]:
    """All of them, by name.

    Args:
        marker: a path that hostile code in them would make.
    """
    for name in NAMES:
        text = BASE.replace("art.MLP.v1", name)
        yield f"a model of {name[:40]}", text.replace("MARKER", marker).encode()
    for name in REGISTRIES:
        text = BASE.replace("@models", f"@{name}")
        yield f"a registry of {name}", text.encode()
    for name, line in LINES.items():
        text = BASE.replace("hidden = [4]", line if line.startswith("hidden") else
                            f"hidden = [4]\n{line}")  # fmt: skip
        yield f"{name} in a block", text.replace("MARKER", marker).encode()
    for name, section in SECTIONS.items():
        yield name, f"{BASE}\n{section}".replace("MARKER", marker).encode()
    for name, (old, new) in REPLACED.items():
        yield name, BASE.replace(old, new).replace("MARKER", marker).encode()
    yield "bytes that are no text", BASE.encode() + b"\xff\xfe\x00"
    yield "UTF-16", BASE.encode("utf-16")
    yield "nothing", b""
    yield "a pickle", b"\x80\x04\x8c\x02os\x8c\x06system\x93\x8c\x04true\x85R."
    yield "a zip", b"PK\x03\x04" + bytes(100)
    yield "Python", f"import os\nos.mkdir({marker!r})\n".encode()
    yield "a line of 10 MB", BASE.encode() + b"# " + b"x" * 10_000_000
