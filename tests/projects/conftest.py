"""Templates that a test writes: a folder in copier's format."""

from __future__ import annotations

import pytest

CONFIG = """# {{ name }}
[project]
name = "{{ name }}"
stages = ["explore", "baseline"]

# The kind of problem.
[task]
@tasks = "art.ImageClassification.v1"

[data]
@data = "art.Digits.v1"
batch_size = 64

[model]
@models = "art.MLP.v1"
hidden = [{{ width }}]

[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.002
"""
FUNCTIONS = """\"\"\"Functions.\"\"\"

import art


def one():
    return 1


def two():
    return 2


def three():
    return 3
"""
QUESTIONS = """name:
  type: str
  default: mine
width:
  type: int
  default: 32
"""
FILES = {
    "copier.yml": QUESTIONS,
    "recipe.cfg.jinja": CONFIG,
    "functions.py": FUNCTIONS,
    "docs/notes.md": "first\n",
}


@pytest.fixture
def template(tmp_path):
    """Writes a template; returns its folder. A file that is None is left out."""
    folder = tmp_path / "template"

    def write(**files):
        for name, text in {**FILES, **files.pop("files", {})}.items():
            path = folder / name
            if text is None:
                path.unlink(missing_ok=True)
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return write
