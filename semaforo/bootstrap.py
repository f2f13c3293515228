"""Install .venv and .runtime from the lock files; `dev.py` does this before anything else.

Standard library only, in syntax that Python 3.7 can parse, so that an old interpreter can say
what is missing. An unfinished installation has no stamp file and is made again from scratch.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from semaforo.interpreters import find_python, is_usable
from semaforo.steps import (
    NEEDED_MB,
    NoNetworkError,
    SetupError,
    StepFailedError,
    localize,
    run_quietly,
    step,
)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "semaforo-stamp.json"
RUNTIME = ROOT / ".runtime"
RUNTIME_LOCK = ROOT / "graders" / "runtime.lock"
DOCS = ROOT / "docs"
MANUAL = RUNTIME / "manual"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
UV_LOCK = ROOT / "requirements-setup.lock"
WAIT_SECONDS = 600


def set_up(kind: str) -> None:
    """Install .venv from the lock of `kind` ("run" or "dev") and .runtime, unless up to date.

    Raises:
        SetupError: it failed; the message says what to do.
    """
    if sys.platform != "linux":
        raise SetupError(
            localize(
                "necesita Linux: el sandbox usa espacios de nombres del kernel. "
                "En otro sistema, úsalo dentro de una máquina virtual Linux.",
                "needs Linux: the sandbox uses kernel namespaces. "
                "On another system, use it inside a Linux virtual machine.",
            )
        )
    os.umask(0o022)
    with _exclusive_lock() as lock:
        if not _is_installed(kind):
            _install(kind, lock)
        # Every time, so that an older installation gets the current form of the command.
        _make_importable()
        if not _is_runtime_built():
            _build_runtime(lock)
        # An image is made in two steps, and the first has no docs yet.
        if DOCS.is_dir() and not _is_manual_built():
            _build_manual(lock)


@contextlib.contextmanager
def _exclusive_lock() -> Iterator[int]:
    """Let one set-up at a time change .venv.

    Yields the lock's file descriptor. Installers inherit it: an installer whose parent was killed
    still holds the lock until it exits.
    """
    RUNTIME.mkdir(exist_ok=True)
    with (RUNTIME / "set-up.lock").open("w") as lock:
        deadline = time.monotonic() + WAIT_SECONDS
        announced = False
        while not _try_lock(lock.fileno()):
            if not announced:
                print(localize("Esperando a otra instalación…", "Waiting for another set-up…"))
                announced = True
            if time.monotonic() > deadline:
                raise SetupError(
                    localize(
                        "otra instalación no termina; deténla y vuelve a intentarlo.",
                        "another set-up is still running; stop it and try again.",
                    )
                )
            time.sleep(0.1)
        yield lock.fileno()


def _try_lock(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_installed(kind: str) -> bool:
    """Return whether .venv matches the lock of `kind`; the dev lock includes the run lock."""
    done = _read_stamp()
    return bool(done) and any(done.get(lock) == _digest(LOCKS[lock]) for lock in (kind, "dev"))


def _read_stamp() -> dict[str, str]:
    """Return the digests of the locks installed in .venv; empty if unfinished, moved or broken."""
    try:
        done: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return done if done.get("root") == str(ROOT) and is_usable(str(PYTHON)) else {}


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _install(kind: str, lock: int) -> None:
    done = _read_stamp()
    _require_disk_space()
    print(localize("Preparando Semáforo:", "Setting Semáforo up:"))
    if not done:
        python = find_python()
        step("Python", [python, "-I", "-m", "venv", "--clear", str(VENV)], lock)
        _install_uv(lock)
    # Without a stamp the venv counts as unfinished, whatever happens below.
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    # Taken first: another version of the lock may be checked out while this one is installed.
    digest = _digest(LOCKS[kind])
    _install_packages(localize("bibliotecas", "packages"), ["-r", str(LOCKS[kind])], lock)
    done.update({"root": str(ROOT), kind: digest})
    STAMP.write_text(json.dumps(done))


def _install_uv(lock: int) -> None:
    """Install uv, which is four times as fast as pip; continue without it if that fails."""
    try:
        step("uv", [*_pip(), "--require-hashes", "-r", str(UV_LOCK)], lock)
    except NoNetworkError:
        raise
    except StepFailedError:
        pass


def _require_disk_space() -> None:
    free_mb = shutil.disk_usage(str(ROOT)).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise SetupError(
            localize(
                "el disco está lleno: quedan {} MB y hacen falta {}; libera espacio y vuelve a "
                "intentarlo.",
                "the disk is full: {} MB are left and {} are needed; free some space and "
                "try again.",
            ).format(free_mb, NEEDED_MB)
        )


def _pip() -> list[str]:
    return [str(PYTHON), "-I", "-m", "pip", "install", "--no-input", "--retries", "2", "-q"]


def _install_packages(title: str, what: list[str], lock: int) -> None:
    """Install from a lock with hashes checked, by uv or, if that fails, by pip."""
    uv = VENV / "bin" / "uv"
    if uv.exists():
        quick = [str(uv), "pip", "install", "--python", str(PYTHON), "--require-hashes", *what]
        try:
            return step(title, quick, lock)
        except StepFailedError:
            print(localize("  uv ha fallado; se intenta con pip.", "  uv failed; trying pip."))
    return step(title, [*_pip(), "--require-hashes", *what], lock)


def _make_importable() -> None:
    """Add the checkout to the venv's path and create the `semaforo` command in its bin."""
    (site,) = VENV.glob("lib/python3.*/site-packages")
    # -I ignores the current folder and PYTHONPATH: files there are not ours.
    python = shlex.quote(str(PYTHON))
    command = VENV / "bin" / "semaforo"
    wanted = {
        site / "semaforo.pth": f"{ROOT}\n",
        command: f'#!/bin/sh\nexec {python} -I -m semaforo "$@"\n',
    }
    for file, content in wanted.items():
        if not file.is_file() or file.read_text() != content:
            file.write_text(content)
    command.chmod(0o755)


def _runtime_hash() -> str:
    """Return the SHA-256 of the students' libraries and interpreter; every report carries it."""
    version = subprocess.check_output([str(PYTHON), "-I", "-c", "import sys; print(sys.version)"])
    return hashlib.sha256(RUNTIME_LOCK.read_bytes() + version).hexdigest()


def _is_runtime_built() -> bool:
    try:
        return (RUNTIME / "hash").read_text() == _runtime_hash() and (RUNTIME / "site").is_dir()
    except OSError:
        return False


def _build_runtime(lock: int) -> None:
    """Install the students' libraries in a new folder, then replace the old one by a rename."""
    fresh, site = RUNTIME / "site.new", RUNTIME / "site"
    shutil.rmtree(str(fresh), ignore_errors=True)
    title = localize("bibliotecas de los estudiantes", "students' libraries")
    _install_packages(title, ["--target", str(fresh), "-r", str(RUNTIME_LOCK)], lock)
    # The folder is read-only inside the sandbox, so bytecode cannot be cached there later.
    run_quietly([str(PYTHON), "-I", "-m", "compileall", "-q", str(fresh)])
    with contextlib.suppress(FileNotFoundError):
        (RUNTIME / "hash").unlink()
    shutil.rmtree(str(site), ignore_errors=True)
    fresh.rename(site)
    (RUNTIME / "hash").write_text(_runtime_hash())


def _manual_hash() -> str:
    """sha-256 of what the manual is made from: its pages, the kit they describe, the builder."""
    digest = hashlib.sha256(LOCKS["run"].read_bytes())
    files = [
        path for path in DOCS.rglob("*") if path.is_file() and path.suffix not in (".pyc", ".mo")
    ]
    for file in sorted([*files, *(ROOT / "graders" / "kit").rglob("*.py")]):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def _is_manual_built() -> bool:
    try:
        return (MANUAL / "hash").read_text() == _manual_hash()
    except OSError:
        return False


def _build_manual(lock: int) -> None:
    """Build the pages of docs/ for the server, in every language, and put them in place."""
    fresh = RUNTIME / "manual.new"
    shutil.rmtree(str(fresh), ignore_errors=True)
    sphinx = [str(PYTHON), "-I", "-m", "sphinx", "-W", "-q", "-b", "json", "-c", str(DOCS)]
    for language in ("es", "en"):
        pages, built = str(DOCS / language), str(fresh / language)
        command = [*sphinx, "-d", str(fresh / "doctrees"), "-D", f"language={language}"]
        step(localize("manual", "manual") + f" ({language})", [*command, pages, built], lock)
    shutil.rmtree(str(fresh / "doctrees"))
    (fresh / "hash").write_text(_manual_hash())
    shutil.rmtree(str(MANUAL), ignore_errors=True)
    fresh.rename(MANUAL)
