"""The demo course: a teacher, a student and every exercise.

Created at the first start and not changed afterwards; changes that users make stay.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from server.actions import accounts, assignments, courses, sign_in, tokens
from server.errors import AlreadyAssigned, BadToken, RevokedToken
from server.models import Course, Role, User
from server.settings import Settings
from server.storage.database import Database

COURSE: Final = "asincrono"
TITLE: Final = "Python asíncrono"
ISSUED_BY: Final = "semaforo up"
LINK_LIFETIME: Final = timedelta(days=30)
LINK_USES: Final = 1000
PEOPLE: Final = (
    ("teacher", "teacher@semaforo.localhost", "Ada Profesora", Role.INSTRUCTOR),
    ("student", "student@semaforo.localhost", "Lin Estudiante", Role.STUDENT),
)


@dataclass(frozen=True)
class Access:
    """Credentials of one demo account: the secret of a sign-in link, and a token."""

    link: str
    token: str

    def sign_in(self, url: str) -> str:
        """Return the address of the sign-in link."""
        return f"{url}/sign-in/{self.link}"


async def prepare(
    database: Database, settings: Settings, earlier: dict[str, Any]
) -> dict[str, Access]:
    """Create what is missing of the course; return the credentials of "teacher" and "student".

    Links and tokens in `earlier`, the content of `up.json` from the previous start, are used
    again: what was printed then still works, and starts do not accumulate rows.
    """
    now = datetime.now(UTC)
    catalogue = Catalogue.read(*settings.exercises_dirs)
    async with database.write() as session:
        course = await courses.find_course(session, COURSE)
        if course is None:
            course = await courses.create_course(
                session,
                slug=COURSE,
                title=TITLE,
                timezone=settings.default_timezone,
                now=now,
            )
        await _assign_all(session, course, catalogue)
        people = {}
        for key, email, name, role in PEOPLE:
            user = await accounts.find_user(session, email)
            if user is None:
                user = await accounts.create_user(session, email=email, name=name, now=now)
                await courses.enroll(session, course, user, role, now=now)
            link = await _link(session, user, earlier.get(key, {}).get("sign_in", ""), now)
            token = await _token(session, user, earlier.get(key, {}).get("token", ""), now)
            people[key] = Access(link, token)
        await session.commit()
    return people


async def _assign_all(session: AsyncSession, course: Course, catalogue: Catalogue) -> None:
    for slug in catalogue:
        try:
            await assignments.assign(session, course, slug)
        except AlreadyAssigned:
            continue


async def _link(session: AsyncSession, user: User, earlier: str, now: datetime) -> str:
    secret = earlier.rpartition("/")[2]
    options: dict[str, Any] = {"lifetime": LINK_LIFETIME, "uses": LINK_USES, "now": now}
    if secret and await sign_in.renew_link(session, user, secret, **options):
        return secret
    return await sign_in.create_link(session, user, **options)


async def _token(session: AsyncSession, user: User, earlier: str, now: datetime) -> str:
    try:
        viewer = await tokens.authenticate(session, earlier, now)
        if viewer.user.id == user.id:
            return earlier
    except (BadToken, RevokedToken):
        pass
    _, secret = await tokens.issue(session, user, ISSUED_BY, now)
    return secret
