"""What is secret among named values, as a config and a constructor have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from art.core.secrets.forms import has_form, is_drawn
from art.core.secrets.hiding import HIDDEN
from art.core.secrets.names import may_name_secret, names_password, names_secret

_REFERENCE = re.compile(r"\$\{([\w.:@-]+)\}")
"""`${section.key}` refers to another setting. The text itself is not a secret."""
SPECIAL = re.compile(r"<[^<>]{1,40}>|\[[A-Z0-9_]{1,40}\]|[<\[]?\|[^|]{1,40}\|[>\]]?")
"""`<pad>`, `[MASK]`, `<|end|>`: tokens of a text, whatever the setting is called."""


def is_secret(key: str, value: Any) -> bool:
    """Whether a value looks like a secret, by itself or by the key it stands under.

    A number is one where its key can mean nothing else, `password`, and a list or dict where
    something in it is one.
    """
    if isinstance(value, list | tuple | Mapping):
        return redact(value, key) != _listed(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return names_password(key)
    if not isinstance(value, str) or not value or _REFERENCE.fullmatch(value.strip('"')):
        return False
    if has_form(value):
        return True
    if value == HIDDEN or SPECIAL.fullmatch(value):
        return False
    return names_secret(key) or (may_name_secret(key) and is_drawn(value))


def redact(values: Any, key: str = "") -> Any:
    """A copy of a config's values in which every secret is `***`."""
    if isinstance(values, Mapping):
        return {name: redact(value, counted) for name, value, counted in _keyed(values, key)}
    if isinstance(values, list | tuple):
        return [redact(value, key) for value in values]
    return HIDDEN if is_secret(key, values) else values


def secret_values(values: Any, key: str = "") -> Iterator[str]:
    """Every secret in a config's values."""
    if isinstance(values, Mapping):
        for _, value, counted in _keyed(values, key):
            yield from secret_values(value, counted)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from secret_values(value, key)
    elif is_secret(key, values):
        yield str(values)


def _keyed(values: Mapping[Any, Any], key: str) -> Iterator[tuple[Any, Any, str]]:
    """Each name and value of a dict, and the key that counts for the value: that of the dict where
    it is one of secrets, `credentials = {"user": ...}`. A part and the sections of a config are no
    such dicts."""
    # Once for the dict, not once for each of its names: it may have thousands.
    of_secrets = names_password(key) and not any(str(one).startswith("@") for one in values)
    for name, value in values.items():
        own = str(name)
        outer = of_secrets and not names_secret(own) and not isinstance(value, Mapping)
        yield name, value, key if outer else own


def _listed(value: Any) -> Any:
    """The value as `redact` would give it where nothing is secret."""
    if isinstance(value, Mapping):
        return {str(name): _listed(item) for name, item in value.items()}
    return [_listed(item) for item in value] if isinstance(value, list | tuple) else value
