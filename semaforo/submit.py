"""`semaforo submit`: files to a server, and its verdict back."""

import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from semaforo.options import AsJson, Language
from semaforo.terminal import COULD_NOT, FAILED, Stop, terminal_language, words

if TYPE_CHECKING:
    import httpx2

BELOW_FAIL_UNDER: Final = 412
TOO_OFTEN: Final = 429
MARGIN_SECONDS: Final = 15.0
# For all pauses together that a server may ask for.
LONGEST_PAUSE_SECONDS: Final = 300.0
_TRY_AGAIN: Final = (TOO_OFTEN, 503)


def submit(
    exercise: Annotated[str, typer.Argument(help="Its slug.")],
    files: Annotated[list[Path], typer.Argument(help="What to hand in.")],
    server: Annotated[str, typer.Option(envvar="SEMAFORO_URL", help="Address of the server.")],
    token: Annotated[str, typer.Option(envvar="SEMAFORO_TOKEN", help="Your token.")],
    wait: Annotated[float, typer.Option(min=0, max=60, help="Seconds to wait.")] = 60,
    fail_under: Annotated[
        float, typer.Option(min=0, max=100, help="Percent of the points to ask for.")
    ] = 100,
    course: Annotated[str | None, typer.Option(help="If several give the exercise.")] = None,
    as_json: AsJson = False,
    language: Language = None,
) -> int:
    """Hand in files and wait for the verdict.

    Ends with 0 if the score reaches --fail-under, 1 if not, 2 if it is not known.
    """
    tongue = language or terminal_language()
    if not server.startswith(("http://", "https://")):
        raise Stop(
            "{url} is no whole address: it must begin with https:// or http://.",
            exit_code=COULD_NOT,
            url=server,
        )
    query = {"wait": f"{wait:g}", "fail_under": f"{fail_under:g}"}
    if course:
        query["course"] = course
    headers = {
        "Authorization": f"Bearer {token}",
        "Accept": "application/json" if as_json else "text/plain",
        "Accept-Language": tongue,
        "Idempotency-Key": str(uuid.uuid4()),
    }
    url = f"{server.rstrip('/')}/api/exercises/{exercise}/submissions"
    parts = [("file", (path.name, _read(path))) for path in files]
    answer = _send_and_wait(
        lambda: _send(url, parts, headers, query, wait + MARGIN_SECONDS), tongue
    )
    if answer.status_code not in (200, 202, BELOW_FAIL_UNDER):
        raise Stop("{problem}", exit_code=COULD_NOT, problem=_problem(answer))
    print(answer.text.rstrip("\n"))
    if answer.status_code == 200:
        return 0
    return COULD_NOT if _is_unknown(answer) else FAILED


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Stop(
            "{file} cannot be read: {reason}.",
            exit_code=COULD_NOT,
            file=path,
            reason=error.strerror,
        ) from None


def _send_and_wait(send: Callable[[], "httpx2.Response"], language: str) -> "httpx2.Response":
    """Send, and again after as long as a busy server asks for; its last answer if that is long."""
    say = words(language)
    answer, until = send(), time.monotonic() + LONGEST_PAUSE_SECONDS
    while (pause := _asked_to_wait(answer)) and time.monotonic() + pause < until:
        line = say("The server asks to wait: trying again in {seconds} s.")
        print(line.format(seconds=pause), file=sys.stderr, flush=True)
        time.sleep(pause)
        answer = send()
    return answer


def _send(
    url: str, parts: Any, headers: dict[str, str], query: dict[str, str], seconds: float
) -> "httpx2.Response":
    """Send once more if the line breaks: the key makes sure it counts once."""
    import httpx2

    problem: Exception | None = None
    for _ in range(2):
        try:
            return httpx2.post(url, files=parts, headers=headers, params=query, timeout=seconds)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            problem = error
    raise Stop(
        "The server at {url} cannot be reached: {reason}. Check the address and the network.",
        exit_code=COULD_NOT,
        url=url.split("/api/")[0],
        reason=str(problem) or type(problem).__name__,
    )


def _asked_to_wait(answer: "httpx2.Response") -> int:
    """Return for how many seconds the server asks to wait before the next try; 0 for not at all."""
    after = answer.headers.get("Retry-After", "")
    return int(after) if answer.status_code in _TRY_AGAIN and after.isdecimal() else 0


def _problem(answer: "httpx2.Response") -> str:
    try:
        problem = answer.json()
        said = problem.get("detail") or problem["title"]
        if answer.status_code == TOO_OFTEN:  # the detail says how long to wait, the title for what
            said = f"{problem['title']} {said}"
        return f"{said} ({answer.status_code})"
    except (ValueError, KeyError, AttributeError):
        return f"{answer.url}: {answer.status_code} {answer.reason_phrase}"


def _is_unknown(answer: "httpx2.Response") -> bool:
    """Say whether the score was not known in time; 412 alone may also mean that it is too low."""
    return answer.headers.get("Semaforo-State") != "finished"
