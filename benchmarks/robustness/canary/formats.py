"""Canaries that are known by their format: tokens, addresses, headers and keys.

The forms are those that the issuers document, and gitleaks' published rules list
(https://github.com/gitleaks/gitleaks, config/gitleaks.toml).
"""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterator

from benchmarks.robustness.canary.canary import ALNUM, BASE64, HEX, Canary, drawn, word

UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"

TOKENS: dict[str, tuple[str, int, str]] = {
    "hugging face": ("hf_", 34, ALNUM),
    "hugging face organization": ("api_org_", 34, ALNUM),
    "github": ("ghp_", 36, ALNUM),
    "github oauth": ("gho_", 36, ALNUM),
    "github fine-grained": ("github_pat_", 82, ALNUM),
    "gitlab": ("glpat-", 20, ALNUM),
    "gitlab runner": ("glrt-", 20, ALNUM),
    "gitlab deploy": ("gldt-", 20, ALNUM),
    "npm": ("npm_", 36, ALNUM),
    "pypi": ("pypi-AgEIcHlwaS5vcmc", 120, ALNUM),
    "stripe": ("sk_live_", 24, ALNUM),
    "stripe restricted": ("rk_test_", 24, ALNUM),
    "docker": ("dckr_pat_", 27, ALNUM),
    "docker organization": ("dckr_oat_", 32, ALNUM),
    "nvidia": ("nvapi-", 64, ALNUM),
    "groq": ("gsk_", 52, ALNUM),
    "replicate": ("r8_", 37, ALNUM),
    "perplexity": ("pplx-", 48, ALNUM),
    "openai": ("sk-proj-", 74, ALNUM),
    "anthropic": ("sk-ant-api03-", 93, ALNUM),
    "aws key": ("AKIA", 16, UPPER),
    "aws bedrock": ("ABSK", 120, ALNUM),
    "google": ("AIza", 35, ALNUM),
    "google oauth": ("ya29.", 60, ALNUM),
    "slack bot": ("xoxb-123456789012-123456789012-", 24, ALNUM),
    "slack app": ("xapp-1-A0123456789-1234567890123-", 64, HEX),
    "digitalocean": ("dop_v1_", 64, HEX),
    "databricks": ("dapi", 32, HEX),
    "linear": ("lin_api_", 40, ALNUM),
    "notion": ("ntn_12345678901", 35, ALNUM),
    "vault": ("hvs.", 95, ALNUM),
    "grafana": ("glc_", 64, ALNUM),
    "pulumi": ("pul-", 40, HEX),
    "rubygems": ("rubygems_", 48, HEX),
    "shopify": ("shpat_", 32, HEX),
    "prefect": ("pnu_", 36, ALNUM),
    "sentry": ("sntryu_", 64, HEX),
    "weights and biases": ("wandb_v1_", 40, ALNUM),
    "age": ("AGE-SECRET-KEY-1", 58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
    "planetscale": ("pscale_tkn_", 43, ALNUM),
    "postman": ("PMAK-", 24, HEX),
    "new relic": ("NRAK-", 27, "ABCDEFGHIJ0123456789"),
}


def formats() -> Iterator[Canary]:
    """Tokens by their own form, and those with a mark inside."""
    for name, (start, count, letters) in TOKENS.items():
        rest = drawn(name, count, letters)
        yield Canary("format", name, start + rest, (rest[:16], rest[-12:]))
    left, right = drawn("sendgrid", 22), drawn("sendgrid 2", 43)
    yield Canary("format", "sendgrid", f"SG.{left}.{right}", (left, right))
    azure = drawn("azure", 31)
    yield Canary("format", "azure client secret", f"aB38Q~{azure}", (azure,))
    account = drawn("azure storage", 86)
    text = f"DefaultEndpointsProtocol=https;AccountName=me;AccountKey={account}==;"
    yield Canary("format", "azure storage", text, (account[:20], account[-20:]))
    parts = [f"eyJ{drawn(f'jwt {index}', 30)}" for index in range(2)] + [drawn("jwt", 43)]
    yield Canary("format", "jwt", ".".join(parts), tuple(parts))
    hook = f"T0{drawn('hook', 8, UPPER)}/B0{drawn('hook 2', 8, UPPER)}/{drawn('hook 3', 24)}"
    yield Canary(
        "format", "slack webhook", f"https://hooks.slack.com/services/{hook}", (hook[-24:],)
    )
    bot = drawn("telegram", 32)
    yield Canary("format", "telegram", f"bot 123456789:AAF{bot}", (bot,))


def keys() -> Iterator[Canary]:
    """Private keys, on lines of their own and as one line with escapes."""
    for kind in ("RSA ", "OPENSSH ", "EC ", ""):
        body = drawn(f"pem {kind}", 600, BASE64)
        lines = textwrap.wrap(body, 64)
        text = "\n".join(
            [f"-----BEGIN {kind}PRIVATE KEY-----", *lines, f"-----END {kind}PRIVATE KEY-----"]
        )
        yield Canary("key", f"{kind}private key", text, tuple(line[:30] for line in lines))
    body = drawn("pem cut", 64, BASE64)
    yield Canary("key", "cut off", f"-----BEGIN PRIVATE KEY-----\n{body}", (body,))
    body = drawn("pem escaped", 64, BASE64)
    text = f"-----BEGIN PRIVATE KEY-----\\n{body}\\n-----END PRIVATE KEY-----"
    yield Canary("key", "escaped", text, (body,))


def addresses() -> Iterator[Canary]:
    """A user and a token, and parameters that let whoever has them in."""
    for name in ("user", "x-access-token", "__token__", "", "me%40home"):
        secret = word(f"userinfo {name}")
        yield Canary("address", f"{name}:token@", f"https://{name}:{secret}@host/a", (secret,))
    for scheme in ("postgresql", "mongodb+srv", "redis", "amqp", "mysql+pymysql", "ftp"):
        secret = word(f"scheme {scheme}")
        yield Canary("address", scheme, f"{scheme}://me:{secret}@host:1/db", (secret,))
    lone = drawn("lone", 32, HEX)
    yield Canary("address", "lone token@", f"https://{lone}@o1.ingest.host/2", (lone,))
    for name in (
        "sig", "X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-Credential", "X-Goog-Signature",
        "code", "session", "token", "access_token", "api_key", "apikey", "Signature", "auth",
        "password", "client_secret", "key", "sessionid", "jwt",
    ):  # fmt: skip
        secret = drawn(f"query {name}", 24)
        yield Canary("address", f"?{name}", f"https://host/a?b=1&{name}={secret}&c=2", (secret,))
    secret = drawn("fragment", 24)
    yield Canary("address", "#access_token", f"https://host/#access_token={secret}", (secret,))


def headers() -> Iterator[Canary]:
    """Headers of requests, and options of commands."""
    for kind in ("Bearer", "Token", "ApiKey", "Digest"):
        secret = drawn(f"header {kind}", 24)
        yield Canary("header", kind, f"Authorization: {kind} {secret}", (secret,))
    basic = base64.b64encode(f"me:{word('basic')}".encode()).decode()
    yield Canary("header", "Basic", f"'Authorization': 'Basic {basic}'", (basic,))
    secret = drawn("bearer alone", 30)
    yield Canary("header", "bearer alone", f"sent Bearer {secret} to it", (secret,))
    for name in ("X-Api-Key", "Proxy-Authorization", "PRIVATE-TOKEN", "X-Auth-Token", "Cookie"):
        secret = drawn(f"header {name}", 24)
        text = f"{name}: {'sid=' if name == 'Cookie' else ''}{secret}"
        yield Canary("header", name, text, (secret,))
    for name, form in {
        "keyword": "Client(api_key='{}')", "dict": "{{'password': '{}', 'a': 1}}",
        "json": '{{"client_secret": "{}"}}', "environment": "export PGPASSWORD={}",
        "option": "tool --api-key {} run", "option=": "tool --auth-token={} run",
        "yaml": "passphrase: {}", "curl": "curl -u me:{} https://host", "ini": "db_pass = {}",
    }.items():  # fmt: skip
        secret = word(f"assigned {name}")
        yield Canary("assigned", name, form.format(secret), (secret,))
