"""The `semaforo` command: its subcommands and their exit codes."""

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Annotated, Any, ParamSpec

import typer
from typer.main import get_command

from semaforo import (
    accounts,
    backup,
    course_grades,
    courses,
    doctor,
    exercise_libraries,
    grade,
    personal_data,
    remote_account,
    remote_announcements,
    remote_assignments,
    remote_catalogue,
    remote_class,
    remote_comments,
    remote_downloads,
    remote_exercises,
    remote_extensions,
    remote_grade_files,
    remote_grades,
    remote_leaderboard,
    remote_log,
    remote_mistakes,
    remote_news,
    remote_people,
    remote_queue,
    remote_regrades,
    remote_second_looks,
    remote_submissions,
    retention,
    roster,
    submit,
    suite,
    suite_certify,
    suite_check,
    suite_import,
    suite_mutate,
    suite_test,
    trace,
    up_command,
)
from semaforo.terminal import COULD_NOT, INTERRUPTED, CommandError, terminal_language
from semaforo.translated_help import TranslatedCommand, TranslatedGroup, chosen_language, translate
from semaforo.usage_errors import describe_usage_error
from semaforo.version import find_version

P = ParamSpec("P")

app = typer.Typer(
    cls=TranslatedGroup,
    help="Autograding for classes on asynchronous Python.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def as_subcommand(command: Callable[P, int | None]) -> Callable[P, None]:
    """Wrap a subcommand: its result is the exit code; a CommandError is one sentence on stderr."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        language = str(kwargs.get("language") or terminal_language())
        try:
            _require_utf8(kwargs.values())
            raise typer.Exit(command(*args, **kwargs) or 0)
        except CommandError as error:
            print(f"Semáforo: {error.to(language)}", file=sys.stderr)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None

    return wrapped


def _require_utf8(values: Iterable[object]) -> None:
    """Refuse texts of a terminal in another code; paths may have any bytes.

    Python gives the bytes that are no UTF-8 as half characters, which no answer of a server and no
    database holds.
    """
    for value in values:
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and not text.isascii():
                shown = text.encode("utf-8", "replace").decode()
                if shown != text:
                    raise CommandError(
                        "“{text}” is not in UTF-8. Set the terminal to UTF-8.",
                        exit_code=COULD_NOT,
                        text=shown,
                    )


def _print_version(asked: bool) -> None:
    if asked:
        print(f"semaforo {find_version()}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Autograding for classes on asynchronous Python."""


def _add(
    group: typer.Typer,
    name: str,
    command: Callable[..., int | None],
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Add a subcommand."""
    made = group.command(name, cls=TranslatedCommand, context_settings=dict(settings or {}))
    made(as_subcommand(command))


def _group(name: str, about: str) -> typer.Typer:
    """Add a group of subcommands, and return it."""
    group = typer.Typer(cls=TranslatedGroup, help=about, no_args_is_help=True)
    app.add_typer(group, name=name)
    return group


_add(app, "up", up_command.up)
_add(app, "grade", grade.grade)
_add(app, "trace", trace.trace)
_add(app, "submit", submit.submit)
_add(app, "submissions", remote_submissions.list_submissions)
_add(app, "backup", backup.backup)
_add(app, "restore", backup.restore)
_add(app, "retention", retention.retain)
_add(app, "doctor", doctor.doctor)

user_app = _group("user", "Accounts, straight in the database.")
_add(user_app, "add", accounts.add_user)
_add(user_app, "administrator", accounts.administrator)
_add(user_app, "link", accounts.link)
_add(user_app, "export", personal_data.export)
_add(user_app, "delete", personal_data.delete)

course_app = _group("course", "Courses, in the database or on a server.")
_add(course_app, "list", remote_class.list_courses)
_add(course_app, "add", courses.add_course)
_add(course_app, "set", remote_class.change_course)
_add(course_app, "copy", courses.copy_course)
_add(course_app, "archive", courses.archive_course)
_add(course_app, "join", courses.set_join)
_add(course_app, "assign", courses.assign)
_add(course_app, "grades", course_grades.grades)
_add(course_app, "override", course_grades.override)
_add(course_app, "log", remote_log.list_log)
_add(course_app, "download", remote_downloads.download_submissions)
_add(course_app, "dashboard", remote_class.dashboard)
_add(course_app, "statistics", remote_class.statistics)
_add(course_app, "queue", remote_queue.show_queue)

grades_app = _group("grades", "A course's grades, on a server.")
_add(grades_app, "list", remote_grades.list_grades)
_add(grades_app, "set", remote_grades.set_grade)
_add(grades_app, "unset", remote_grades.unset_grade)
_add(grades_app, "import", remote_grade_files.import_grades)
_add(grades_app, "policy", remote_grade_files.policy)

roster_app = _group("roster", "People of a course, in the database or on a server.")
_add(roster_app, "list", roster.list_people)
_add(roster_app, "import", roster.import_list)
_add(roster_app, "add", remote_people.add)
_add(roster_app, "set", remote_people.change)
_add(roster_app, "remove", remote_people.remove)
_add(roster_app, "invite", remote_people.invite)
_add(roster_app, "password-link", remote_people.hand_out_link)

assign_app = _group("assign", "A course's assignments, on a server.")
_add(assign_app, "catalogue", remote_catalogue.list_catalogue)
_add(assign_app, "look", remote_catalogue.look)
_add(assign_app, "list", remote_assignments.list_assignments)
_add(assign_app, "give", remote_assignments.give)
_add(assign_app, "set", remote_assignments.set_terms)
_add(assign_app, "take-back", remote_assignments.take_back)
_add(assign_app, "extend", remote_extensions.extend)
_add(assign_app, "extensions", remote_extensions.list_extensions)
_add(assign_app, "unextend", remote_extensions.unextend)
_add(assign_app, "late-days", remote_assignments.set_late_days)
_add(assign_app, "order", remote_assignments.set_order)

regrade_app = _group("regrade", "Grade again on a server, beside the results.")
_add(regrade_app, "start", remote_regrades.start)
_add(regrade_app, "list", remote_regrades.list_regrades)
_add(regrade_app, "suggest", remote_regrades.suggest)
_add(regrade_app, "show", remote_regrades.show)
_add(regrade_app, "apply", remote_regrades.apply)
_add(regrade_app, "discard", remote_regrades.discard)

comments_app = _group("comments", "Comments on submissions, on a server.")
_add(comments_app, "list", remote_comments.list_of_course)
_add(comments_app, "show", remote_comments.list_of_submission)
_add(comments_app, "write", remote_comments.write)
_add(comments_app, "edit", remote_comments.edit)
_add(comments_app, "delete", remote_comments.delete)
_add(comments_app, "publish", remote_comments.publish)
_add(comments_app, "set-aside", remote_comments.set_aside)

mistakes_app = _group("mistakes", "Mistakes that several students make, on a server.")
_add(mistakes_app, "list", remote_mistakes.list_mistakes)
_add(mistakes_app, "note", remote_mistakes.write_note)

leaderboard_app = _group("leaderboard", "The leaderboard of a course, on a server.")
_add(leaderboard_app, "show", remote_leaderboard.show)
_add(leaderboard_app, "settings", remote_leaderboard.settings)
_add(leaderboard_app, "name", remote_leaderboard.name)

announcements_app = _group("announcements", "What a course is told, on a server.")
_add(announcements_app, "list", remote_announcements.list_announcements)
_add(announcements_app, "publish", remote_announcements.publish)
_add(announcements_app, "edit", remote_announcements.edit)
_add(announcements_app, "remove", remote_announcements.remove)

second_looks_app = _group("second-looks", "Verdicts that students ask about, on a server.")
_add(second_looks_app, "list", remote_second_looks.list_second_looks)
_add(second_looks_app, "ask", remote_second_looks.ask)
_add(second_looks_app, "show", remote_second_looks.list_of_submission)
_add(second_looks_app, "answer", remote_second_looks.answer)

news_app = _group("news", "What happened to your work and in your courses, on a server.")
_add(news_app, "list", remote_news.list_news)
_add(news_app, "read", remote_news.mark_read)
_add(news_app, "mail", remote_news.choose_mail)

account_app = _group("account", "Your own account, on a server.")
_add(account_app, "show", remote_account.show)
_add(account_app, "set", remote_account.change)
_add(account_app, "exercises", remote_account.list_exercises)
_add(account_app, "password", remote_account.change_password)
_add(account_app, "logins", remote_account.list_logins)
_add(account_app, "sign-out", remote_account.sign_out)
_add(account_app, "export", remote_downloads.export)

server_app = _group("server", "For administrators: a whole server.")
_add(server_app, "log", remote_log.list_server_log)

exercise_app = _group("exercise", "Exercises of one's own, on a server.")
_add(exercise_app, "add", remote_exercises.add)
_add(exercise_app, "pull", remote_exercises.pull)
_add(exercise_app, "list", remote_exercises.list_exercises)
_add(exercise_app, "remove", remote_exercises.remove)
_add(exercise_app, "install", exercise_libraries.install)

token_app = _group("token", "Tokens, straight in the database.")
_add(token_app, "issue", accounts.issue_token)
_add(token_app, "list", accounts.list_tokens)
_add(token_app, "revoke", accounts.revoke_token)

suite_app = _group("suite", "Write exercises that can be trusted.")
_add(suite_app, "new", suite.new)
_add(suite_app, "import", suite_import.import_suite)
_add(suite_app, "check", suite_check.check)
_add(suite_app, "test", suite_test.run_under_pytest, suite_test.PASS_OPTIONS_ON)
_add(suite_app, "mutate", suite_mutate.mutate)
_add(suite_app, "certify", suite_certify.certify)


def main() -> None:
    """Run the command line."""
    arguments = sys.argv[1:]
    language = chosen_language(arguments)
    command = get_command(app)
    translate(command, language)
    try:
        sys.exit(command.main(arguments, prog_name="semaforo", standalone_mode=False))
    except typer.TyperException as error:
        if message := describe_usage_error(error, language):
            print(message, file=sys.stderr)
        sys.exit(error.exit_code)
