"""The version of Semáforo. pyproject.toml is the only place that states it."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


def find_version() -> str:
    """Return the version of this checkout, or of the installed package where there is none."""
    try:
        return str(tomllib.loads(_PROJECT.read_text("utf-8"))["project"]["version"])
    except FileNotFoundError:
        pass
    try:
        return version("semaforo")
    except PackageNotFoundError:
        return "unknown"
