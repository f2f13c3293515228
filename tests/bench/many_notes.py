"""What a class leaves beside its submissions, by bulk SQL: the log, news, extensions, regrades …

Each course gets as much as it would in a busy term: an entry of the log and a piece of news for
every tenth submission, an extension for each student, and one regrade of a whole course that waits
for its decision.
"""

# ruff: noqa: S608 - every part of these statements is from this file

from collections.abc import Iterator

from tests.bench.bulk_sql import (
    ANNOUNCEMENT,
    ASSIGNMENT,
    AUDIT_ENTRY,
    COURSE,
    EXTENSION,
    NEWS,
    REGRADE,
    RUN,
    SECOND_LOOK,
    SUBMISSION,
    TOKEN,
    USER,
    Dialect,
    Shape,
)

ADMINISTRATOR = "boss@example.org"
_ANNOUNCEMENTS = 30
_REGRADES = 10
_GROUPS = 10
_ACTIONS = ("grade.override", "roster.change", "comment.publish", "extension.grant")
_ZERO = "00000000-0000-7000-8000-000000000000"


def notes(shape: Shape, sql: Dialect) -> Iterator[str]:
    """Give the statements that fill everything but regrades."""
    yield from _people(shape, sql)
    yield from _log_and_news(shape, sql)
    yield from _second_looks(shape, sql)
    yield from _of_courses(shape, sql)


def _people(shape: Shape, sql: Dialect) -> Iterator[str]:
    number = shape.courses * (1 + shape.students)
    yield (
        "INSERT INTO users (id, email, name, display_name, language, created_at, sort_key, "
        f"is_administrator) {sql.numbers(1)} SELECT {sql.id(USER, str(number))}, "
        f"'{ADMINISTRATOR}', 'Jefa', 'Jefa', 'es', {sql.moment('0')}, {sql.key('boss ')}, "
        f"{sql.truth(is_true=True)} FROM n"
    )
    yield (
        f"UPDATE enrollments SET \"group\" = 'Grupo ' || (SELECT length(name) % {_GROUPS} FROM "
        "users WHERE users.id = enrollments.user_id) WHERE role = 'student'"
    )
    for slot in range(3):
        yield (
            "INSERT INTO tokens (id, user_id, name, secret_hash, hint, created_at) "
            f"{sql.numbers(number)} SELECT {sql.id(TOKEN, f'n.i * 3 + {slot}')}, "
            f"{sql.id(USER, 'n.i')}, 'CI', 'secret {slot} ' || n.i, 'abcd', {sql.moment('n.i')} "
            "FROM n"
        )


def _log_and_news(shape: Shape, sql: Dialect) -> Iterator[str]:
    head, number = sql.numbers(shape.submissions // 10), "n.i * 10"
    whose = f"(SELECT user_id FROM submissions s WHERE s.id = {sql.id(SUBMISSION, number)})"
    course = sql.id(COURSE, f"{number} % {shape.courses}")
    teacher = sql.id(USER, f"{number} % {shape.courses}")
    for place, action in enumerate(_ACTIONS):
        yield (
            "INSERT INTO audit_entries "
            f'(id, at, actor_id, course_id, person_id, action, area, "before", "after") '
            f"{sql.numbers(shape.submissions // 40)} SELECT "
            f"{sql.id(AUDIT_ENTRY, f'n.i * 4 + {place}')}, {sql.moment(f'n.i * 400 + {place}')}, "
            f"{sql.id(USER, f'(n.i * 40 + {place}) % {shape.courses}')}, "
            f"{sql.id(COURSE, f'(n.i * 40 + {place}) % {shape.courses}')}, "
            f"(SELECT user_id FROM submissions s WHERE s.id = "
            f"{sql.id(SUBMISSION, f'n.i * 40 + {place}')}), '{action}', "
            f"'{action.partition('.')[0]}', {sql.json('{}')}, "
            + sql.json('{"reason": "Lo explicó en clase."}')
            + " FROM n"
        )
    message = '{"submission": "' + _ZERO + '", "exercise": "gather", "author": "Grace Hopper"}'
    for offset, reader in ((0, whose), (shape.submissions, teacher)):
        yield (
            'INSERT INTO news (id, user_id, course_id, kind, "values", at, read_at) '
            f"{head} SELECT {sql.id(NEWS, f'n.i + {offset}')}, {reader}, {course}, "
            f"'{'answer' if offset else 'comment'}', {sql.json(message)}, {sql.moment(number)}, "
            f"CASE WHEN n.i % 7 != 0 THEN {sql.moment(number)} END FROM n"
        )


def _second_looks(shape: Shape, sql: Dialect) -> Iterator[str]:
    """Ask for one on every fortieth submission; a tenth of them waits."""
    number = "n.i * 40"
    moment, submission = sql.moment(f"{number} * 10"), sql.id(SUBMISSION, number)
    teacher = sql.id(USER, f"{number} % {shape.courses}")
    yield (
        "INSERT INTO second_looks (id, submission_id, course_id, text, asked_at, answer, "
        f"answered_at, answered_by) {sql.numbers(shape.submissions // 40)} SELECT "
        f"{sql.id(SECOND_LOOK, 'n.i')}, {submission}, "
        f"(SELECT course_id FROM submissions s WHERE s.id = {submission}), 'Creo que sí.', "
        f"{moment}, CASE WHEN n.i % 10 != 0 THEN 'No: mira la línea 3.' END, "
        f"CASE WHEN n.i % 10 != 0 THEN {moment} END, "
        f"CASE WHEN n.i % 10 != 0 THEN {teacher} END FROM n"
    )


def _of_courses(shape: Shape, sql: Dialect) -> Iterator[str]:
    course, students = f"n.i % {shape.courses}", shape.courses * shape.students
    given = f"({course}) * {shape.assignments} + n.i / {shape.courses} % {shape.assignments}"
    user = sql.id(USER, f"n.i + {shape.courses}")
    yield (
        "INSERT INTO extensions (id, assignment_id, user_id, due_at, extra_attempts, reason, "
        f"granted_by, granted_at) {sql.numbers(students)} SELECT {sql.id(EXTENSION, 'n.i')}, "
        f"{sql.id(ASSIGNMENT, given)}, {user}, NULL, 1, 'Estuvo enferma.', "
        f"{sql.id(USER, course)}, {sql.moment('n.i')} FROM n"
    )
    yield (
        "INSERT INTO announcements (id, course_id, author_id, title, body, published_at) "
        f"{sql.numbers(shape.courses * _ANNOUNCEMENTS)} SELECT {sql.id(ANNOUNCEMENT, 'n.i')}, "
        f"{sql.id(COURSE, course)}, {sql.id(USER, course)}, 'Aviso ' || n.i, 'A las **nueve**.', "
        f"{sql.moment('n.i')} FROM n"
    )
    yield (
        "INSERT INTO leaderboard_settings (course_id, ranked_by, allows_names) "
        f"{sql.numbers(shape.courses)} SELECT {sql.id(COURSE, 'n.i')}, 'points', "
        f"{sql.truth(is_true=True)} FROM n"
    )
    yield (
        "INSERT INTO leaderboard_names (course_id, user_id) "
        f"{sql.numbers(students)} SELECT {sql.id(COURSE, course)}, {user} FROM n WHERE n.i % 3 = 0"
    )
    for place in range(shape.checks):
        yield (
            "INSERT INTO check_titles (assignment_id, name, position, title_es, title_en) "
            f"{sql.numbers(shape.courses * shape.assignments)} SELECT {sql.id(ASSIGNMENT, 'n.i')}, "
            f"'check_{place}', {place}, 'Comprobación {place}', 'Check {place}' FROM n"
        )


def regrades(shape: Shape, sql: Dialect) -> Iterator[str]:
    """Give the statements that regrade each course, once every submission is graded.

    The last of a course's regrades has everybody's first attempts, and waits.
    """
    per_course = shape.students * shape.regraded
    waits = f"n.i / {shape.courses} = {_REGRADES - 1}"
    yield (
        "INSERT INTO regrades (id, course_id, requested_by, requested_at, reason, scope, state, "
        f"total) {sql.numbers(shape.courses * _REGRADES)} SELECT {sql.id(REGRADE, 'n.i')}, "
        f"{sql.id(COURSE, f'n.i % {shape.courses}')}, {sql.id(USER, f'n.i % {shape.courses}')}, "
        f"{sql.moment('n.i')}, 'La suite era demasiado estricta.', 'course', "
        f"CASE WHEN {waits} THEN 'ready' ELSE 'applied' END, "
        f"CASE WHEN {waits} THEN {per_course} ELSE 0 END FROM n"
    )
    if not shape.regraded:
        return
    # The number of the first attempt at each assignment, of each student of each course.
    turn = shape.courses * shape.students
    number = f"(n.i / {turn} * {turn * shape.attempts} + n.i % {turn})"
    regrade = sql.id(REGRADE, f"{(_REGRADES - 1) * shape.courses} + n.i % {shape.courses}")
    run, submission = sql.id(RUN, f"n.i + {4 * shape.submissions}"), sql.id(SUBMISSION, number)
    of_it = f"(SELECT {{}} FROM submissions s WHERE s.id = {submission})"
    whose = f"{of_it.format('assignment_id')}, {of_it.format('user_id')}"
    head = sql.numbers(turn * shape.regraded)
    yield (
        "INSERT INTO grading_runs (id, submission_id, state, claims, queued_at, started_at, "
        "finished_at, suite_hash, runtime_hash, worker, regrade_id, "
        f"assignment_id, user_id) {head} SELECT {run}, {submission}, 'finished', 1, "
        f"{sql.moment('n.i')}, {sql.moment('n.i')}, {sql.moment('n.i')}, "
        f"'{'d' * 64}', '{'b' * 64}', 'test', {regrade}, {whose} FROM n"
    )
    yield (
        "INSERT INTO regrade_items (regrade_id, submission_id, assignment_id, user_id, outcome, "
        'run_id, before_run_id, "before", before_max, "after", after_max, changes) '
        f"{head} SELECT {regrade}, {submission}, {whose}, CASE n.i % 5 WHEN 0 THEN 'lower' "
        f"WHEN 1 THEN 'higher' ELSE 'same' END, {run}, {sql.id(RUN, number)}, 5.0, 10.0, "
        "5.0 + CASE n.i % 5 WHEN 0 THEN -1 WHEN 1 THEN 1 ELSE 0 END, 10.0, "
        + sql.json('{"starts": ["check_1"], "stops": ["check_0"]}')
        + " FROM n"
    )
