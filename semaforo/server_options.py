"""The options that name a server, and the subcommands that take them.

A subcommand declares what it needs as its first argument, and a decorator gives it the options for
that: `on_server` an `ApiClient`, `on_server_or_here` a `Place`.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Annotated, Concatenate, ParamSpec, TypeVar

import typer

from graders import text
from semaforo.api_client import ApiClient
from semaforo.options import DataDir, Language
from semaforo.terminal import COULD_NOT, CommandError, terminal_language

ServerUrl = Annotated[
    str | None,
    typer.Option("--server", envvar="SEMAFORO_URL", help="Address of the server."),
]
ServerToken = Annotated[
    str | None, typer.Option("--token", envvar="SEMAFORO_TOKEN", help="Your API token.")
]

P = ParamSpec("P")
Made = TypeVar("Made")
Result = TypeVar("Result")


def options_of(
    make: Callable[..., Made],
) -> Callable[[Callable[Concatenate[Made, P], Result]], Callable[..., Result]]:
    """Return a decorator for subcommands whose first argument is what `make` returns.

    The options of `make` follow the subcommand's own. Typer reads them from the signature, as
    FastAPI reads those of a `Depends`.
    """
    added = inspect.signature(make, eval_str=True).parameters

    def decorate(command: Callable[Concatenate[Made, P], Result]) -> Callable[..., Result]:
        _, *own = inspect.signature(command, eval_str=True).parameters.values()

        @wraps(command)
        def with_options(*args: P.args, **values: P.kwargs) -> Result:
            made = make(**{name: values.pop(name) for name in added})
            return command(made, *args, **values)

        signature = inspect.Signature([*own, *added.values()])
        with_options.__signature__ = signature  # type: ignore[attr-defined]
        return with_options

    return decorate


def connect(
    server: ServerUrl = None, token: ServerToken = None, language: Language = None
) -> ApiClient:
    """Return the client of a server.

    Raises:
        CommandError: the address or the token is missing, or one of them is not complete.
    """
    if not server:
        raise CommandError(
            "Which server? Name it with --server https://… or in SEMAFORO_URL.",
            exit_code=COULD_NOT,
        )
    if not server.startswith(("http://", "https://")):
        raise CommandError(
            "{url} is not a complete address: it must start with https:// or http://.",
            exit_code=COULD_NOT,
            url=server,
        )
    token = (token or "").strip()
    if not token:
        raise CommandError(
            "The server needs a token: make one on the page Account, and put it into "
            "SEMAFORO_TOKEN.",
            exit_code=COULD_NOT,
        )
    if not (token.isascii() and token.isprintable()):
        # A header could not carry it, and the error would show it.
        raise CommandError(
            "The token is not one that a server gives: copy it again from the page Account.",
            exit_code=COULD_NOT,
        )
    return ApiClient(server, token, language or terminal_language())


@dataclass(frozen=True, slots=True)
class Target:
    """Where a subcommand works: on a server, or in a database of this machine.

    client    None for the database.
    data_dir  Of the database; None for the configured one.
    language  As named; None for the terminal's.
    """

    client: ApiClient | None
    data_dir: Path | None
    language: text.Language | None


def choose_target(
    data_dir: DataDir = None,
    server: ServerUrl = None,
    token: ServerToken = None,
    language: Language = None,
) -> Target:
    """Return the server if one is named, else the database of this machine.

    Raises:
        CommandError: both a server and a data folder are named, or as `connect`.
    """
    if not server:
        return Target(None, data_dir, language)
    if data_dir is not None:
        raise CommandError(
            "--data-dir names a database of this machine, and --server or SEMAFORO_URL a server. "
            'Choose one; --server "" ignores SEMAFORO_URL.',
            exit_code=COULD_NOT,
        )
    return Target(connect(server, token, language), None, language)


on_server = options_of(connect)
on_server_or_here = options_of(choose_target)
