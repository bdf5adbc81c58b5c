"""What looks like a secret, and texts in which every known secret is hidden."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Iterable, Mapping
from typing import Any

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

VARIABLES = re.compile(
    r"(?i)(?:key|token|secret|passwd|password|passphrase|credentials?)(?:_\w+)?$|_pwd$"
)
"""Names of environment variables whose values are secrets: WANDB_API_KEY, PGPASSWORD, HF_TOKEN."""
SHORTEST = 6
"""Shorter values are not hidden by what they are: `true` and `1` stand everywhere."""


def hide(text: str) -> str:
    """A text in which whatever looks like a token is `***`."""
    return TOKENS.sub(HIDDEN, text)


class Secrets:
    """Hides known secrets in texts, however they came there, and what looks like a token.

    Args:
        values: the secrets of a config.
        environment: the variables, of which those with a secret's name are secrets.
    """

    def __init__(
        self, values: Iterable[str] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        variables = os.environ if environment is None else environment
        found = {value for name, value in variables.items() if VARIABLES.search(name)}
        known = {value for value in (*found, *values) if _can_be_hidden(value)}
        parts = {part for value in known for part in (value, repr(value)[1:-1])}
        # the longest first: one secret may begin with another
        words = sorted(parts, key=lambda part: (-len(part), part))
        self._known = re.compile("|".join(map(re.escape, words))) if words else None

    def hidden(self, text: str) -> str:
        """The text, every secret in it as `***`."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return hide(text)

    def hidden_in(self, value: Any) -> Any:
        """The same for the texts in a container, a dataclass, or a container of them."""
        if isinstance(value, str):
            return self.hidden(value)
        if isinstance(value, Mapping):
            return {self.hidden_in(key): self.hidden_in(item) for key, item in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self.hidden_in(item) for item in value)
        if dataclasses.is_dataclass(value) and not isinstance(value, type):
            fields = [field.name for field in dataclasses.fields(value) if field.init]
            shown = {name: self.hidden_in(getattr(value, name)) for name in fields}
            return dataclasses.replace(value, **shown)
        return value


def _can_be_hidden(value: str) -> bool:
    """Whether a value is long enough to be a secret, and no place: a path to a key is no key."""
    return len(value) >= SHORTEST and not os.path.exists(value)  # noqa: PTH110 - any text
