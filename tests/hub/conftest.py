"""A user without a past, a server that is real, and repositories on it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from art import api
from tests.hub.servers import Web, git, make_certificate

BACKEND = "git-http-backend"
DIGITS = """# Digits, from elsewhere
[project]
name = "far"
seed = 3
stages = ["explore"]

[task]
@tasks = "art.ImageClassification.v1"

[data]
@data = "art.Digits.v1"
batch_size = 64

[model]
@models = "art.CNN.v1"

[optimizer]
@optimizers = "torch.AdamW.v1"
lr = 0.002
"""


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed, and the server needs a certificate")
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def _server(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    web = Web(certificate, tmp_path_factory.mktemp("repositories"))
    yield web
    web.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a user who trusts what the tests serve; the working directory is in it."""
    api.populate()
    folder = tmp_path / "home"
    (folder / "work").mkdir(parents=True)
    for name in ("CONFIG", "CACHE", "STATE", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    for name in ("ART_EDITOR", "GIT_EDITOR", "VISUAL", "EDITOR", "SSH_AUTH_SOCK", "GIT_SSL_CAINFO"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.chdir(folder / "work")
    return folder


@pytest.fixture
def web(_server: Web, home: Path, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Web:
    """The server, trusted, with no pages yet."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.parent / "public.pem"))
    _server.pages.clear()
    _server.asked.clear()
    _server.sent = 0
    return _server


@pytest.fixture
def repository(web: Web, request: pytest.FixtureRequest) -> Callable[..., str]:
    """Makes a repository on the server from files; returns the start of its sources."""
    if shutil.which("git") is None or not (Path(git(Path(), "--exec-path")) / BACKEND).exists():
        pytest.skip(f"{BACKEND} is not installed")

    def make(files: dict[str, str], name: str = "") -> str:
        name = name or f"r{abs(hash(request.node.name)):x}"
        folder = web.root / f"{name}.git"
        if not folder.exists():
            git(web.root, "init", "-q", "-b", "main", folder.name)
            git(folder, "config", "uploadpack.allowFilter", "true")
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "--allow-empty", "-m", "more")
        return f"git+https://127.0.0.1:{web.port}/git/{folder.name}/.git"

    return make


@pytest.fixture
def system_cfg(home: Path) -> Callable[[str], Path]:
    """Writes the user's own system.cfg."""

    def write(text: str) -> Path:
        file = home / "config" / "art" / "system.cfg"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return file

    return write
