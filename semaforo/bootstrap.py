"""Make .venv and .runtime out of the locks: what `dev.py` does before anything else.

Standard library only, and in words that Python 3.7 reads too, so that an old one can say what is
missing. An unfinished set-up is told by its missing stamp, and made again from nothing.
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
    StepFailedError,
    Trouble,
    quiet,
    say,
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
    """Make .venv from the lock of `kind` ("run" or "dev") and .runtime, unless they stand already.

    Raises:
        Trouble: it could not be done; says what to do.
    """
    if sys.platform != "linux":
        raise Trouble(
            say(
                "necesita Linux: su sandbox está hecho de espacios de nombres del kernel. "
                "En otro sistema, úsalo dentro de una máquina virtual Linux.",
                "needs Linux: its sandbox is made of kernel namespaces. "
                "On another system, use it inside a Linux virtual machine.",
            )
        )
    os.umask(0o022)
    with _only_one() as lock:
        if not _is_installed(kind):
            _install(kind, lock)
        # Every time, so that an older set-up gets a command that is made as it is now.
        _make_importable()
        if not _is_runtime_built():
            _build_runtime(lock)
        # An image is made in two steps, and the first has no docs yet.
        if DOCS.is_dir() and not _is_manual_built():
            _build_manual(lock)


@contextlib.contextmanager
def _only_one() -> Iterator[int]:
    """Let one set-up at a time touch .venv.

    Yields the lock's descriptor. Installers inherit it, so that one whose parent was killed still
    keeps others out until it has ended.
    """
    RUNTIME.mkdir(exist_ok=True)
    with (RUNTIME / "set-up.lock").open("w") as lock:
        deadline = time.monotonic() + WAIT_SECONDS
        announced = False
        while not _is_taken(lock.fileno()):
            if not announced:
                print(say("Esperando a otra instalación…", "Waiting for another set-up…"))
                announced = True
            if time.monotonic() > deadline:
                raise Trouble(
                    say(
                        "otra instalación no termina; ciérrala y repite.",
                        "another set-up does not end; end it and start again.",
                    )
                )
            time.sleep(0.1)
        yield lock.fileno()


def _is_taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_installed(kind: str) -> bool:
    """Say whether .venv holds what the lock of `kind` asks for; the dev lock includes the other."""
    done = _stamp()
    return bool(done) and any(done.get(held) == _digest(LOCKS[held]) for held in (kind, "dev"))


def _stamp() -> dict[str, str]:
    """Return what stands in .venv, by lock; empty if it is unfinished, moved or broken."""
    try:
        done: dict[str, str] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return done if done.get("root") == str(ROOT) and is_usable(str(PYTHON)) else {}


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _install(kind: str, lock: int) -> None:
    done = _stamp()
    _need_space()
    print(say("Preparando Semáforo:", "Setting Semáforo up:"))
    if not done:
        python = find_python()
        step("Python", [python, "-I", "-m", "venv", "--clear", str(VENV)], lock)
        _get_uv(lock)
    # Without its stamp the venv counts as unfinished, however this ends.
    with contextlib.suppress(FileNotFoundError):
        STAMP.unlink()
    _add_packages(say("bibliotecas", "packages"), ["-r", str(LOCKS[kind])], lock)
    done.update({"root": str(ROOT), kind: _digest(LOCKS[kind])})
    STAMP.write_text(json.dumps(done))


def _get_uv(lock: int) -> None:
    """Install uv, which is four times as fast as pip; go on without where there is none."""
    try:
        step("uv", [*_pip(), "--require-hashes", "-r", str(UV_LOCK)], lock)
    except NoNetworkError:
        raise
    except StepFailedError:
        pass


def _need_space() -> None:
    free_mb = shutil.disk_usage(str(ROOT)).free // 1_000_000
    if free_mb < NEEDED_MB:
        raise Trouble(
            say(
                "el disco está lleno: quedan {} MB y hacen falta {}; libera espacio y repite.",
                "the disk is full: {} MB are left and {} are needed; free some and start again.",
            ).format(free_mb, NEEDED_MB)
        )


def _pip() -> list[str]:
    return [str(PYTHON), "-I", "-m", "pip", "install", "--no-input", "--retries", "2", "-q"]


def _add_packages(title: str, what: list[str], lock: int) -> None:
    """Install from a lock, hashes checked: quickly by uv, or by pip where uv cannot."""
    uv = VENV / "bin" / "uv"
    if uv.exists():
        quick = [str(uv), "pip", "install", "--python", str(PYTHON), "--require-hashes", *what]
        try:
            return step(title, quick, lock)
        except StepFailedError:
            print(say("  uv no puede; se intenta con pip.", "  uv cannot; trying with pip."))
    return step(title, [*_pip(), "--require-hashes", *what], lock)


def _make_importable() -> None:
    """Put the checkout on the venv's path and the `semaforo` command into its bin."""
    (site,) = VENV.glob("lib/python3.*/site-packages")
    # -I: what lies in the folder it is typed in, or where PYTHONPATH points, is not ours.
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
    """sha-256 that names the students' libraries and interpreter; every report carries it."""
    version = subprocess.check_output([str(PYTHON), "-I", "-c", "import sys; print(sys.version)"])
    return hashlib.sha256(RUNTIME_LOCK.read_bytes() + version).hexdigest()


def _is_runtime_built() -> bool:
    try:
        return (RUNTIME / "hash").read_text() == _runtime_hash() and (RUNTIME / "site").is_dir()
    except OSError:
        return False


def _build_runtime(lock: int) -> None:
    """Install the students' libraries beside the old ones, then put them in place in one move."""
    fresh, site = RUNTIME / "site.new", RUNTIME / "site"
    shutil.rmtree(str(fresh), ignore_errors=True)
    title = say("bibliotecas de los estudiantes", "students' libraries")
    _add_packages(title, ["--target", str(fresh), "-r", str(RUNTIME_LOCK)], lock)
    # Read-only inside the sandbox, so nobody could keep compiled files there later.
    quiet([str(PYTHON), "-I", "-m", "compileall", "-q", str(fresh)])
    with contextlib.suppress(FileNotFoundError):
        (RUNTIME / "hash").unlink()
    shutil.rmtree(str(site), ignore_errors=True)
    fresh.rename(site)
    (RUNTIME / "hash").write_text(_runtime_hash())


def _manual_hash() -> str:
    """sha-256 of what the manual is made from: its pages, the kit they describe, the builder."""
    digest = hashlib.sha256(LOCKS["run"].read_bytes())
    files = [path for path in DOCS.rglob("*") if path.is_file() and path.suffix != ".pyc"]
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
        step(say("manual", "manual") + f" ({language})", [*command, pages, built], lock)
    shutil.rmtree(str(fresh / "doctrees"))
    (fresh / "hash").write_text(_manual_hash())
    shutil.rmtree(str(MANUAL), ignore_errors=True)
    fresh.rename(MANUAL)
