"""The `semaforo` command: its subcommands and their exit codes."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import Annotated, ParamSpec

import typer

from semaforo import (
    accounts,
    backup,
    course_grades,
    courses,
    doctor,
    grade,
    remote_assignments,
    remote_grades,
    remote_regrades,
    remote_submissions,
    roster,
    submit,
    suite,
    suite_certify,
    suite_check,
    suite_test,
    up_command,
)
from semaforo.terminal import INTERRUPTED, CommandError, terminal_language
from semaforo.version import find_version

P = ParamSpec("P")

app = typer.Typer(
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
            raise typer.Exit(command(*args, **kwargs) or 0)
        except CommandError as error:
            print(f"Semáforo: {error.to(language)}", file=sys.stderr)
            raise typer.Exit(error.exit_code) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None

    return wrapped


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


app.command("up")(as_subcommand(up_command.up))
app.command("grade")(as_subcommand(grade.grade))
app.command("submit")(as_subcommand(submit.submit))
app.command("submissions")(as_subcommand(remote_submissions.list_submissions))
app.command("backup")(as_subcommand(backup.backup))
app.command("restore")(as_subcommand(backup.restore))
app.command("doctor")(as_subcommand(doctor.doctor))

user_app = typer.Typer(help="Accounts, straight in the database.", no_args_is_help=True)
user_app.command("add")(as_subcommand(accounts.add_user))
user_app.command("administrator")(as_subcommand(accounts.administrator))
user_app.command("link")(as_subcommand(accounts.link))
app.add_typer(user_app, name="user")

course_app = typer.Typer(help="Courses, in the database or on a server.", no_args_is_help=True)
course_app.command("add")(as_subcommand(courses.add_course))
course_app.command("copy")(as_subcommand(courses.copy_course))
course_app.command("archive")(as_subcommand(courses.archive_course))
course_app.command("join")(as_subcommand(courses.set_join))
course_app.command("assign")(as_subcommand(courses.assign))
course_app.command("grades")(as_subcommand(course_grades.grades))
course_app.command("override")(as_subcommand(course_grades.override))
app.add_typer(course_app, name="course")

grades_app = typer.Typer(help="A course's grades, on a server.", no_args_is_help=True)
grades_app.command("list")(as_subcommand(remote_grades.list_grades))
grades_app.command("set")(as_subcommand(remote_grades.set_grade))
grades_app.command("unset")(as_subcommand(remote_grades.unset_grade))
app.add_typer(grades_app, name="grades")
roster_app = typer.Typer(
    help="People of a course, in the database or on a server.", no_args_is_help=True
)
roster_app.command("list")(as_subcommand(roster.list_people))
roster_app.command("import")(as_subcommand(roster.import_list))
app.add_typer(roster_app, name="roster")

assign_app = typer.Typer(help="A course's assignments, on a server.", no_args_is_help=True)
assign_app.command("list")(as_subcommand(remote_assignments.list_assignments))
assign_app.command("give")(as_subcommand(remote_assignments.give))
assign_app.command("set")(as_subcommand(remote_assignments.set_terms))
assign_app.command("extend")(as_subcommand(remote_assignments.extend))
assign_app.command("extensions")(as_subcommand(remote_assignments.list_extensions))
assign_app.command("late-days")(as_subcommand(remote_assignments.set_late_days))
assign_app.command("order")(as_subcommand(remote_assignments.set_order))
app.add_typer(assign_app, name="assign")

regrade_app = typer.Typer(help="Grade again on a server, beside the results.", no_args_is_help=True)
regrade_app.command("start")(as_subcommand(remote_regrades.start))
regrade_app.command("list")(as_subcommand(remote_regrades.list_regrades))
regrade_app.command("show")(as_subcommand(remote_regrades.show))
regrade_app.command("apply")(as_subcommand(remote_regrades.apply))
regrade_app.command("discard")(as_subcommand(remote_regrades.discard))
app.add_typer(regrade_app, name="regrade")

token_app = typer.Typer(help="Tokens, straight in the database.", no_args_is_help=True)
token_app.command("issue")(as_subcommand(accounts.issue_token))
token_app.command("list")(as_subcommand(accounts.list_tokens))
token_app.command("revoke")(as_subcommand(accounts.revoke_token))
app.add_typer(token_app, name="token")

suite_app = typer.Typer(help="Write exercises that can be trusted.", no_args_is_help=True)
suite_app.command("new")(as_subcommand(suite.new))
suite_app.command("check")(as_subcommand(suite_check.check))
suite_app.command("test", context_settings=suite_test.PASS_OPTIONS_ON)(
    as_subcommand(suite_test.run_under_pytest)
)
suite_app.command("certify")(as_subcommand(suite_certify.certify))
app.add_typer(suite_app, name="suite")


def main() -> None:
    """Run the command line."""
    app(prog_name="semaforo")
