"""Which judge decides verdicts: hashes of the code that grades and of what programs run on."""

import hashlib
import sys
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).parents[1]
RUNTIME_LOCK = PROJECT / "graders" / "runtime.lock"


def hash_code(*folders: str) -> str:
    """Return one sha-256, 64 hex digits, over every Python file below these project folders."""
    digest = hashlib.sha256()
    for file in sorted(file for folder in folders for file in (PROJECT / folder).rglob("*.py")):
        digest.update(f"{file.relative_to(PROJECT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


@cache
def kit_hash() -> str:
    """Return the hash of the kit, as this process loaded it."""
    return hash_code("graders/kit")


@cache
def runtime_hash() -> str:
    """Return the hash of the locked students' libraries and of this interpreter's version.

    Equal to what set-up writes beside the libraries it installs (semaforo/bootstrap.py).
    """
    return hashlib.sha256(RUNTIME_LOCK.read_bytes() + f"{sys.version}\n".encode()).hexdigest()
