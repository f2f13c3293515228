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
from pathlib import Path
from typing import Final

from graders.catalogue.libraries import FILE_NAME, LibraryStore, Lock
from graders.catalogue.manifest import Exercise
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
    *,
    wheels: Path | None = None,
    most_seconds: float = MOST_SECONDS,
    most_bytes: int = MOST_BYTES,
) -> Path:
    """Install a lock unless it is installed, and return the folder to import from.

    wheels  A folder to take them from; nothing is fetched then.

    Raises:
        InstallFailed: a wheel is missing, or has another hash; or it took too long, or too much.
        OSError: the disk is full, or the folder cannot be written to.
    """
    with _alone_in(store):
        if found := store.find(lock):
            return found
        fresh = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=store.folder))
        try:
            # Readable by all: a root worker's sandboxes belong to another user.
            fresh.chmod(0o755)
            (fresh / FILE_NAME).write_text(lock.text, "utf-8")
            deadline = time.monotonic() + most_seconds
            _fetch(fresh, wheels, deadline, most_bytes)
            # Inside the sandbox nothing can be written, so bytecode is made now.
            compiling = ("-m", "compileall", "-q", str(fresh / "site"))
            _run(compiling, fresh, deadline, most_bytes, may_fail=True)
            shutil.rmtree(fresh / "tmp")
            fresh.rename(store.home_of(lock))
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    found = store.find(lock)
    if found is None:
        raise InstallFailed(_NOTHING)
    return found


def find_libraries(exercises: Iterable[Exercise], store: LibraryStore) -> list[Finding]:
    """Return a finding for each exercise that needs libraries."""
    found = []
    for exercise in exercises:
        if lock := exercise.lock:
            holds = store.find(lock) is not None
            words = (_INSTALLED if holds else _MISSING).format(
                exercise=exercise.slug, names=", ".join(lock.names)
            )
            found.append(Finding("libraries", holds, essential=False, detail=words))
    return found


@contextmanager
def _alone_in(store: LibraryStore) -> Iterator[None]:
    """Wait until no other installation changes the store, and remove what killed ones left."""
    store.folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    with (store.folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for left in store.folder.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _fetch(fresh: Path, wheels: Path | None, deadline: float, most_bytes: int) -> None:
    offered = () if wheels is None else ("--no-index", "--find-links", str(wheels.resolve()))
    where = ("--target", str(fresh / "site"), "-r", str(fresh / FILE_NAME))
    _run(("-m", "pip", "install", *_PIP, *offered, *where), fresh, deadline, most_bytes)


def _run(
    arguments: tuple[str, ...],
    fresh: Path,
    deadline: float,
    most_bytes: int,
    *,
    may_fail: bool = False,
) -> None:
    """Run Python until it ends, or exceeds what it may take."""
    (fresh / "tmp").mkdir(exist_ok=True)
    with (fresh / "tmp" / "output").open("w+b") as output:
        process = subprocess.Popen(  # noqa: S603  the lock has been read strictly
            [sys.executable, "-I", *arguments],
            env={**os.environ, "TMPDIR": str(fresh / "tmp")},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            umask=0o022,
        )
        try:
            _wait(process, fresh, deadline, most_bytes)
        finally:
            process.kill()
            process.wait()
        output.seek(0)
        if process.returncode and not may_fail:
            raise InstallFailed(_REFUSED.format(reason=_reason(output.read())))


def _wait(
    process: "subprocess.Popen[bytes]", fresh: Path, deadline: float, most_bytes: int
) -> None:
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_SECONDS)
        if _size_of(fresh) > most_bytes:
            raise InstallFailed(_TOO_LARGE.format(mib=most_bytes >> 20))
        if process.returncode is not None:
            return
        if time.monotonic() > deadline:
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


_INSTALLED: Final = Text(
    "{exercise}: sus bibliotecas están instaladas ({names})",
    "{exercise}: its libraries are installed ({names})",
)
_MISSING: Final = Text(
    "{exercise}: faltan sus bibliotecas ({names}). Hasta que ejecutes «semaforo exercise install "
    "{exercise}», no se puede asignar y sus entregas esperan.",
    "{exercise}: its libraries are not installed ({names}). Until you run “semaforo exercise "
    "install {exercise}”, it cannot be given, and its submissions wait.",
)
_REFUSED: Final = Text("pip no las instala: {reason}", "pip does not install them: {reason}")
_TOO_LARGE: Final = Text("ocupan más de {mib} MiB", "they take more than {mib} MiB")
_TOO_SLOW: Final = Text("la instalación tarda demasiado", "the installation takes too long")
_NOTHING: Final = Text("no contienen ningún archivo", "they hold no file")
