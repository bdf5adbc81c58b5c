"""What looks like a secret, by its name or its form, and texts in which every secret is hidden.

names.py   which names of settings, variables and parameters stand for a secret
forms.py   which texts are secrets whatever they are called: tokens, keys, addresses, headers
texts.py   secrets beside their names in a text: `password=...`, `--api-key ...`
hiding.py  what is known to be secret, and all of the above, as `***`
"""

from art.core.secrets.forms import has_form, is_drawn
from art.core.secrets.hiding import HIDDEN, Secrets, hide
from art.core.secrets.names import may_name_secret, names_password, names_secret
from art.core.secrets.texts import spans

__all__ = [
    "HIDDEN",
    "Secrets",
    "has_form",
    "hide",
    "is_drawn",
    "may_name_secret",
    "names_password",
    "names_secret",
    "spans",
]
