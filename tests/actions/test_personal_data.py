"""Everything about a person as a zip: complete, and nothing that they may not see."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from graders.report import Verdict
from graders.text import Text
from server.actions import comments, courses, news, news_mail, personal_data, tokens
from server.models import (
    AuditEntry,
    Base,
    Comment,
    Course,
    Extension,
    GradeOverride,
    News,
    NewsKind,
    OutboxMessage,
    Role,
    Submission,
    User,
)
from server.person_stream import stream_person
from server.storage.database import Database
from tests.fixtures.builders import (
    NOON,
    a_check,
    a_course,
    a_finished_run,
    a_report,
    a_student,
    a_submission,
    a_user,
    an_assignment,
    an_instructor,
    later,
    viewer_of,
)

SECRET = "lo que nadie debe leer"  # noqa: S105 - a text to look for
# Tables with somebody's id that have no file of their own, and why.
ELSEWHERE = {
    "submissions.user_id": "in the folder submissions",
    "standings.user_id": "best-results",
    "grading_runs.user_id": "in result.json",
    "grading_runs.requested_by": "in the log",
    "regrade_items.user_id": "a result beside the one that counts, for staff",
    "regrades.requested_by": "in the log",
    "regrades.decided_by": "in the log",
    "extensions.granted_by": "in the log",
    "grade_overrides.set_by": "in the log",
    "second_looks.answered_by": "in the log",
    "sign_in_links.made_by_id": "in the log",
    "student_views.user_id": "staff who look at the course now; in the log",
    "exercise_versions.added_by": "in the log",
    "comments.author_id": "comments-written",
    "announcements.author_id": "announcements-written",
    "audit_entries.actor_id": "log-by-you",
    "audit_entries.person_id": "log-about-you",
}


async def a_person(session: AsyncSession) -> tuple[User, Course]:
    """Make a student with work and everything that staff may have written about it."""
    course = await a_course(session)
    teacher = await an_instructor(session, course)
    student = await a_student(session, course, name="Inés Vega")
    assignment = await an_assignment(session, course)
    user, ids = student.user, {"assignment_id": assignment.id, "user_id": student.user.id}
    first = await a_submission(session, assignment, student, files={"solution.py": b"print(1)\n"})
    hidden = a_check("secret", hidden=True, verdict=Verdict.FAILED, points=0, message=_text(SECRET))
    await a_finished_run(session, first, a_report(a_check(), hidden))
    for text, published in (("Bien hecho.", NOON), (SECRET, None)):
        session.add(
            Comment(
                submission_id=first.id,
                course_id=course.id,
                author_id=teacher.user.id,
                text=text,
                written_at=NOON,
                published_at=published,
            )
        )
    session.add(Extension(**ids, reason=SECRET, granted_at=NOON, granted_by=teacher.user.id))
    session.add(
        GradeOverride(
            **ids, points=9.0, style_points=0.0, max_points=10.0, reason="Lo explicó.", set_at=NOON
        )
    )
    session.add(
        News(user_id=user.id, kind=NewsKind.ANNOUNCEMENT, values={"title": "Hola"}, at=NOON)
    )
    session.add(OutboxMessage(user_id=user.id, subject="Aviso", text=SECRET, written_at=NOON))
    await tokens.issue(session, user, "mi portátil", NOON)
    await session.flush()
    return user, course


def _text(words: str) -> Text:
    return Text(words, words)


async def zip_of(database: Database, person: User) -> zipfile.ZipFile:
    pieces = [piece async for piece in stream_person(database, person, later(60))]
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


async def test_an_export_has_the_work_and_what_was_written_about_it(database: Database) -> None:
    async with database.write() as session:
        person, course = await a_person(session)
        await session.commit()

    file = await zip_of(database, person)

    folder = f"submissions/{course.slug}/gather/001"
    assert file.read(f"{folder}/solution.py") == b"print(1)\n"
    assert json.loads(file.read(f"{folder}/result.json"))["points"] == 1
    found = {name: file.read(name).decode() for name in file.namelist()}
    for name, words in (
        ("account.json", "Inés Vega"),
        ("courses.json", str(course.id)),
        ("comments-read.json", "Bien hecho."),
        ("grades-set-by-hand.json", "Lo explicó."),
        ("tokens.json", "mi portátil"),
        ("news.json", "Hola"),
        ("e-mails.json", "written_at"),
    ):
        assert words in found[name], name
    for name, named in (
        ("courses.json", {"course": course.slug}),
        ("best-results.json", {"course": course.slug, "exercise": "gather"}),
        ("extensions.json", {"course": course.slug, "exercise": "gather"}),
    ):
        (row,) = json.loads(found[name])
        assert named.items() <= row.items(), name
    assert all(SECRET not in text for text in found.values())
    assert not any("hash" in text for name, text in found.items() if name.endswith("s.json"))


async def test_an_export_has_nothing_of_others(database: Database) -> None:
    async with database.write() as session:
        person, _ = await a_person(session)
        other, course = await a_person(session)
        await _let_somebody_comment(session, person, "Grace Hopper")
        await session.commit()

    file = await zip_of(database, person)

    everything = "".join(file.read(name).decode() for name in file.namelist())
    assert str(other.id) not in everything
    assert other.email not in everything
    assert "comment" in file.read("news.json").decode()
    assert "Hopper" not in everything
    assert course.slug not in "".join(file.namelist())


async def _let_somebody_comment(session: AsyncSession, person: User, name: str) -> None:
    """Let a grader comment on the person's work, and news of it wait as an e-mail."""
    submission = await session.scalar(select(Submission).where(Submission.user_id == person.id))
    assert submission is not None
    grader = await a_user(session, name=name)
    course = await session.get_one(Course, submission.course_id)
    await courses.enroll(session, course, grader, Role.GRADER)
    viewer = await viewer_of(session, grader)
    await comments.write(session, viewer, submission.id, "Casi.", is_draft=False, now=NOON)
    await news_mail.write_due(
        session, Catalogue.read(), "https://s.example", NOON + news.MAIL_AFTER
    )
    subjects = await session.scalars(select(OutboxMessage.subject))
    assert f"{name} ha comentado" in "".join(subjects)


async def test_every_submission_is_in_the_export_however_many(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        student = await a_student(session, course)
        assignment = await an_assignment(session, course)
        for number in range(personal_data.SUBMISSIONS_AT_ONCE + 2):
            at = NOON + timedelta(minutes=number // 3)  # some at the same time
            await a_submission(session, assignment, student, now=at)
        await session.commit()

    names = (await zip_of(database, student.user)).namelist()

    count = personal_data.SUBMISSIONS_AT_ONCE + 2
    assert sum(name.endswith("result.json") for name in names) == count


async def test_every_row_is_in_the_export_however_many(database: Database) -> None:
    count = 2 * personal_data.ROWS_AT_ONCE + 1
    async with database.write() as session:
        submission = await a_submission(session, await an_assignment(session))
        person = await a_user(session)
        written = {"submission_id": submission.id, "course_id": submission.course_id}
        for number in range(count):
            at = NOON + timedelta(minutes=number // 3)  # some at the same time
            session.add(News(user_id=person.id, kind=NewsKind.ANNOUNCEMENT, values={}, at=at))
            session.add(Comment(**written, author_id=person.id, text="Bien.", written_at=at))
            entry = {"person_id": person.id, "actor_id": person.id}
            session.add(AuditEntry(**entry, at=at, action="roster.enroll", area="roster"))
        await session.commit()

    file = await zip_of(database, person)

    for name in ("news", "comments-written", "log-about-you", "log-by-you"):
        ids = [row["id"] for row in json.loads(file.read(f"{name}.json"))]
        assert (len(ids), len(set(ids))) == (count, count), name


def test_every_table_with_somebodys_id_has_a_place_in_the_export() -> None:
    exported = {kept.model.__tablename__ for kept in personal_data.TABLES_OF_USER}
    found: dict[str, Any] = {}
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            if key.column.table.name == "users":
                found[f"{table.name}.{key.parent.name}"] = table.name

    decided = {name for name, table in found.items() if table in exported and "user_id" in name}
    assert set(found) - decided - set(ELSEWHERE) == set()


@pytest.mark.parametrize("column", ["secret_hash", "password_hash", "calendar_hash"])
def test_no_secret_is_exported(column: str) -> None:
    for kept in (*personal_data.TABLES_OF_USER, personal_data.ACCOUNT):
        if column in kept.model.__table__.c:
            assert column in kept.left_out
