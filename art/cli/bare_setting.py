"""Which setting a bare `--lr` means: every setting of the config has a section before its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

MEANT = {
    "batch": "batch_size", "bs": "batch_size", "device": "accelerator", "dropout_rate": "dropout",
    "epochs": "max_epochs", "gpus": "devices", "learning_rate": "lr", "num_epochs": "max_epochs",
    "num_steps": "max_steps", "output": "runs", "patience": "early_stopping_patience",
    "random_seed": "seed", "steps": "max_steps", "wd": "weight_decay", "workers": "num_workers",
}  # fmt: skip
"""What other tools call a setting."""
MOST = 4
CLOSE = 0.75
ASSUMED = {
    "optimizer.@optimizers": "torch.AdamW.v1",
    "data": "art.Digits.v1",
    "model": "art.CNN.v1",
}
"""What a config that is yet to be written has."""


def full_options(option: str, words: Sequence[str], *, near: bool = False) -> list[str]:
    """The options that a bare name may stand for, those outside of stages first; few, or none.

    Args:
        option: as it was typed, `--lr`.
        words: of the command line; its config and its code files are read, and nothing is run.
        near: take settings of similar names as well.
    """
    key = option.lstrip("-").replace("-", "_")
    names = list(dict.fromkeys(_settings(words)))
    last = {name.rpartition(".")[2] for name in names if "@" not in name}
    wanted = {key, MEANT.get(key, key)} & last
    if not wanted and near:
        wanted = set(get_close_matches(key, sorted(last), n=1, cutoff=CLOSE))
    found = [name for name in names if name.rpartition(".")[2] in wanted]
    return [f"--{name}" for name in [n for n in found if not n.startswith("stages.")] or found]


def did_you_mean_one_of(options: Sequence[str]) -> str:
    """`" Did you mean '--optimizer.lr'?"`; empty where there is none to name, or too many."""
    if not options or len(options) > MOST:
        return ""
    *first, last = [f"'{option}'" for option in options]
    return f" Did you mean {', '.join(first)}{' or ' if first else ''}{last}?"


def _settings(words: Sequence[str]) -> Iterator[str]:
    """Every setting that the config of a command line has or could have."""
    from art.cli.completion.config import known_settings

    config = next((word for word in words if Path(word).is_file()), "")
    code = [value for word, value in _pairs(words) if word == "--code"]
    options: list[str] = []
    if not config:
        given = dict(_pairs(words))
        for name, value in ASSUMED.items():
            section = name if "@" in name else f"{name}.@{'models' if name == 'model' else name}"
            options.append(f"--{section}={given.get(f'--{name}', value)}")
    for setting in known_settings(config, options, code):
        yield setting.name


def _pairs(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each option with what stands behind it."""
    for word, behind in zip(words, [*words[1:], ""], strict=True):
        name, equals, value = word.partition("=")
        yield name, value if equals else behind
