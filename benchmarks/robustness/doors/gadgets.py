"""What a pickle can call: each would leave the marker, if anything called it."""

from __future__ import annotations

import marshal
import os
import pickle
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any


class Call:
    """Pickled, it is a call of a function; `state` is set on what the call returned."""

    def __init__(self, name: str, *arguments: Any, state: Any = None) -> None:
        module, _, path = name.partition(":")
        function = import_module(module)
        for part in path.split("."):
            function = getattr(function, part)
        self._parts = (function, arguments) if state is None else (function, arguments, state)

    def __reduce__(self) -> Any:
        return self._parts


def gadgets(marker: Path) -> Iterator[tuple[str, Any]]:
    """Names and values. What they would do is in their names; all would touch the marker."""
    yield from _programs(str(marker))
    yield from _python(str(marker))
    yield from _files(str(marker))
    yield from _libraries(str(marker))
    yield from _of_art(str(marker))
    yield from _processes(str(marker))
    yield from _chains(str(marker))


def _programs(m: str) -> Iterator[tuple[str, Any]]:
    touch = f"touch {m}"
    for name in ("os:system", "posix:system", "os:popen", "subprocess:getoutput",
                 "subprocess:getstatusoutput"):  # fmt: skip
        yield name, Call(name, touch)
    for name in ("Popen", "call", "check_call", "check_output", "run"):
        yield f"subprocess:{name}", Call(f"subprocess:{name}", ["touch", m])
    yield "os:posix_spawn", Call("os:posix_spawn", "/usr/bin/touch", ["touch", m], {})
    yield "os:spawnlp", Call("os:spawnlp", 0, "touch", "touch", m)
    yield "os:execlp", Call("os:execlp", "touch", "touch", m)
    yield "pty:spawn", Call("pty:spawn", ["touch", m])
    yield "_posixsubprocess", Call("_posixsubprocess:fork_exec", [b"touch", m.encode()])
    yield "asyncio", Call("asyncio:create_subprocess_shell", touch)


def _python(m: str) -> Iterator[tuple[str, Any]]:
    code = f"open({m!r}, 'w').close()"
    for name in ("builtins:eval", "builtins:exec", "timeit:timeit", "cProfile:run", "profile:run",
                 "pdb:run", "trace:Trace.run", "bdb:Bdb.run"):  # fmt: skip
        yield name, Call(name, code)
    yield "builtins:compile", Call("builtins:compile", code, m, "exec")
    yield "marshal:loads", Call("marshal:loads", marshal.dumps(compile(code, m, "exec")))
    yield "pickle:loads", Call("pickle:loads", pickle.dumps(Call("os:system", f"touch {m}")))
    yield "_pickle:loads", Call("_pickle:loads", pickle.dumps(Call("os:mkdir", m)))
    yield "code:interact", Call("code:InteractiveInterpreter.runsource", None, code)
    yield "importlib", Call("importlib:import_module", "artknock")
    yield "builtins:__import__", Call("builtins:__import__", "artknock")
    yield "runpy:run_module", Call("runpy:run_module", "artknock")
    yield "runpy:run_path", Call("runpy:run_path", "artknock.py")
    yield "pydoc:locate", Call("pydoc:locate", "artknock.x")
    yield "pkgutil:resolve_name", Call("pkgutil:resolve_name", "artknock:x")
    yield "site:addsitedir", Call("site:addsitedir", ".")
    yield "collections:namedtuple", Call("collections:namedtuple", "x", f"a={code}")
    yield "dataclasses", Call("dataclasses:make_dataclass", "A", [("x", code)])
    yield "typing:get_type_hints", Call("typing:ForwardRef._evaluate", code, {}, {}, frozenset())


def _files(m: str) -> Iterator[tuple[str, Any]]:
    for name in ("builtins:open", "io:open", "codecs:open", "io:FileIO", "gzip:open", "bz2:open",
                 "lzma:open", "tarfile:open", "zipfile:ZipFile"):  # fmt: skip
        yield name, Call(name, m, "w")
    for name in ("os:mkdir", "os:makedirs", "os:mkfifo", "sqlite3:connect", "dbm:open",
                 "shelve:open", "logging:FileHandler"):  # fmt: skip
        yield name, Call(name, m, *("c",) * (name in ("dbm:open", "shelve:open")))
    yield "os:open", Call("os:open", m, os.O_CREAT | os.O_WRONLY)
    yield "os:symlink", Call("os:symlink", "/etc/passwd", m)
    yield "os:remove", Call("os:remove", "keep.me")
    yield "shutil:rmtree", Call("shutil:rmtree", "keep")
    yield "shutil:copy", Call("shutil:copy", "/etc/hostname", m)
    yield "pathlib:Path.touch", Call("pathlib:Path.write_text", Path(m), "x")


def _libraries(m: str) -> Iterator[tuple[str, Any]]:
    evil = pickle.dumps(Call("os:system", f"touch {m}"))
    yield "torch:load", Call("torch:load", "other.pt")
    yield "torch:save", Call("torch:save", [1], m)
    yield "torch.storage", Call("torch.storage:_load_from_bytes", evil)
    yield "torch.serialization", Call("torch.serialization:_legacy_load", evil, None, 1)
    yield "torch.hub:load", Call("torch.hub:load", "owner/artknock", "x")
    yield "torch.hub:download", Call("torch.hub:download_url_to_file", "http://127.0.0.1:9/x", m)
    yield "torch.jit:load", Call("torch.jit:load", "other.pt")
    yield "torch.jit:CompilationUnit", Call("torch.jit:CompilationUnit", "def f():\n  return 1")
    yield "torch.ops", Call("torch:_ops._Ops.load_library", None, "artknock.so")
    yield "torch.classes", Call("torch:_classes._Classes.load_library", None, "artknock.so")
    yield "torch.fx", Call("torch.fx.graph_module:reduce_graph_module", {"_code": m}, "import os")
    yield "torch.distributed", Call("torch.distributed:init_process_group", "gloo")
    yield "torch.nn.Module", Call("torch.nn:Linear", 1, 1, state={"_modules": {}, "evil": m})
    yield "torch.package", Call("torch.package:PackageImporter", "other.pt")
    yield "numpy:save", Call("numpy:save", f"{m}.npy", [1])
    yield "numpy:load", Call("numpy:load", "other.npy", None, True)
    yield "numpy:fromfile", Call("numpy:fromfile", "/etc/passwd")
    yield "numpy:memmap", Call("numpy:memmap", m, "uint8", "w+", 0, (1,))
    yield "numpy:ndarray.tofile", Call("numpy:ndarray.tofile", [1], m)
    yield "joblib:load", Call("joblib:load", "other.pt")
    yield "yaml:unsafe_load", Call("yaml:unsafe_load", f'!!python/object/apply:os.mkdir ["{m}"]')
    yield "jinja2:Template", Call("jinja2:Template", "{{ cycler.__init__.__globals__.os }}")
    yield "ctypes:CDLL", Call("ctypes:CDLL", "artknock.so")
    yield "matplotlib", Call("matplotlib:rc_file", "artknock.rc")
    yield "lightning_fabric", Call("lightning_fabric.utilities.cloud_io:_load", "other.pt")
    yield "confection", Call("confection:registry.resolve", {"a": {"@os": "system"}})


def _of_art(m: str) -> Iterator[tuple[str, Any]]:
    yield "art.core.process", Call("art.core.process:first_line", ["touch", m], Path())
    yield "art.core.files", Call("art.core.files:atomic_write", Path(m), "x")
    yield "art.core.code", Call("art.core.code:load_code", ["artknock.py"])
    yield "art.training", Call("art.training.checkpoints.door:save_checkpoint", {}, Path(m))
    yield "art.cli", Call("art.cli.app:run", ["init", "config", m])
    yield "art:train", Call("art:train", "config.cfg")


def _processes(m: str) -> Iterator[tuple[str, Any]]:
    yield "os:_exit", Call("os:_exit", 0)
    yield "sys:exit", Call("sys:exit", 0)
    yield "os:kill", Call("os:kill", os.getppid(), 0)
    yield "os:fork", Call("os:fork")
    yield "signal:raise_signal", Call("signal:raise_signal", 9)
    yield "atexit:register", Call("atexit:register", os.mkdir, m)
    yield "multiprocessing", Call("multiprocessing:Process", None, os.mkdir, "x", (m,))
    yield "threading", Call("threading:Timer", 0, os.mkdir, (m,))
    yield "os:putenv", Call("os:putenv", "PYTHONSTARTUP", m)
    yield "socket", Call("socket:create_connection", ("127.0.0.1", 9))
    yield "urllib", Call("urllib.request:urlopen", "http://127.0.0.1:9/x")
    yield "webbrowser", Call("webbrowser:open", "http://127.0.0.1:9/x")
    yield "os:abort", Call("os:abort")


def _chains(m: str) -> Iterator[tuple[str, Any]]:
    """Calls by way of something harmless."""
    found = Call("importlib:import_module", "os")
    yield "getattr", Call("builtins:getattr", found, "system")
    yield "map", Call("builtins:list", Call("builtins:map", os.mkdir, [m]))
    yield "filter", Call("builtins:any", Call("builtins:filter", os.mkdir, [m]))
    yield "functools:partial", Call("functools:reduce", os.mkdir, [m, 511])
    yield "operator:methodcaller", Call("operator:methodcaller", "mkdir", m)
    yield "OrderedDict", Call("collections:OrderedDict", [("a", Call("os:mkdir", m))])
    yield "defaultdict", Call("collections:defaultdict", Call("os:mkdir", m))
    yield "Tensor", Call("torch._utils:_rebuild_tensor_v2", Call("os:mkdir", m), 0, (1,), (1,))
    yield "Parameter", Call("torch._utils:_rebuild_parameter", Call("os:mkdir", m), True, {})
    yield "from_type", Call("torch._tensor:_rebuild_from_type_v2", os.mkdir, str, (m,), None)
    yield "set", Call("builtins:set", [Call("os:mkdir", m)])
    yield "state", Call("collections:OrderedDict", state={"evil": Call("os:mkdir", m)})
    yield "numpy scalar", Call("numpy.core.multiarray:_reconstruct", Call("os:mkdir", m), (0,), b"")
