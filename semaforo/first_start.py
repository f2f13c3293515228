"""What a start prepares in the database: the demo course, and the link to the first administrator.

A server begins empty if that is wanted, or with the demo course. One that has accounts and no demo
course is somebody's own: it never gets the demo.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from semaforo import demo
from semaforo.terminal import CommandError
from server.actions import administrators, courses
from server.models import User
from server.settings import Settings
from server.storage.database import Database


@dataclass(frozen=True)
class Access:
    """What the banner and `up.json` show.

    people  Credentials of the demo's "teacher" and "student"; none without the demo.
    setup   Secret of the link that makes the first administrator; empty once there is one.
    """

    people: dict[str, demo.Access]
    setup: str

    def setup_link(self, url: str) -> str:
        """Return the address of that link; empty if there is none."""
        return f"{url}/setup/{self.setup}" if self.setup else ""


async def prepare(
    database: Database, settings: Settings, earlier: dict[str, Any], *, empty: bool
) -> Access:
    """Prepare the database of a start; `earlier` is the `up.json` of the previous one.

    Raises:
        CommandError: it is to be empty, and holds the demo course.
    """
    async with database.read() as session:
        has_demo = await courses.find_course(session, demo.COURSE) is not None
        has_people = await session.scalar(select(User.id).limit(1)) is not None
    if empty and has_demo:
        raise _demo_is_there(settings.data_dir)
    wants_demo = has_demo or not (empty or has_people)
    people = await demo.prepare(database, settings, earlier) if wants_demo else {}
    async with database.write() as session:
        secret = str(earlier.get("setup", "")).rpartition("/")[2]
        setup = await administrators.renew_setup_secret(session, secret, datetime.now(UTC))
        await session.commit()
    return Access(people, setup)


def _demo_is_there(folder: Path) -> CommandError:
    return CommandError(
        "The data folder {folder} holds the demo course. For an empty server choose another "
        "folder: --empty --data-dir FOLDER",
        folder=folder,
    )
