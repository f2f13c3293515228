"""`semaforo submit`: send files to a server and wait for the verdict."""

import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from semaforo.options import AsJson, Language
from semaforo.terminal import COULD_NOT, FAILED, CommandError, describe_os_error, terminal_language
from server.i18n import gettext_for

if TYPE_CHECKING:
    import httpx2

BELOW_FAIL_UNDER: Final = 412
TOO_OFTEN: Final = 429
MARGIN_SECONDS: Final = 15.0
# Upper limit for the sum of the pauses that a server asks for.
MAX_RETRY_SECONDS: Final = 300.0
_RETRYABLE_STATUSES: Final = (TOO_OFTEN, 503)


def submit(
    exercise: Annotated[str, typer.Argument(help="Slug of the exercise.")],
    files: Annotated[list[Path], typer.Argument(help="The files to submit.")],
    server: Annotated[str, typer.Option(envvar="SEMAFORO_URL", help="Address of the server.")],
    token: Annotated[str, typer.Option(envvar="SEMAFORO_TOKEN", help="Your API token.")],
    wait: Annotated[
        float, typer.Option(min=0, max=60, help="Seconds to wait for the verdict.")
    ] = 60,
    fail_under: Annotated[
        float, typer.Option(min=0, max=100, help="Score to reach, in percent.")
    ] = 100,
    course: Annotated[
        str | None, typer.Option(help="Slug of the course, if several assign the exercise.")
    ] = None,
    as_json: AsJson = False,
    language: Language = None,
) -> int:
    """Submit files to a server and wait for the verdict.

    Exits with 0 if the score reaches --fail-under, 1 if not, 2 if the score is not known.
    """
    lang = language or terminal_language()
    _check_address(server)
    query = {"wait": f"{wait:g}", "fail_under": f"{fail_under:g}"}
    if course:
        query["course"] = course
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json" if as_json else "text/plain",
        "Accept-Language": lang,
        "Idempotency-Key": str(uuid.uuid4()),
    }
    url = f"{server.rstrip('/')}/api/exercises/{exercise}/submissions"
    parts = [("file", (path.name, _read(path))) for path in files]
    answer = _send_until_accepted(
        lambda: _send(url, parts, headers, query, wait + MARGIN_SECONDS), lang
    )
    if answer.status_code not in (200, 202, BELOW_FAIL_UNDER):
        raise CommandError("{problem}", exit_code=COULD_NOT, problem=_describe_problem(answer))
    print(answer.text.rstrip("\n"))
    if answer.status_code == 200:
        return 0
    return COULD_NOT if _is_score_unknown(answer) else FAILED


def _check_address(server: str) -> None:
    if not server.startswith(("http://", "https://")):
        raise CommandError(
            "{url} is not a complete address: it must start with https:// or http://.",
            exit_code=COULD_NOT,
            url=server,
        )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=path,
            reason=describe_os_error(error),
        ) from None


def _send_until_accepted(send: Callable[[], "httpx2.Response"], language: str) -> "httpx2.Response":
    """Send, and repeat after each Retry-After, up to MAX_RETRY_SECONDS; return the last answer."""
    translate = gettext_for(language)
    answer, until = send(), time.monotonic() + MAX_RETRY_SECONDS
    while (pause := _retry_after_seconds(answer)) and time.monotonic() + pause < until:
        message = translate("The server asked to wait; trying again in {seconds} s.")
        print(message.format(seconds=pause), file=sys.stderr, flush=True)
        time.sleep(pause)
        answer = send()
    return answer


def _send(
    url: str, parts: Any, headers: dict[str, str], query: dict[str, str], seconds: float
) -> "httpx2.Response":
    """Send, and repeat once if the connection breaks; the idempotency key prevents duplicates."""
    import httpx2

    problem: Exception | None = None
    for _ in range(2):
        try:
            return httpx2.post(url, files=parts, headers=headers, params=query, timeout=seconds)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            problem = error
    raise CommandError(
        "The server at {url} cannot be reached: {reason}. Check the address and the network.",
        exit_code=COULD_NOT,
        url=url.split("/api/")[0],
        reason=str(problem) or type(problem).__name__,
    )


def _retry_after_seconds(answer: "httpx2.Response") -> int:
    """Return the seconds of Retry-After if the request may be repeated; else 0."""
    after = answer.headers.get("Retry-After", "")
    return int(after) if answer.status_code in _RETRYABLE_STATUSES and after.isdecimal() else 0


def _describe_problem(answer: "httpx2.Response") -> str:
    try:
        problem = answer.json()
        detail = problem.get("detail") or problem["title"]
        if (
            answer.status_code == TOO_OFTEN
        ):  # the title says what was too often, the detail how long to wait
            detail = f"{problem['title']} {detail}"
        return f"{detail} ({answer.status_code})"
    except (ValueError, KeyError, AttributeError):
        return f"{answer.url}: {answer.status_code} {answer.reason_phrase}"


def _is_score_unknown(answer: "httpx2.Response") -> bool:
    """Return whether the score is not known yet; 412 alone may also mean that it is too low."""
    return answer.headers.get("Semaforo-State") != "finished"
