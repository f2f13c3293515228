"""Many submissions in many courses, by bulk SQL, in either database.

What a server holds after some years, made in minutes: every statement is an INSERT … SELECT. Ids
and moments rise together, and the courses take turns, as they do when all of them are taught at
the same time: the rows of one course lie far apart.
"""

# ruff: noqa: S608 - every part of these statements is from this file

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from graders.catalogue.exercises import Catalogue
from server.actions import standings
from tests.bench.bulk_sql import (
    ASSIGNMENT,
    COMMENT,
    COURSE,
    RUN,
    SUBMISSION,
    USER,
    Dialect,
    Shape,
)
from tests.bench.many_notes import notes, regrades


async def fill(session: AsyncSession, shape: Shape) -> None:
    """Fill a migrated, empty database. The first user teaches the first course, and is no student.

    Emails are `teacher<course>@example.org` and `student<number>@example.org`, courses
    `many-<number>`; every fiftieth submission was graded twice, and a run of it given up before.
    """
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    for statement in _statements(shape, is_sqlite=is_sqlite):
        await session.execute(text(statement))
    if not is_sqlite:
        # As PostgreSQL does by itself, a minute late.
        await session.execute(text("ANALYZE"))
    await standings.rebuild(session)
    await session.execute(text(_OVERRIDES))
    for statement in regrades(shape, Dialect(is_sqlite=is_sqlite)):
        await session.execute(text(statement))


# Every grade is set by hand: as many as there can be.
_OVERRIDES = (
    "INSERT INTO grade_overrides "
    "(assignment_id, user_id, points, style_points, max_points, reason, set_at) "
    "SELECT assignment_id, user_id, 5.0, 0.0, 10.0, 'Porque sí', submitted_at FROM standings"
)


def _statements(shape: Shape, *, is_sqlite: bool) -> Iterator[str]:
    sql = Dialect(is_sqlite)
    yield from _people(shape, sql)
    yield from _assignments(shape, sql)
    yield from _handed_in(shape, sql)
    yield from _commented(shape, sql)
    yield from notes(shape, sql)


def _people(shape: Shape, sql: Dialect) -> Iterator[str]:
    teachers, students = shape.courses, shape.courses * shape.students
    for kind, first, count in (("teacher", 0, teachers), ("student", teachers, students)):
        yield (
            "INSERT INTO users (id, email, name, display_name, language, created_at, sort_key) "
            f"{sql.numbers(count)} SELECT {sql.id(USER, f'n.i + {first}')}, "
            f"'{kind}' || n.i || '@example.org', '{kind} ' || n.i, 'Tarea ' || n.i, 'es', "
            f"{sql.moment('n.i')}, {sql.key(f'{kind} ')} FROM n"
        )
    yield (
        "INSERT INTO courses (id, slug, title) "
        f"{sql.numbers(shape.courses)} SELECT {sql.id(COURSE, 'n.i')}, 'many-' || n.i, "
        "'Curso ' || n.i FROM n"
    )
    for table, key in (("logins", "expires_at"), ("sign_in_links", "expires_at")):
        more = ("created_at", sql.moment("n.i")) if table == "logins" else ("uses_left", "1")
        yield (
            f"INSERT INTO {table} (secret_hash, user_id, {key}, {more[0]}) "
            f"{sql.numbers(teachers + students)} SELECT 'hash ' || n.i, {sql.id(USER, 'n.i')}, "
            f"{sql.moment('n.i + 400000000')}, {more[1]} FROM n"
        )
    # Student i is in course i % courses.
    for role, first, count in (("instructor", 0, teachers), ("student", teachers, students)):
        yield (
            "INSERT INTO enrollments (course_id, user_id, role) "
            f"{sql.numbers(count)} SELECT {sql.id(COURSE, f'n.i % {shape.courses}')}, "
            f"{sql.id(USER, f'n.i + {first}')}, '{role}' FROM n"
        )


def _assignments(shape: Shape, sql: Dialect) -> Iterator[str]:
    # Some that this server does not have, if there are not enough.
    slugs = sorted(Catalogue.read())[: shape.assignments]
    slugs += [f"own-{number}" for number in range(len(slugs), shape.assignments)]
    for place, slug in enumerate(slugs):
        number = f"n.i * {shape.assignments} + {place}"
        yield (
            "INSERT INTO assignments (id, course_id, exercise, position) "
            f"{sql.numbers(shape.courses)} SELECT {sql.id(ASSIGNMENT, number)}, "
            f"{sql.id(COURSE, 'n.i')}, '{slug}', {place + 1} FROM n"
        )


def _handed_in(shape: Shape, sql: Dialect) -> Iterator[str]:
    # The course turns fastest, then the student, the attempt, the assignment.
    course, student = f"n.i % {shape.courses}", f"n.i / {shape.courses} % {shape.students}"
    attempt = f"n.i / {shape.courses * shape.students} % {shape.attempts}"
    assignment = f"n.i / {shape.courses * shape.students * shape.attempts}"
    user = f"{shape.courses} + ({student}) * {shape.courses} + {course}"
    given = f"({course}) * {shape.assignments} + {assignment}"
    head = sql.numbers(shape.submissions)
    submission = sql.id(SUBMISSION, "n.i")
    yield (
        "INSERT INTO submissions "
        "(id, course_id, assignment_id, user_id, number, submitted_at, way) "
        f"{head} SELECT {submission}, {sql.id(COURSE, course)}, {sql.id(ASSIGNMENT, given)}, "
        f"{sql.id(USER, user)}, {attempt} + 1, {sql.moment('n.i * 10')}, 'api' FROM n"
    )
    yield (
        "INSERT INTO submission_files (submission_id, name, content) "
        f"{head} SELECT {submission}, 'solution.py', "
        + ("zeroblob(200)" if sql.is_sqlite else "decode(repeat('23', 200), 'hex')")
        + " FROM n"
    )
    # With a step that shares no factor with the number of courses, in all of them alike.
    again = sql.numbers(shape.submissions // 50)
    for table, step, offset in ((head, 1, 0), (again, 49, shape.submissions)):
        run, graded = f"n.i + {offset}", sql.id(SUBMISSION, f"n.i * {step}")
        of_it = f"(SELECT {{}} FROM submissions s WHERE s.id = {graded})"
        yield (
            "INSERT INTO grading_runs (id, submission_id, state, claims, queued_at, started_at, "
            "finished_at, points, max_points, suite_hash, runtime_hash, worker, assignment_id, "
            f"user_id) {table} SELECT {sql.id(RUN, run)}, {graded}, "
            f"'finished', 1, {sql.moment(f'n.i * {step} * 10 + {offset}')}, "
            f"{sql.moment(f'n.i * {step} * 10 + {offset}')}, "
            f"{sql.moment(f'n.i * {step} * 10 + {offset} + 1')}, (n.i * 7 + n.i / 13) % 11, 10.0, "
            f"'{'a' * 64}', '{'b' * 64}', 'test', "
            f"{of_it.format('assignment_id')}, {of_it.format('user_id')} FROM n"
        )
        if step != 1:
            given_up = sql.id(RUN, f"n.i + 2 * {offset}")
            yield _a_run_given_up(table, given_up, graded, of_it, sql.moment("n.i * 10"))
        yield from (_a_check(table, sql.id(RUN, run), place) for place in range(shape.checks))


def _commented(shape: Shape, sql: Dialect) -> Iterator[str]:
    """Comment on every tenth submission: drafts of the teacher, published ones, and answers."""
    head, submission = sql.numbers(shape.submissions // 10), sql.id(SUBMISSION, "n.i * 10")
    of_it = f"(SELECT {{}} FROM submissions s WHERE s.id = {submission})"
    teacher = sql.id(USER, f"n.i * 10 % {shape.courses}")
    moment = sql.moment("n.i * 10")
    yes, no = ("1", "0") if sql.is_sqlite else ("true", "false")
    yield (
        "INSERT INTO comments (id, submission_id, course_id, author_id, file, line, text, "
        f"is_answer, written_at, published_at, answered_at) {head} SELECT "
        f"{sql.id(COMMENT, 'n.i')}, {submission}, {of_it.format('course_id')}, "
        f"CASE WHEN n.i % 3 = 1 THEN {of_it.format('user_id')} ELSE {teacher} END, "
        f"'solution.py', 1, 'Mira esto.', CASE WHEN n.i % 3 = 1 THEN {yes} ELSE {no} END, "
        f"{moment}, CASE WHEN n.i % 30 != 0 THEN {moment} END, "
        f"CASE WHEN n.i % 30 != 1 THEN {moment} END FROM n"
    )


def _a_run_given_up(head: str, run: str, submission: str, of_it: str, moment: str) -> str:
    return (
        "INSERT INTO grading_runs (id, submission_id, state, claims, queued_at, started_at, "
        f"finished_at, assignment_id, user_id) {head} SELECT {run}, {submission}, 'abandoned', 5, "
        f"{moment}, {moment}, {moment}, {of_it.format('assignment_id')}, "
        f"{of_it.format('user_id')} FROM n"
    )


def _a_check(head: str, run: str, place: int) -> str:
    return (
        "INSERT INTO checks (run_id, position, name, title_es, title_en, verdict, points, "
        "max_points, wall_seconds, message_es, message_en, evidence, output) "
        f"{head} SELECT {run}, {place}, 'check_{place}', 'Comprobación {place}', 'Check {place}', "
        "CASE WHEN n.i % 3 = 0 THEN 'failed' ELSE 'passed' END, n.i % 2, 1.0, 0.25, "
        f"'{'m' * 60}', '{'m' * 60}', '[]', '' FROM n"
    )
