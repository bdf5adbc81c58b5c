"""What each hostile config must be told: a knock counts where the door that it means has answered.

Without this, a config that is refused for another reason would pass for one that was looked at.
"""

from __future__ import annotations

import re

UNKNOWN = r"unknown @\w+ '"
NOT_A_NUMBER = r"dropout: expected float >= 0 and < 1, got "
LEADS_NOWHERE = r"\} leads nowhere"
NO_REFERENCE = r"begins a reference|is not a reference"
UNSEEN = r"a control character \(U\+00(1B|00), "
NO_SECTION = r"unknown section \["
NO_FOLDER = r"name: .* cannot be a folder's name"
ITSELF = r"\} leads back to itself"
SECRET = r"looks like a secret"
NO_TEXT = r"no UTF-8 text|this is UTF-16 text"

SAYS = {
    "a value by a dunder name in a block": r"unknown setting '__class__'",
    "a setting by a dunder name in a block": r"unknown setting '__init__\.__globals__'",
    "a second function in a block": r"'@data' is one @name too many",
    "a function in a value in a block": r"\[model\.dropout\] unknown registry '@os'",
    "a call of Python in a block": NOT_A_NUMBER + r'"open\(',
    "a tag of YAML in a block": NOT_A_NUMBER + r'"!!python',
    "a type of JSON in a block": NOT_A_NUMBER + r'\{"__type__"',
    "a text for a number in a block": NOT_A_NUMBER + r'"0\.1; touch',
    "a number without end in a block": r"dropout: the number is too large",
    "a number that is none in a block": NOT_A_NUMBER + r'"NaN"',
    "infinity in a block": NOT_A_NUMBER + r'"Infinity"',
    "a number of a million digits in a block": r"dropout: the number is too large",
    "lists in lists in a block": r"nested more than 64 deep",
    "dicts in dicts in a block": r"nested more than 64 deep",
    "an escape in a block": UNSEEN,
    "an escape in JSON in a block": NOT_A_NUMBER + r'"\\+(u001b|x1b)\[2J',
    "a NUL in a block": UNSEEN,
    "text from right to left in a block": r"changes the direction of text \(U\+202E",
    "another's key in a block": SECRET,
    "a token in a block": SECRET,
    "a password in an address in a block": SECRET,
    "the environment in a block": LEADS_NOWHERE,
    "the environment by section in a block": LEADS_NOWHERE,
    "the environment of Hydra in a block": LEADS_NOWHERE,
    "a file in a block": NO_REFERENCE,
    "itself in a block": ITSELF,
    "its own section in a block": ITSELF,
    "a nested reference in a block": NO_REFERENCE,
    "a reference into a class in a block": LEADS_NOWHERE,
    "a reference into Python in a block": LEADS_NOWHERE,
    "a reference that does not end in a block": NO_REFERENCE,
    "a shell in a block": NOT_A_NUMBER + r'"\$\(touch',
    "a thousand references in a block": r"is not a single value, and cannot be put inside a text",
    "a template in a block": NOT_A_NUMBER + r'"\{\{ cycler',
    "a section of Python": NO_SECTION + "__builtins__",
    "a section of the hub": NO_SECTION + "hub",
    "a section of code": NO_SECTION + "code",
    "imports": NO_SECTION + "imports",
    "a section that leads out": r"\[\.\./\.\./etc\] is not a section name",
    "a section with an escape": UNSEEN,
    "a section twice": r"\[model\] this section was there already",
    "sections without end": NO_SECTION + "x0",
    "levels without end": r"more than 64 levels",
    "a logger of nobody": UNKNOWN + "artknock",
    "a callback by its path": UNKNOWN + "pytorch_lightning",
    "a check of a function": UNKNOWN + "builtins",
    "a stage of a function": UNKNOWN + "os",
    "a probe": NO_SECTION + "probes",
    "a reader": NO_SECTION + "readers",
    "a visualizer": r"\[visualizers\.x\] unknown setting 'file'",
    "an executor": UNKNOWN + "subprocess",
    "overrides that add": r"'model\.@models' names another function",
    "overrides of a dunder": r"there is no setting 'model\.__class__'",
    "references that grow": r"its references grow without end",
    "a circle of references": ITSELF,
    "an include": r"cannot read '%include",
    "a heredoc": r"cannot read 'touch",
    "a project that leads out": NO_FOLDER,
    "a project of an absolute path": NO_FOLDER,
    "a project of dots": NO_FOLDER,
    "a project of markup": NO_FOLDER,
    "a project of escapes": NO_FOLDER,
    "a project without end": r"it has 5000 characters",
    "a project of a device": NO_FOLDER,
    "a stage that leads out": r"stages: '\.\./.*' is not a valid name",
    "a stage of escapes": r"stages: '.*\[2J' is not a valid name",
    "stages of numbers": r"stages: expected list of str",
    "stages without end": r"stages: 'overfit' is there twice",
    "runs in a file": r"config\.cfg is a file, not a folder",
    "runs with a NUL": r"\[paths\] runs: \\u0000 is not a valid character",
    "runs of a list": r"runs: expected str",
    "a seed without end": r"seed: expected int",
    "a seed of Python": r"seed: expected int",
    "data of a device": r"/dev/zero: cannot be read: this is a device",
    "data of an address": r"no such file",
    "batches of a text": r"batch_size: expected int",
    "batches of nothing": r"batch_size: expected int",
    "bytes that are no text": NO_TEXT,
    "UTF-16": NO_TEXT,
    "nothing": r"has no \[data\] section",
    "a pickle": NO_TEXT,
    "a zip": r"cannot read 'PK",
    "Python": r"cannot read 'import os'",
    "a line of 10 MB": r"larger than 1,000,000 bytes",
}


def says(name: str) -> str:
    """A pattern for the message that a hostile config ends in.

    Raises:
        KeyError: nobody has said yet what it is; a new hostile config needs a line here.
    """
    if name.startswith("a model of "):
        return r"\[model\] (unknown @models '|@models: \\u0000 is not a valid character)"
    if name.startswith("a registry of "):
        registry = name.removeprefix("a registry of ")
        return f"unknown registry '@{re.escape(registry)}'" if registry else "missing '@models'"
    return SAYS[name]
