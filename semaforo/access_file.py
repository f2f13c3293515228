"""`up.json` in the data folder: the server's address, sign-in links and tokens, for scripts."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from semaforo.first_start import Access

NAME = "up.json"


def read(data_dir: Path) -> dict[str, Any]:
    """Return what the last start has written; empty if there is no readable file."""
    try:
        found = json.loads((data_dir / NAME).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write(data_dir: Path, url: str, access: "Access") -> None:
    """Write the information that the banner shows."""
    content: dict[str, Any] = {"url": url}
    if access.setup:
        content["setup"] = access.setup_link(url)
    for role, person in access.people.items():
        content[role] = {"sign_in": person.sign_in(url), "token": person.token}
    _write_atomically(data_dir, content)


def update_url(data_dir: Path, url: str) -> dict[str, Any]:
    """Replace the last start's address by this one's, and return the content.

    Called before anything else starts, so that no script reads an address that is out of date.
    """
    found = read(data_dir)
    if old := found.get("url"):
        moved = json.loads(json.dumps(found).replace(f'"{old}', f'"{url}'))
        if moved != found:
            _write_atomically(data_dir, moved)
        return dict(moved)
    return found


def _write_atomically(data_dir: Path, content: dict[str, Any]) -> None:
    """Write the file atomically, readable by its owner only."""
    fresh = data_dir / "up.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2)
    fresh.rename(data_dir / NAME)
