"""Installation steps: each prints its name and its time; a failed one also prints its output.

Standard library only; see `bootstrap`.
"""

from __future__ import annotations

import os
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Literal

NEEDED_MB = 600
LINES_SHOWN = 15


class SetupError(Exception):
    """The set-up cannot go on: the reason and what to do, in one sentence."""


class StepFailedError(SetupError):
    """A step failed; another way of doing the same may still work."""


class NoNetworkError(StepFailedError):
    """The package index cannot be reached."""


def terminal_language() -> Literal["es", "en"]:
    """Return Spanish, unless LC_ALL, LC_MESSAGES or LANG names another language: then English.

    C and POSIX name none: so it is on CI machines and in containers.
    """
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    locale = next((os.environ[name] for name in names if os.environ.get(name)), "")
    language = locale.replace(".", "_").partition("_")[0]
    return "es" if language in ("", "C", "POSIX", "es") else "en"


def localize(es: str, en: str) -> str:
    """Return the sentence in the language of the terminal."""
    return es if terminal_language() == "es" else en


def step(title: str, command: list[str], lock: int) -> None:
    """Run one step; print its name at the start and its duration at the end.

    `lock` is a file descriptor that the command inherits and holds until it exits.

    Raises:
        StepFailedError: it failed; its last lines have been printed.
        SetupError: it failed, and so would any other way of doing it.
    """
    print(f"  {title:<34}", end="", flush=True)
    start = time.monotonic()
    done = subprocess.run(
        command,
        check=False,
        env=_clean_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        pass_fds=[lock],
    )
    if done.returncode == 0:
        print(f"{time.monotonic() - start:5.1f} s")
        return
    print(localize("no", "failed"))
    print("\n".join("    " + line for line in done.stdout.splitlines()[-LINES_SHOWN:]))
    raise _diagnose_failure(title, done.stdout)


def _clean_environment() -> dict[str, str]:
    # An active venv or a module path of the caller must not affect ours.
    foreign = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "UV_SYSTEM_PYTHON", "PIP_TARGET")
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    # Sphinx refuses a locale that this machine has not, as ssh brings it from another.
    return kept | {"LC_ALL": "C"}


def _diagnose_failure(title: str, output: str) -> SetupError:
    text = output.lower()
    if "no space left" in text or "disk quota" in text:
        return SetupError(
            localize(
                "el disco se ha llenado; libera unos {} MB y vuelve a intentarlo.",
                "the disk is full; free about {} MB and try again.",
            ).format(NEEDED_MB)
        )
    signs = ("name resolution", "name or service", "dns error", "newconnectionerror", "unreachable")
    if any(
        sign in text for sign in (*signs, "connection refused", "failed to connect", "timed out")
    ):
        return NoNetworkError(
            localize(
                "no se puede acceder al índice de paquetes de Python; comprueba la red (o el "
                "proxy) y vuelve a intentarlo.",
                "the Python package index cannot be reached; check the network (or the proxy) and "
                "try again.",
            )
        )
    return StepFailedError(
        localize(
            "el paso «{}» ha fallado; el motivo está justo encima. Corrígelo y vuelve a "
            "intentarlo.",
            "the step “{}” failed; the reason is printed above. Fix it and try again.",
        ).format(title)
    )


def run_quietly(command: list[str]) -> int:
    """Run a command without output and return its exit code; 127 if it cannot be started."""
    nothing = subprocess.DEVNULL
    try:
        return subprocess.call(command, stdin=nothing, stdout=nothing, stderr=nothing)
    except OSError:
        return 127
