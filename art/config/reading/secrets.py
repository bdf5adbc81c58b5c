"""Tells what looks like a secret, refuses it in a recipe config, and hides it everywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from art.config.layering.layers import Layer
from art.config.reading.references import REFERENCE
from art.errors import Fault

HIDDEN = "***"

TOKENS = re.compile(
    r"""(?<![A-Za-z0-9])(?:
        hf_[A-Za-z0-9]{8,}                           # Hugging Face
        | gh[oprsu]_[A-Za-z0-9]{8,}                  # GitHub
        | github_pat_\w{8,}
        | glpat-[\w-]{8,}                            # GitLab
        | sk-(?=[\w-]{0,60}\d)[\w-]{16,}             # OpenAI and its kin
        | xox[abeoprs]-[\w-]{8,}                     # Slack
        | A(?:KIA|SIA)[A-Z0-9]{12,}                  # AWS
        | AIza[\w-]{30,}                             # Google
        | wandb_v\d_\w{8,}
        | eyJ[\w+/-]{20,}={0,2}                      # JSON in base64: JWT, Neptune
    )
    | -----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY-----
    | ://[^/\s:@]+:[^/\s@]+@                         # a password inside a URL
    """,
    re.VERBOSE,
)
NAMES = re.compile(r"(?i)(?:^|[_.-]|api|access|auth)(?:key|token|secret|passwd|password)$")
HARMLESS = re.compile(
    r"(?i)(?:^|[_.-])(?:pad|eos|bos|unk|sep|cls|mask|start|end|special|image|images|label|target"
    r"|input|inputs|output|sort|group|data|batch|column|dict|map|foreign|primary)[_.-]"
    r"(?:key|token)$"
)
"""`pad_token = "<pad>"` and `image_key = "image"` are no secrets."""


def is_secret(key: str, value: Any) -> bool:
    """Whether a value looks like a secret, by itself or by the key it stands under."""
    if not isinstance(value, str) or not value or REFERENCE.fullmatch(value.strip('"')):
        return False
    if TOKENS.search(value):
        return True
    return bool(NAMES.search(key)) and not HARMLESS.search(key) and value != HIDDEN


def redact(values: Any, key: str = "") -> Any:
    """A copy of a config's values in which every secret is `***`."""
    if isinstance(values, Mapping):
        return {name: redact(value, str(name)) for name, value in values.items()}
    if isinstance(values, list | tuple):
        return [redact(value, key) for value in values]
    return HIDDEN if is_secret(key, values) else values


def hide(text: str) -> str:
    """A text in which whatever looks like a token is `***`."""
    return TOKENS.sub(HIDDEN, text)


def secret_faults(layer: Layer) -> Iterator[Fault]:
    """A fault for each secret of a recipe config. The secret itself is never shown."""
    for entry in layer.entries:
        if redact(entry.value, entry.path[-1]) != _listed(entry.value):
            yield Fault(
                f"{entry.path[-1]} looks like a secret, and a recipe config is made to be shared: "
                f"it belongs in the environment or the tracker's own login. Delete it here, and "
                f"revoke it if this file was ever shared.",
                ".".join(entry.path[:-1]),
                entry.value_at,
            )


def _listed(value: Any) -> Any:
    """The value as `redact` would give it where nothing is secret."""
    if isinstance(value, Mapping):
        return {str(name): _listed(item) for name, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value
