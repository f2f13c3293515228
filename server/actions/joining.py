"""Joining a course with its code: who may, and new codes.

A code does not prove who somebody is: it lets in those whom the course's policy allows.
"""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.access import Viewer
from server.actions import accounts, audit, courses
from server.errors.roster import InvalidDomain, NobodyJoins, OtherDomain, UnknownJoinCode
from server.models import Course, Enrollment, JoinPolicy, Role, User

# Without letters and digits that look alike on a blackboard.
_LETTERS: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_CODE_LENGTH: Final = 10
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
MOST_DOMAINS: Final = 20


async def set_policy(
    session: AsyncSession,
    viewer: Viewer | None,
    course: Course,
    *,
    policy: JoinPolicy,
    domains: str | Sequence[str] = (),
    now: datetime,
) -> None:
    """Say who may join; the first opening makes a code.

    domains  For the policy `domains`: what may stand after the @, with its subdomains.

    Raises:
        InstructorsOnly, InvalidDomain
    """
    wanted = {
        "join_policy": policy,
        "join_domains": clean_domains(domains) if policy is JoinPolicy.DOMAINS else [],
        "join_code": course.join_code,
    }
    if policy is not JoinPolicy.CLOSED and course.join_code is None:
        wanted["join_code"] = make_code()
    await courses.change(session, viewer, course, "course.join", wanted, now)


async def rotate_code(
    session: AsyncSession, viewer: Viewer | None, course: Course, now: datetime
) -> str:
    """Replace the course's code; the old one stops working at once.

    Raises:
        InstructorsOnly
    """
    code = make_code()
    await courses.change(session, viewer, course, "course.join", {"join_code": code}, now)
    return code


async def get_course_by_code(session: AsyncSession, code: str) -> Course:
    """Return the course with this code, if somebody may join it now.

    Raises:
        UnknownJoinCode, NobodyJoins
    """
    tidy = code.strip().lower().replace("-", "")
    course: Course | None = await session.scalar(select(Course).where(Course.join_code == tidy))
    if course is None:
        raise UnknownJoinCode
    if course.join_policy is JoinPolicy.CLOSED or course.is_archived:
        raise NobodyJoins
    return course


async def join(session: AsyncSession, viewer: Viewer, code: str, now: datetime) -> Course:
    """Enroll the viewer as a student; who is in the course already stays what they are.

    Raises:
        UnknownJoinCode, NobodyJoins, OtherDomain
    """
    course = await get_course_by_code(session, code)
    await _enroll(session, course, viewer.user, viewer, now)
    return course


async def join_as_new(
    session: AsyncSession,
    code: str,
    *,
    email: str,
    name: str,
    family_name: str | None,
    password_hash: str,
    now: datetime,
) -> User:
    """Make an account and enroll it.

    Raises:
        UnknownJoinCode, NobodyJoins, OtherDomain, EmailTaken, InvalidEmail, InvalidText
    """
    course = await get_course_by_code(session, code)
    require_domain(course, email)
    user = await accounts.create_user(
        session,
        email=email,
        name=name,
        family_name=family_name,
        language=course.language,
        now=now,
    )
    user.password_hash = password_hash
    user.is_email_proven = False  # they typed it, and nobody has asked whose it is
    await session.flush()
    await _enroll(session, course, user, Viewer(user, {}), now)
    return user


def require_domain(course: Course, email: str) -> None:
    """Require that this address may join the course.

    Raises:
        OtherDomain
    """
    if course.join_policy is not JoinPolicy.DOMAINS:
        return
    domain = email.strip().lower().rpartition("@")[2]
    if not any(domain == one or domain.endswith(f".{one}") for one in course.join_domains):
        raise OtherDomain(course.join_domains)


def make_code() -> str:
    """Make a code: about 49 random bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


def clean_domains(domains: str | Sequence[str]) -> list[str]:
    """Return the domains in lower case, without the @, each once.

    Raises:
        InvalidDomain: one is no domain, or there are none or too many.
    """
    words = re.split(r"[\s,;]+", domains) if isinstance(domains, str) else domains
    tidy = [word.strip().lower().lstrip("@") for word in words if word.strip()]
    for domain in tidy[:MOST_DOMAINS] or [""]:
        if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
            raise InvalidDomain(domain)
    if len(tidy) > MOST_DOMAINS:
        raise InvalidDomain(tidy[MOST_DOMAINS])
    return list(dict.fromkeys(tidy))


async def _enroll(
    session: AsyncSession, course: Course, user: User, viewer: Viewer, now: datetime
) -> None:
    if await session.get(Enrollment, (course.id, user.id)):
        return
    require_domain(course, user.email)
    await courses.enroll(session, course, user, Role.STUDENT, now=now)
    await audit.record(
        session,
        viewer,
        "roster.join",
        course_id=course.id,
        person_id=user.id,
        after={"role": Role.STUDENT.value},
        now=now,
    )
