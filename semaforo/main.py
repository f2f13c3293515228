"""`semaforo`: the command a person types, and how each of its subcommands ends."""

import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import typer

from semaforo import (
    accounts,
    backup,
    courses,
    doctor,
    grade,
    submit,
    suite,
    suite_certify,
    suite_check,
    suite_test,
    up_command,
)
from semaforo.terminal import INTERRUPTED, Stop, terminal_language

P = ParamSpec("P")

app = typer.Typer(
    help="Autograding for classes on asynchronous Python.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def ending_well(command: Callable[P, int | None]) -> Callable[P, None]:
    """Wrap a subcommand: its number is the exit code, and a Stop is one sentence on stderr."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        language = str(kwargs.get("language") or terminal_language())
        try:
            raise typer.Exit(command(*args, **kwargs) or 0)
        except Stop as stop:
            print(f"Semáforo: {stop.to(language)}", file=sys.stderr)
            raise typer.Exit(stop.exit_code) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None

    return wrapped


app.command("up")(ending_well(up_command.up))
app.command("grade")(ending_well(grade.grade))
app.command("submit")(ending_well(submit.submit))
app.command("backup")(ending_well(backup.backup))
app.command("restore")(ending_well(backup.restore))
app.command("doctor")(ending_well(doctor.doctor))

user_app = typer.Typer(help="Accounts, straight in the database.", no_args_is_help=True)
user_app.command("add")(ending_well(accounts.add_user))
user_app.command("link")(ending_well(accounts.link))
app.add_typer(user_app, name="user")

course_app = typer.Typer(help="Courses, straight in the database.", no_args_is_help=True)
course_app.command("assign")(ending_well(courses.assign))
app.add_typer(course_app, name="course")

token_app = typer.Typer(help="Tokens, straight in the database.", no_args_is_help=True)
token_app.command("issue")(ending_well(accounts.issue_token))
token_app.command("list")(ending_well(accounts.list_tokens))
token_app.command("revoke")(ending_well(accounts.revoke_token))
app.add_typer(token_app, name="token")

suite_app = typer.Typer(help="Write exercises that can be trusted.", no_args_is_help=True)
suite_app.command("new")(ending_well(suite.new))
suite_app.command("check")(ending_well(suite_check.check))
suite_app.command("test", context_settings=suite_test.READING)(
    ending_well(suite_test.run_under_pytest)
)
suite_app.command("certify")(ending_well(suite_certify.certify))
app.add_typer(suite_app, name="suite")


def main() -> None:
    """Run the command line."""
    app(prog_name="semaforo")
