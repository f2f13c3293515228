"""The `semaforo` command: its subcommands and their exit codes."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import wraps
from importlib import import_module
from typing import Annotated, Any, Final, NamedTuple, ParamSpec

import typer
from typer.main import get_command

from semaforo.terminal import COULD_NOT, INTERRUPTED, CommandError, terminal_language
from semaforo.translated_help import TranslatedCommand, TranslatedGroup, chosen_language, translate
from semaforo.usage_errors import describe_usage_error
from semaforo.version import find_version

P = ParamSpec("P")


class Group(NamedTuple):
    """Commands that belong together: what they are about, and the function of each."""

    about: str
    commands: Mapping[str, str]


# What is imported for each command: module and function. Importing all takes most of a second.
_COMMANDS: Final = {
    "up": "up_command.up",
    "grade": "grade.grade",
    "trace": "trace.trace",
    "fetch": "fetch.fetch",
    "submit": "submit.submit",
    "submissions": "remote_submissions.list_submissions",
    "result": "remote_work.show_result",
    "backup": "backup.backup",
    "restore": "backup.restore",
    "retention": "retention.retain",
    "doctor": "doctor.doctor",
}
_GROUPS: Final = {
    "user": Group(
        "Accounts, straight in the database.",
        {
            "add": "accounts.add_user",
            "administrator": "accounts.administrator",
            "link": "accounts.link",
            "email": "accounts.correct_email",
            "export": "personal_data.export",
            "delete": "personal_data.delete",
        },
    ),
    "course": Group(
        "Courses, in the database or on a server.",
        {
            "list": "remote_class.list_courses",
            "add": "courses.add_course",
            "set": "remote_class.change_course",
            "copy": "courses.copy_course",
            "archive": "courses.archive_course",
            "join": "courses.set_join",
            "assign": "courses.assign",
            "grades": "course_grades.grades",
            "override": "course_grades.override",
            "log": "remote_log.list_log",
            "download": "remote_downloads.download_submissions",
            "dashboard": "remote_class.dashboard",
            "statistics": "remote_class.statistics",
            "queue": "remote_queue.show_queue",
        },
    ),
    "grades": Group(
        "A course's grades, on a server.",
        {
            "list": "remote_grades.list_grades",
            "set": "remote_grades.set_grade",
            "unset": "remote_grades.unset_grade",
            "import": "remote_grade_files.import_grades",
            "policy": "remote_grade_files.policy",
        },
    ),
    "roster": Group(
        "People of a course, in the database or on a server.",
        {
            "list": "roster.list_people",
            "import": "roster.import_list",
            "add": "remote_people.add",
            "set": "remote_people.change",
            "remove": "remote_people.remove",
            "invite": "remote_people.invite",
            "password-link": "remote_people.hand_out_link",
        },
    ),
    "assign": Group(
        "A course's assignments, on a server.",
        {
            "catalogue": "remote_catalogue.list_catalogue",
            "look": "remote_catalogue.look",
            "list": "remote_assignments.list_assignments",
            "give": "remote_assignments.give",
            "set": "remote_assignments.set_terms",
            "take-back": "remote_assignments.take_back",
            "extend": "remote_extensions.extend",
            "extensions": "remote_extensions.list_extensions",
            "unextend": "remote_extensions.unextend",
            "late-days": "remote_assignments.set_late_days",
            "order": "remote_assignments.set_order",
        },
    ),
    "regrade": Group(
        "Grade again on a server, beside the results.",
        {
            "start": "remote_regrades.start",
            "list": "remote_regrades.list_regrades",
            "suggest": "remote_regrades.suggest",
            "show": "remote_regrades.show",
            "apply": "remote_regrades.apply",
            "discard": "remote_regrades.discard",
        },
    ),
    "comments": Group(
        "Comments on submissions, on a server.",
        {
            "list": "remote_comments.list_of_course",
            "show": "remote_comments.list_of_submission",
            "write": "remote_comments.write",
            "edit": "remote_comments.edit",
            "delete": "remote_comments.delete",
            "publish": "remote_comments.publish",
            "set-aside": "remote_comments.set_aside",
        },
    ),
    "mistakes": Group(
        "Mistakes that several students make, on a server.",
        {
            "list": "remote_mistakes.list_mistakes",
            "note": "remote_mistakes.write_note",
        },
    ),
    "leaderboard": Group(
        "The leaderboard of a course, on a server.",
        {
            "show": "remote_leaderboard.show",
            "settings": "remote_leaderboard.settings",
            "name": "remote_leaderboard.name",
        },
    ),
    "announcements": Group(
        "What a course is told, on a server.",
        {
            "list": "remote_announcements.list_announcements",
            "publish": "remote_announcements.publish",
            "edit": "remote_announcements.edit",
            "remove": "remote_announcements.remove",
        },
    ),
    "second-looks": Group(
        "Verdicts that students ask about, on a server.",
        {
            "list": "remote_second_looks.list_second_looks",
            "ask": "remote_second_looks.ask",
            "show": "remote_second_looks.list_of_submission",
            "answer": "remote_second_looks.answer",
        },
    ),
    "news": Group(
        "What happened to your work and in your courses, on a server.",
        {
            "list": "remote_news.list_news",
            "read": "remote_news.mark_read",
            "mail": "remote_news.choose_mail",
        },
    ),
    "account": Group(
        "Your own account, on a server.",
        {
            "show": "remote_account.show",
            "set": "remote_account.change",
            "exercises": "remote_account.list_exercises",
            "exercise": "remote_work.show_exercise",
            "join": "remote_work.join",
            "password": "remote_account.change_password",
            "logins": "remote_account.list_logins",
            "sign-out": "remote_account.sign_out",
            "calendar": "remote_account.calendar",
            "tokens": "remote_tokens.list_tokens",
            "new-token": "remote_tokens.make_token",
            "revoke": "remote_tokens.revoke",
            "export": "remote_downloads.export",
        },
    ),
    "server": Group(
        "For administrators: a whole server.",
        {
            "people": "remote_server.list_accounts",
            "add": "remote_server.add_account",
            "administrator": "remote_server.appoint",
            "link": "remote_server.hand_out_link",
            "email": "remote_server.correct_email",
            "sign-out": "remote_server.sign_out",
            "export": "remote_server.export",
            "delete": "remote_server.delete",
            "retention": "remote_server.show_retention",
            "log": "remote_log.list_server_log",
            "mail": "remote_mail.show_mail",
        },
    ),
    "exercise": Group(
        "Exercises of one's own, on a server.",
        {
            "add": "remote_exercises.add",
            "pull": "remote_exercises.pull",
            "update": "remote_exercises.update",
            "list": "remote_exercises.list_exercises",
            "remove": "remote_exercises.remove",
            "install": "exercise_libraries.install",
        },
    ),
    "token": Group(
        "Tokens, straight in the database.",
        {
            "issue": "accounts.issue_token",
            "list": "accounts.list_tokens",
            "revoke": "accounts.revoke_token",
        },
    ),
    "suite": Group(
        "Write exercises that can be trusted.",
        {
            "new": "suite.new",
            "import": "suite_import.import_suite",
            "check": "suite_check.check",
            "test": "suite_test.run_under_pytest",
            "mutate": "suite_mutate.mutate",
            "certify": "suite_certify.certify",
        },
    ),
}


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


def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Autograding for classes on asynchronous Python."""


def build_app(words: Sequence[str] = ()) -> typer.Typer:
    """Build the command line: whole, or no more of it than a line of these words needs.

    Whatever is not plainly a command, as a typing error or `--help`, needs the whole.
    """
    first, second = [*words, "", ""][:2]
    app = typer.Typer(
        cls=TranslatedGroup,
        help="Autograding for classes on asynchronous Python.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    is_known = first in _COMMANDS or first in _GROUPS or first == "--version"
    for name, function in _COMMANDS.items():
        if name == first or not is_known:
            _add(app, name, function)
    for name, group in _GROUPS.items():
        if name == first or not is_known:
            made = typer.Typer(cls=TranslatedGroup, help=group.about, no_args_is_help=True)
            app.add_typer(made, name=name)
            for below, function in group.commands.items():
                if below == second or second not in group.commands:
                    _add(made, below, function)
    return app


def _add(group: typer.Typer, name: str, function: str) -> None:
    """Import a subcommand, and add it."""
    module_name, _, function_name = function.partition(".")
    module = import_module(f"semaforo.{module_name}")
    settings: dict[str, Any] = vars(module).get("CONTEXT_SETTINGS", {})
    made = group.command(name, cls=TranslatedCommand, context_settings=settings)
    made(as_subcommand(vars(module)[function_name]))


def main() -> None:
    """Run the command line."""
    arguments = sys.argv[1:]
    language = chosen_language(arguments)
    command = get_command(build_app(arguments))
    translate(command, language)
    try:
        sys.exit(command.main(arguments, prog_name="semaforo", standalone_mode=False))
    except typer.TyperException as error:
        if message := describe_usage_error(error, language):
            print(message, file=sys.stderr)
        sys.exit(error.exit_code)
