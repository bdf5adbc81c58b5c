"""Hostile repositories: what makes each, and what its refusal says."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.hub.conftest import DIGITS
from tests.hub.hostile import Scene
from tests.hub.servers import endless, git


def _committed(scene: Scene, name: str, change: Callable[[Path], None]) -> str:
    """A repository whose work tree was changed by hand."""
    url = scene.repository({"good.cfg": DIGITS}, name)
    folder = scene.web.root / f"{name}.git"
    change(folder)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "hostile")
    return url


def _index_only(scene: Scene, name: str, mode: str) -> str:
    """A repository with an entry of a mode that no file has."""
    url = scene.repository({"good.cfg": DIGITS}, name)
    folder = scene.web.root / f"{name}.git"
    blob = git(folder, "rev-parse", "HEAD" if mode == "160000" else "HEAD:good.cfg")
    git(folder, "update-index", "--add", "--cacheinfo", f"{mode},{blob},x.cfg")
    git(folder, "commit", "-q", "-m", "hostile")
    return f"{url}//x.cfg"


def _link(target: str) -> Callable[[Path], None]:
    return lambda folder: (folder / "x.cfg").symlink_to(target)


def _linked_folder(folder: Path) -> None:
    (folder / "dir").symlink_to("/etc")


def _large_file(scene: Scene) -> str:
    return scene.repository({"x.cfg": "# x\n" * 500_000}, "large") + "//x.cfg"


def _pack_bomb(scene: Scene) -> str:
    noise = os.urandom(3_000_000).hex()
    return scene.repository({"x.cfg": noise}, "bomb") + "//x.cfg"


def _tree_bomb(scene: Scene) -> str:
    """Every level has the next one ten times: a checkout would write 10**12 files."""
    url = scene.repository({"good.cfg": DIGITS}, "trees")
    folder = scene.web.root / "trees.git"
    below = git(folder, "rev-parse", "HEAD^{tree}")
    for _ in range(12):
        file = folder.parent / "tree"
        file.write_text("".join(f"040000 tree {below}\td{n}\n" for n in range(10)))
        below = _made_tree(folder, file)
    commit = git(folder, "commit-tree", "-m", "bomb", below)
    git(folder, "update-ref", "refs/heads/bomb", commit)
    return f"{url}//d0/d1@bomb"


def _made_tree(folder: Path, file: Path) -> str:
    with file.open() as lines:
        done = subprocess.run(["git", "mktree"], cwd=folder, stdin=lines, capture_output=True)
    return done.stdout.decode().strip()


def _git_elsewhere(scene: Scene) -> str:
    scene.web.text("/g/info/refs", b"", 302, Location="https://127.0.0.1:1/git/info/refs")
    return f"git+{scene.web.url('/g')}//x.cfg"


def _endless_git(scene: Scene) -> str:
    kind = b"Content-Type: application/x-git-upload-pack-advertisement\r\n"
    head = b"HTTP/1.1 200 OK\r\n" + kind + b"Transfer-Encoding: chunked\r\n\r\n"
    scene.web.page("/endless/info/refs", endless(head))
    return f"git+{scene.web.url('/endless')}//x.cfg"


def _git_escapes(scene: Scene) -> str:
    kind = b"Content-Type: application/x-git-upload-pack-advertisement\r\n"
    said = b"ERR \x1b[2J\x1b]0;owned\x07 gone"
    body = b"001e# service=git-upload-pack\n0000%04x" % (len(said) + 4) + said
    head = b"HTTP/1.1 200 OK\r\n" + kind + b"Content-Length: %d\r\n\r\n" % len(body)
    scene.web.page("/esc/info/refs", lambda h: h.wfile.write(head + body))
    return f"git+{scene.web.url('/esc')}//x.cfg"


LINKS = {
    "a link out of the repository": (lambda s: _committed(s, "l1", _link("/etc/hosts")) + "//x.cfg",
                                     "symbolic link"),
    "a link to another file of it": (lambda s: _committed(s, "l2", _link("good.cfg")) + "//x.cfg",
                                     "symbolic link"),
    "a link to a device": (lambda s: _committed(s, "l3", _link("/dev/zero")) + "//x.cfg",
                           "symbolic link"),
    "a folder that is a link": (lambda s: _committed(s, "l4", _linked_folder) + "//dir/passwd",
                                "no such file"),
    "a submodule": (lambda s: _index_only(s, "sub", "160000"), "submodule"),
    "a tree bomb": (_tree_bomb, "a folder"),
    "a file that is too large": (_large_file, "larger than 1,000,000 bytes"),
    "a pack that is too large": (_pack_bomb, "of more than"),
    "a repository that moved elsewhere": (_git_elsewhere, "has moved"),
    "an endless git server": (_endless_git, "took longer than 3 s"),
    "escapes in what git says": (_git_escapes, "?[2J"),
}  # fmt: skip
