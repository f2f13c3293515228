"""Steps of a set-up: shown as they go, quiet if they go well, one sentence if they do not.

Standard library only; see `bootstrap`.
"""

from __future__ import annotations

import os
import subprocess
import time

NEEDED_MB = 600
LINES_SHOWN = 15


class Trouble(Exception):
    """What is wrong and what to do about it, in one sentence for the person at the terminal."""


class StepFailedError(Trouble):
    """A step ended badly for a reason that another way of doing it may not have."""


class NoNetworkError(StepFailedError):
    """The package index does not answer."""


def speaks_spanish() -> bool:
    """Say whether the terminal's language is Spanish."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    language = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return language.startswith("es")


def say(es: str, en: str) -> str:
    """Return the sentence in the language of the terminal; any but Spanish reads English."""
    return es if speaks_spanish() else en


def step(title: str, command: list[str], lock: int) -> None:
    """Run one step, showing its name at once and its time at the end.

    `lock` is a descriptor that the command keeps open for as long as it lives.

    Raises:
        StepFailedError: it failed; what it printed has been shown.
        Trouble: it failed for a reason that no other way would avoid.
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
    print(say("no", "failed"))
    print("\n".join("    " + line for line in done.stdout.splitlines()[-LINES_SHOWN:]))
    raise _trouble(title, done.stdout)


def _clean_environment() -> dict[str, str]:
    # Someone else's venv or module path must not leak into ours.
    foreign = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "UV_SYSTEM_PYTHON", "PIP_TARGET")
    return {name: value for name, value in os.environ.items() if name not in foreign}


def _trouble(title: str, output: str) -> Trouble:
    text = output.lower()
    if "no space left" in text or "disk quota" in text:
        return Trouble(
            say(
                "el disco se ha llenado; libera unos {} MB y repite.",
                "the disk has filled up; free about {} MB and start again.",
            ).format(NEEDED_MB)
        )
    signs = ("name resolution", "name or service", "dns error", "newconnectionerror", "unreachable")
    if any(
        sign in text for sign in (*signs, "connection refused", "failed to connect", "timed out")
    ):
        return NoNetworkError(
            say(
                "no se puede llegar al índice de paquetes de Python; comprueba la red (o el proxy) "
                "y repite.",
                "the Python package index cannot be reached; check the network (or the proxy) and "
                "start again.",
            )
        )
    return StepFailedError(
        say(
            "el paso «{}» ha fallado por lo que se lee arriba; corrígelo y repite.",
            "the step “{}” failed for the reason shown above; mend it and start again.",
        ).format(title)
    )


def quiet(command: list[str]) -> int:
    """Run a command for its exit code alone; 127 if it cannot be started."""
    nothing = subprocess.DEVNULL
    try:
        return subprocess.call(command, stdin=nothing, stdout=nothing, stderr=nothing)
    except OSError:
        return 127
