"""`up.json` in the data folder: for scripts, where the server listens and how to sign in."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from semaforo.demo import Access

NAME = "up.json"


def read(data_dir: Path) -> dict[str, Any]:
    """Return what the last start has written; empty if there is nothing to be read."""
    try:
        found = json.loads((data_dir / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(data_dir: Path, url: str, people: "dict[str, Access]") -> None:
    """Write what the screen says."""
    content: dict[str, Any] = {"url": url}
    for who, access in people.items():
        content[who] = {"sign_in": access.sign_in(url), "token": access.token}
    _put(data_dir, content)


def readdress(data_dir: Path, url: str) -> dict[str, Any]:
    """Put this start's address in the place of the last one's, and return the facts.

    Done before anything else starts, so that nobody reads an address where nobody listens.
    """
    found = read(data_dir)
    if old := found.get("url"):
        moved = json.loads(json.dumps(found).replace(f'"{old}', f'"{url}'))
        if moved != found:
            _put(data_dir, moved)
        return dict(moved)
    return found


def _put(data_dir: Path, content: dict[str, Any]) -> None:
    """Readable by us alone, and never half written."""
    fresh = data_dir / "up.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    fresh.rename(data_dir / NAME)
