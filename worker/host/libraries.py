"""Installs the libraries of exercises: wheels only, their hashes checked, nothing of them run.

Each lock gets a folder of its own, made beside its place and renamed when it is complete: a worker
sees all of it or nothing. One installation at a time changes the store, so what an installation
that was killed has left behind can be told, and is removed.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from graders.catalogue.environments import Environments
from graders.catalogue.libraries import FILE_NAME, LibraryStore, Lock
from graders.catalogue.manifest import Exercise
from graders.catalogue.pythons import Interpreter
from graders.text import Text
from worker.host.protections import Finding

MOST_SECONDS: Final = 900.0
MOST_BYTES: Final = 1 << 30
_LOOK_SECONDS: Final = 0.2
_UNFINISHED: Final = ".new-"
_LONGEST_REASON: Final = 500
_PIP: Final = (
    *("--no-input", "--disable-pip-version-check", "--no-cache-dir", "--quiet"),
    *("--require-hashes", "--only-binary=:all:", "--no-deps", "--no-compile"),
)


class InstallFailed(Exception):
    """The libraries could not be installed; `words` say why. What was installed before stays."""

    def __init__(self, words: Text) -> None:
        super().__init__(words.en)
        self.words = words


def install(
    store: LibraryStore,
    lock: Lock,
    python: Interpreter | None = None,
    *,
    wheels: Path | None = None,
    most_seconds: float = MOST_SECONDS,
    most_bytes: int = MOST_BYTES,
    most_wait_seconds: float = MOST_SECONDS,
) -> Path:
    """Install a lock unless it is installed, and return the folder to import from.

    python  The interpreter to install it for; None for the server's own.
    wheels  A folder to take them from; nothing is fetched then.
    most_wait_seconds  How long to wait for another installation to end.

    Raises:
        InstallFailed: a wheel is missing, or has another hash; or it took too long, or too much;
            or another installation did not end.
        OSError: the disk is full, or the folder cannot be written to.
    """
    with _alone_in(store, most_wait_seconds):
        if found := store.find(lock, python):
            return found
        fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=store.folder))
        try:
            # Readable by all: a root worker's sandboxes belong to another user.
            fresh.chmod(0o755)
            (fresh / FILE_NAME).write_text(lock.text, "utf-8")
            bounds = _Bounds(time.monotonic() + most_seconds, most_bytes)
            _fetch(fresh, wheels, python, bounds)
            # Inside the sandbox nothing can be written, so bytecode is made now.
            compiling = (str(_program(python)), "-I", "-m", "compileall", "-q", str(fresh / "site"))
            _run(compiling, fresh, bounds, may_fail=True)
            shutil.rmtree(fresh / "tmp")
            fresh.rename(store.home_of(lock, python))
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    found = store.find(lock, python)
    if found is None:
        raise InstallFailed(_NOTHING)
    return found


def find_environments(exercises: Iterable[Exercise], environments: Environments) -> list[Finding]:
    """Return the interpreters of this machine, and a finding for each exercise that needs more."""
    known = ", ".join(
        f"{one.version} ({one.executable})" for one in environments.interpreters.values()
    )
    found = [Finding("pythons", holds=True, essential=False, detail=Text.same(known))]
    for exercise in exercises:
        if exercise.lock or exercise.python:
            missing = environments.find_missing(exercise)
            words = missing or _THERE.format(exercise=exercise.slug)
            name = "environment"
            found.append(Finding(name, holds=missing is None, essential=False, detail=words))
    return found


@contextmanager
def _alone_in(store: LibraryStore, most_seconds: float) -> Iterator[None]:
    """Wait until no other installation changes the store, and remove what killed ones left.

    Raises:
        InstallFailed: one still does after so many seconds.
    """
    deadline = time.monotonic() + most_seconds
    store.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (store.folder / ".lock").open("w") as held:
        while not _try_lock(held):
            if time.monotonic() > deadline:
                raise InstallFailed(_BUSY.format(seconds=f"{most_seconds:g}"))
            time.sleep(_LOOK_SECONDS)
        for left in store.folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Bounds:
    """When it must be over, on the monotonic clock, and how much it may take."""

    deadline: float
    most_bytes: int


def _program(python: Interpreter | None) -> Path:
    return python.executable if python else Path(sys.executable)


def _fetch(fresh: Path, wheels: Path | None, python: Interpreter | None, bounds: _Bounds) -> None:
    offered = () if wheels is None else ("--no-index", "--find-links", str(wheels.resolve()))
    where = ("--target", str(fresh / "site"), "-r", str(fresh / FILE_NAME))
    # Our pip, run by the other interpreter, which may have none.
    runs_on = ("--python", str(python.executable)) if python else ()
    pip = (sys.executable, "-I", "-m", "pip", *runs_on, "install")
    _run((*pip, *_PIP, *offered, *where), fresh, bounds)


def _run(command: tuple[str, ...], fresh: Path, bounds: _Bounds, *, may_fail: bool = False) -> None:
    """Run a command until it ends, or exceeds what it may take."""
    (fresh / "tmp").mkdir(exist_ok=True)
    with (fresh / "tmp" / "output").open("w+b") as output:
        process = subprocess.Popen(  # noqa: S603  the lock has been read strictly
            command,
            env={**os.environ, "TMPDIR": str(fresh / "tmp")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            umask=0o022,
        )
        try:
            _wait(process, fresh, bounds)
        finally:
            process.kill()
            process.wait()
        output.seek(0)
        if process.returncode and not may_fail:
            raise InstallFailed(_REFUSED.format(reason=_reason(output.read())))


def _wait(process: "subprocess.Popen[bytes]", fresh: Path, bounds: _Bounds) -> None:
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
        if _size_of(fresh) > bounds.most_bytes:
            raise InstallFailed(_TOO_LARGE.format(mib=bounds.most_bytes >> 20))
        if process.returncode is not None:
            return
        if time.monotonic() > bounds.deadline:
            raise InstallFailed(_TOO_SLOW)


def _size_of(folder: Path) -> int:
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.lstat(Path(parent, name)).st_size
            except FileNotFoundError:  # it has just been renamed
                continue
    return size


def _reason(output: bytes) -> str:
    """Return what pip gives as the error, from its last lines."""
    lines = [line.strip() for line in output.decode("utf-8", "replace").splitlines()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return " ".join(errors or lines[-3:])[-_LONGEST_REASON:]


_THERE: Final = Text(
    "«{exercise}»: su Python y sus bibliotecas están instalados",
    "“{exercise}”: its Python and its libraries are installed",
)
_REFUSED: Final = Text("pip no las instala: {reason}", "pip does not install them: {reason}")
_TOO_LARGE: Final = Text("ocupan más de {mib} MiB", "they take more than {mib} MiB")
_TOO_SLOW: Final = Text("la instalación tarda demasiado", "the installation takes too long")
_BUSY: Final = Text(
    "otra instalación no ha terminado en {seconds} s; espera a que acabe, o ciérrala, y repite",
    "another installation has not ended within {seconds} s; wait for it to end, or end it, and "
    "repeat",
)
_NOTHING: Final = Text("no contienen ningún archivo", "they hold no file")
