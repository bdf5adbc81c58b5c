"""What looks like a secret, by its name or its form, and texts in which every secret is hidden.

names.py   which names of settings, variables and parameters stand for a secret
forms.py   which texts are secrets whatever they are called: tokens, keys, addresses, headers
texts.py   secrets beside their names in a text: `password=...`, `--api-key ...`
values.py  which of named values are secret, and a copy of them without
hiding.py  what is known to be secret, and all of the above, as `***`
"""

from art.core.secrets.forms import has_form, is_drawn
from art.core.secrets.hiding import HIDDEN, Secrets, hide
from art.core.secrets.names import may_name_secret, names_password, names_secret
from art.core.secrets.texts import spans
from art.core.secrets.values import is_secret, redact, secret_values

__all__ = [
    "HIDDEN",
    "Secrets",
    "has_form",
    "hide",
    "is_drawn",
    "is_secret",
    "may_name_secret",
    "names_password",
    "names_secret",
    "redact",
    "secret_values",
    "spans",
]
