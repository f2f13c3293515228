"""Letting in people whom an OpenID Connect provider has authenticated.

Accounts are found by the e-mail address that the provider vouches for. A claim gives roles and
never takes one away: staff may have given it for another reason.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Language
from server.access import Viewer
from server.actions import accounts, administrators, audit, passwords
from server.errors import EmailTaken, InvalidEmail, InvalidText
from server.errors.openid import NoAccountForEmail
from server.models import Course, Enrollment, Role, User
from server.openid.identity import Identity
from server.openid.options import Grant

# What the audit log says of where a change comes from.
_SOURCE: Final = {"by": "OpenID Connect"}
_BY_RIGHTS: Final = (Role.STUDENT, Role.GRADER, Role.INSTRUCTOR)


async def admit(
    session: AsyncSession,
    identity: Identity,
    *,
    makes_accounts: bool,
    language: Language,
    now: datetime,
) -> User:
    """Return the account of this person, made if `makes_accounts`.

    Raises:
        NoAccountForEmail: there is none, and none is made.
    """
    user = await accounts.find_user(session, identity.email)
    if user is None and makes_accounts:
        return await _make(session, identity, language, now)
    if user is None:
        raise NoAccountForEmail(identity.email)
    if not user.is_email_proven:
        await _take_over(session, user, now)
    return user


async def give_roles(
    session: AsyncSession,
    user: User,
    values: frozenset[str],
    grants: Sequence[Grant],
    now: datetime,
) -> None:
    """Enroll the user in the courses that these values of the claim stand for.

    Courses that do not exist or are archived are left out. A lower role than the present one
    changes nothing.
    """
    wanted: dict[str, Role] = {}
    for grant in grants:
        if grant.value in values:
            given = Role(grant.role)
            wanted[grant.course] = max(wanted.get(grant.course, given), given, key=_BY_RIGHTS.index)
    if not wanted:
        return
    found = select(Course).where(Course.slug.in_(wanted), Course.archived_at.is_(None))
    for course in (await session.scalars(found)).all():
        await _enroll(session, user, course, wanted[course.slug], now)


async def give_administration(session: AsyncSession, user: User, now: datetime) -> None:
    """Make the user an administrator of this server."""
    await administrators.appoint(session, _self(user), user, now)


async def _make(
    session: AsyncSession, identity: Identity, language: Language, now: datetime
) -> User:
    try:
        user = await _create(session, identity, identity.name, language, now)
    except InvalidText:  # the provider says no name, or one that cannot be shown
        name = identity.email.partition("@")[0]
        user = await _create(session, identity, name, language, now)
    except InvalidEmail:
        raise NoAccountForEmail(identity.email) from None
    except EmailTaken:  # a concurrent request made it
        concurrent = await accounts.find_user(session, identity.email)
        if concurrent is None:
            raise
        return concurrent
    made = {"email": user.email, "name": user.name, **_SOURCE}
    await audit.record(
        session, _self(user), "people.create", person_id=user.id, after=made, now=now
    )
    return user


async def _create(
    session: AsyncSession, identity: Identity, name: str, language: Language, now: datetime
) -> User:
    family_name = identity.family_name if name == identity.name else None
    return await accounts.create_user(
        session,
        email=identity.email,
        name=name,
        family_name=family_name,
        language=language,
        now=now,
    )


async def _take_over(session: AsyncSession, user: User, now: datetime) -> None:
    """Give an account to the owner of its address: whoever typed it may have been somebody else.

    They must not stay in it, so password, logins, links and tokens end.
    """
    await passwords.remove_password(session, user, now)
    await audit.record(
        session, _self(user), "people.prove_email", person_id=user.id, after=_SOURCE, now=now
    )


async def _enroll(
    session: AsyncSession, user: User, course: Course, role: Role, now: datetime
) -> None:
    person = await session.get(Enrollment, (course.id, user.id))
    before = None if person is None else {"role": person.role.value}
    if person is None:
        new = Enrollment(course_id=course.id, user_id=user.id, role=role, joined_at=now)
        try:
            async with session.begin_nested():
                session.add(new)
        except IntegrityError:  # a concurrent sign-in did
            return
    elif _BY_RIGHTS.index(role) > _BY_RIGHTS.index(person.role):
        person.role = role
        await session.flush()
    else:
        return
    await audit.record(
        session,
        _self(user),
        "roster.enroll" if before is None else "roster.change",
        course_id=course.id,
        person_id=user.id,
        before=before,
        after={"role": role.value, **_SOURCE},
        now=now,
    )


def _self(user: User) -> Viewer:
    return Viewer(user, {})
