"""Which texts are secrets whatever they are called: tokens, private keys, addresses and headers.

The forms are those that the issuers document. Their marks and lengths are as gitleaks' published
rules list them (https://github.com/gitleaks/gitleaks, config/gitleaks.toml, b58d3f1); those of
Docker, NVIDIA, Groq, Replicate and Weights & Biases are as these document them.

Each form has a mark, a plain text. A pattern is compiled, and tried, only where its mark is, so
that a text without secrets costs a search for each mark. No pattern looks further than it takes
away: hiding is linear in the length of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from art.core.secrets.names import names_secret

Span = tuple[int, int]

_EDGE = r"(?:(?<![A-Za-z0-9])|(?<=\\[nrt])|(?<=%[0-9A-Fa-f]{2}))"
"""Where a token begins: behind no letter, but for those of an escape, `\\n` or `%3D`."""

GITLAB = ("pat", "dt", "ft", "rt", "cbt", "ptt", "imt", "agent", "oas", "soat", "ffct")
TOKENS: tuple[tuple[str, str], ...] = (
    ("hf_", r"hf_[A-Za-z0-9]{8,}"),
    ("api_org_", r"api_org_[A-Za-z0-9]{20,}"),
    *((f"gh{kind}_", rf"gh{kind}_[A-Za-z0-9]{{8,}}") for kind in "oprsu"),
    ("github_pat_", r"github_pat_\w{8,}"),
    *((f"gl{kind}-", rf"gl{kind}-[\w.-]{{8,}}") for kind in GITLAB),
    ("sk-", r"sk-(?=[\w-]{0,60}\d)[\w-]{16,}"),  # OpenAI, Anthropic and their kin
    *(
        (f"{kind}_{mode}_", rf"{kind}_{mode}_[A-Za-z0-9]{{10,}}")
        for kind in ("sk", "rk")
        for mode in ("live", "test", "prod")
    ),  # Stripe
    ("whsec_", r"whsec_[A-Za-z0-9+/]{20,}={0,2}"),
    ("xox", r"xox[abeoprs](?:\.xox[bp])?-[\w-]{8,}"),  # Slack
    ("xapp-", r"xapp-\d-[\w-]{10,}"),
    *((start, rf"{start}[A-Z0-9]{{12,}}") for start in ("AKIA", "ASIA", "ABIA", "ACCA")),  # AWS
    ("ABSK", r"ABSK[A-Za-z0-9+/]{40,}={0,2}"),
    ("bedrock-api-key-", r"bedrock-api-key-[A-Za-z0-9+/=]{20,}"),
    ("AIza", r"AIza[\w-]{30,}"),  # Google
    ("ya29.", r"ya29\.[\w-]{20,}"),
    ("GOCSPX-", r"GOCSPX-[\w-]{20,}"),
    ("Q~", r"[\w~.]{3}\dQ~[\w~.-]{31,34}"),  # Azure
    ("npm_", r"npm_[A-Za-z0-9]{20,}"),
    ("pypi-AgE", r"pypi-AgE[\w-]{20,}"),
    ("SG.", r"SG\.[\w-]{16,}\.[\w-]{16,}"),  # SendGrid
    ("xkeysib-", r"xkeysib-[A-Za-z0-9-]{40,}"),
    ("dckr_", r"dckr_[po]at_[\w-]{20,}"),
    ("nvapi-", r"nvapi-[\w-]{20,}"),
    ("gsk_", r"gsk_[A-Za-z0-9]{20,}"),  # Groq
    ("r8_", r"r8_[A-Za-z0-9]{20,}"),  # Replicate
    ("pplx-", r"pplx-[A-Za-z0-9]{20,}"),
    ("wandb_v", r"wandb_v\d_\w{8,}"),
    *((f"do{kind}_v1_", rf"do{kind}_v1_[a-f0-9]{{20,}}") for kind in "opr"),  # DigitalOcean
    ("dapi", r"dapi[a-f0-9]{32}(?:-\d)?"),  # Databricks
    ("lin_api_", r"lin_api_[A-Za-z0-9]{20,}"),
    ("ntn_", r"ntn_\d{11}[A-Za-z0-9]{20,}"),  # Notion
    ("hvs.", r"hvs\.[\w-]{20,}"),  # Vault
    ("hvb.", r"hvb\.[\w-]{20,}"),
    ("glc_", r"glc_[A-Za-z0-9+/]{32,}={0,3}"),  # Grafana
    ("glsa_", r"glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}"),
    ("pul-", r"pul-[a-f0-9]{40}"),
    ("rubygems_", r"rubygems_[a-f0-9]{40,}"),
    *((f"shp{kind}_", rf"shp{kind}_[a-fA-F0-9]{{32}}") for kind in ("at", "ca", "pa", "ss")),
    ("pnu_", r"pnu_[A-Za-z0-9]{30,}"),  # Prefect
    ("sntry", r"sntry[su]_[\w+/=]{20,}"),
    ("AGE-SECRET-KEY-", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    ("pscale_", r"pscale_(?:tkn|oauth|pw)_[\w=.-]{20,}"),
    ("PMAK-", r"PMAK-[a-fA-F0-9-]{20,}"),  # Postman
    ("NRAK-", r"NRAK-[A-Z0-9]{20,}"),  # New Relic
    ("dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{30,}"),  # Doppler
    ("tskey-", r"tskey-[\w-]{16,}"),
    ("ATATT3", r"ATATT3[\w=-]{40,}"),  # Atlassian
    ("sq0", r"sq0(?:atp|csp)-[\w-]{20,}"),
    (".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{50,}"),
    ("eyJ", r"eyJ[\w+/-]{20,}={0,2}(?:\.[\w+/=-]*)*"),  # JSON in base64: JWT, Neptune
    (":AA", r"(?<!\d)\d{5,16}:AA[\w-]{30,}"),  # Telegram
    (
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/(?P<secret>[\w/+-]{20,})",
    ),
    ("/api/webhooks/", r"/api/webhooks/(?P<secret>\d{5,}/[\w-]{20,})"),  # Discord
    ("webhook.office.com/", r"webhook\.office\.com/(?P<secret>[\w/@-]{20,})"),
)
"""A mark, and the pattern of what begins with it or has it inside."""

PLACES: tuple[tuple[str, str], ...] = (
    ("://", r"""://(?P<secret>[^\s/:@"<>]*:[^\s/@"<>]+)@"""),  # a user and a password
    ("://", r"""://(?P<secret>(?=[^\s/@]*\d)[\w.~%+-]{16,})@"""),  # a token in place of a user
    ("PRIVATE KEY", r"-----BEGIN[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"(?:(?:(?!-----)[\s\S])*-----END[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"|(?:(?:\s|\\[nr]){0,8}[A-Za-z0-9+/=]{16,})*)"),
)  # fmt: skip
"""The same for what is no word by itself."""

KEY_LINE = (
    r"(?m)^[ \t]*(?=[A-Za-z+/]{0,70}\d)(?=[a-z0-9+/]{0,70}[A-Z])(?=[A-Z0-9+/]{0,70}[a-z])"
    r"(?P<secret>[A-Za-z0-9+/]{60,76}={0,2})[ \t\r]*$"
)
"""A line of a private key on its own, as a log that is written line by line has it."""
BEARER = r"(?i:bearer)\s{1,4}(?P<secret>(?=[\w.~+/=-]{0,60}\d|[\w.~+/=-]{20})[\w.~+/=-]{8,})"
CURL = r"""(?<![\w-])(?:-u|--user)[ =]{1,3}["']?[^\s:"']{1,200}:(?P<secret>[^\s"']+)"""
PARAMETER = r"""[?&#;](?:amp;)?(?P<key>[\w.%-]{1,64})=(?P<secret>[^&#\s"'<>;\\]+)"""
SIGNED = frozenset(
    ("sig", "signature", "session", "sessionid", "sid", "sas", "key", "ticket", "hmac")
)
"""The last words of parameters that let whoever has the address in."""
SHORTEST_CODE = 6


def has_form(text: str) -> bool:
    """Whether a text holds something that is a secret by its form."""
    return next(spans_of_forms(text), None) is not None


DRAWN = r"[0-9a-f-]{16,}|(?=[^a-z]*[a-z])(?=[^A-Z]*[A-Z])(?=[^0-9]*[0-9])[A-Za-z0-9+/=_-]{16,}"
"""Letters and digits as a machine draws them, and nobody writes a name."""


def is_drawn(text: str) -> bool:
    """Whether a text looks as if a machine had drawn it, as it does keys and tokens."""
    return compiled(DRAWN).fullmatch(text) is not None


def spans_of_forms(text: str) -> Iterator[Span]:
    """Where a text holds secrets that their form gives away, in no order."""
    if len(text) < 8:
        return
    for mark, pattern in TOKENS:
        if mark in text:
            yield from _found(
                compiled(_EDGE + pattern if pattern[0] not in "(/" else pattern), text
            )
    for mark, pattern in PLACES:
        if mark in text:
            yield from _found(compiled(pattern), text)
    if "earer" in text or "EARER" in text:
        yield from _found(compiled(BEARER), text)
    if "-u" in text:
        yield from _found(compiled(CURL), text)
    if "=" in text and any(mark in text for mark in "?&#"):
        for match in compiled(PARAMETER).finditer(text):
            if opens(match["key"], match["secret"]):
                yield match.span("secret")
    if len(text) >= 60:
        yield from _found(compiled(KEY_LINE), text)


def opens(key: str, value: str) -> bool:
    """Whether a parameter of an address is a secret: a token, or the signature of the address."""
    name = key.lower()
    if name == "code":
        return len(value) >= SHORTEST_CODE
    return re.split(r"[^a-z0-9]+", name)[-1] in SIGNED or names_secret(key)


def passwords_in(text: str) -> Iterator[str]:
    """The passwords and signatures alone that stand in the addresses of a text."""
    if "://" not in text:
        return
    for match in compiled(PLACES[0][1]).finditer(text):
        yield match["secret"].partition(":")[2]
    for match in compiled(PARAMETER).finditer(text):
        if opens(match["key"], match["secret"]):
            yield match["secret"]


def _found(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    group: str | int = "secret" if "secret" in pattern.groupindex else 0
    for match in pattern.finditer(text):
        yield match.span(group)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when it is first needed: most commands need few of them."""
    return re.compile(pattern)
