"""A server's API, for the commands that use it from outside.

Every refusal becomes one sentence in the user's language; a server that asks to wait is waited for,
and a broken connection is tried once more where that cannot do a thing twice.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from semaforo.terminal import COULD_NOT, CommandError, one_line
from server.i18n import gettext_for

if TYPE_CHECKING:
    import httpx2

TOO_OFTEN: Final = 429
MAX_RETRY_SECONDS: Final = 300.0
_RETRYABLE_STATUSES: Final = (TOO_OFTEN, 503)
_TIMEOUT_SECONDS: Final = 30.0
_MARGIN_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 1.0
_OK: Final = (200, 201, 202, 204)


@dataclass(frozen=True, slots=True)
class ApiClient:
    """One server, and who asks it.

    server    Its address, with http:// or https://.
    language  Of what it answers, and of our own sentences.
    """

    server: str
    token: str = field(repr=False)
    language: str

    def get(self, path: str, /, **query: object) -> Any:
        """Return what the API answers to GET, as JSON."""
        return read_json(self.request("GET", path, query=query))

    def get_until(self, path: str, is_done: Callable[[Any], bool], seconds: float) -> Any:
        """Return what the API answers to GET, asked again until it is done or the time is over.

        It is asked once at least. From then on a pause that the server asks for must fit into the
        time that is left; a longer one raises the refusal.
        """
        until = time.monotonic() + seconds
        found = self.get(path)
        while not is_done(found) and (left := until - time.monotonic()) > 0:
            time.sleep(min(_POLL_SECONDS, left))
            left = until - time.monotonic()
            found = read_json(self.request("GET", path, retry_seconds=left))
        return found

    def pages(self, path: str, /, **query: object) -> Iterator[Any]:
        """Yield the items of a list, page after page: `items`, and `next` to continue."""
        page = self.get(path, **query)
        while True:
            yield from page["items"]
            if not (after := page.get("next")):
                return
            page = self.get(path, **{**query, "after": after})

    def linked_pages(self, path: str, /, **query: object) -> Iterator[Any]:
        """Yield the items of a list whose next page the header `Link` names, by its cursor."""
        cursor = None
        while True:
            answer = self.request("GET", path, query={**query, "cursor": cursor})
            yield from read_json(answer)
            if "next" not in answer.links:
                return
            cursor = answer.url.join(answer.links["next"]["url"]).params["cursor"]

    def send(self, method: str, path: str, /, **options: Any) -> Any:
        """Return what the API answers to a change, as JSON; None if it has nothing to say."""
        answer = self.request(method, path, **options)
        return read_json(answer) if answer.content else None

    def request(
        self,
        method: str,
        path: str,
        *,
        seconds: float = 0,
        retry_seconds: float = MAX_RETRY_SECONDS,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        is_repeatable: bool = False,
        **options: Any,
    ) -> "httpx2.Response":
        """Return the answer to one request below /api, which was not refused.

        seconds        How long the server may wait before it answers.
        retry_seconds  Upper limit for the sum of the pauses that the server asks for.
        is_repeatable  Whether sending it again does nothing twice; reading never does.

        Raises:
            CommandError: it was refused, or the server cannot be reached; both exit with 2.
        """
        _require_json(options.get("json"))
        url, sent = self._address(path), {**self._headers(), **(headers or {})}
        params = {name: value for name, value in (query or {}).items() if value is not None}
        tries = 2 if is_repeatable or method == "GET" else 1
        timeout = _TIMEOUT_SECONDS if not seconds else seconds + _MARGIN_SECONDS

        def send() -> "httpx2.Response":
            return _send(
                tries, method, url, headers=sent, params=params, timeout=timeout, **options
            )

        answer = _send_until_accepted(send, self.language, retry_seconds)
        if answer.status_code not in _OK:
            raise CommandError("{problem}", exit_code=COULD_NOT, problem=describe_problem(answer))
        return answer

    def download(self, path: str, file: BinaryIO, method: str = "GET") -> None:
        """Write what the API answers to a file, piece by piece.

        Raises:
            CommandError: it was refused, or the connection broke: then the file is in part.
        """
        import httpx2

        url = self._address(path)
        try:
            with httpx2.stream(
                method, url, headers=self._headers(), timeout=_TIMEOUT_SECONDS
            ) as answer:
                if answer.status_code not in _OK:
                    answer.read()
                    problem = describe_problem(answer)
                    raise CommandError("{problem}", exit_code=COULD_NOT, problem=problem)
                for piece in answer.iter_bytes():
                    file.write(piece)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            raise _unreachable(url, error) from None

    def _address(self, path: str) -> str:
        return f"{self.server.rstrip('/')}/api{path}"

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/json",
            "Accept-Language": self.language,
        }


def read_json(answer: "httpx2.Response") -> Any:
    """Return the JSON of an answer.

    Raises:
        CommandError: it is none, as a page of a network's login or of another server is none.
    """
    try:
        return answer.json()
    except ValueError:
        raise CommandError(
            "{url} does not answer as Semáforo does. Check the address and the network.",
            exit_code=COULD_NOT,
            url=answer.url,
        ) from None


def describe_problem(answer: "httpx2.Response") -> str:
    """Return why the server refused, in its own words."""
    try:
        problem = answer.json()
        detail = problem.get("detail") or problem["title"]
        if answer.status_code == TOO_OFTEN:
            # The title says what was too often, the detail how long to wait.
            detail = f"{problem['title']} {detail}"
        return f"{one_line(detail)} ({answer.status_code})"
    except (ValueError, KeyError, AttributeError):
        return f"{answer.url}: {answer.status_code} {answer.reason_phrase}"


def _require_json(body: object) -> None:
    """Refuse what JSON has no word for: an option `nan` or `inf` is a number to Python."""
    try:
        json.dumps(body, allow_nan=False)
    except ValueError:
        raise CommandError("A number cannot be “nan” or “inf” here.", exit_code=COULD_NOT) from None


def _send_until_accepted(
    send: Callable[[], "httpx2.Response"], language: str, seconds: float
) -> "httpx2.Response":
    """Send, and repeat after each Retry-After, for so many seconds; return the last answer."""
    _ = gettext_for(language)
    answer, until = send(), time.monotonic() + seconds
    while (pause := _retry_after_seconds(answer)) and time.monotonic() + pause < until:
        message = _("The server asked to wait; trying again in {seconds} s.")
        print(message.format(seconds=pause), file=sys.stderr, flush=True)
        time.sleep(pause)
        answer = send()
    return answer


def _send(tries: int, method: str, url: str, **options: Any) -> "httpx2.Response":
    """Send, and repeat if the connection breaks."""
    import httpx2

    problem: Exception | None = None
    for _ in range(tries):
        try:
            return httpx2.request(method, url, **options)
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            problem = error
    raise _unreachable(url, problem)


def _unreachable(url: str, problem: Exception | None) -> CommandError:
    return CommandError(
        "The server at {url} cannot be reached: {reason}. Check the address and the network.",
        exit_code=COULD_NOT,
        url=url.split("/api/")[0],
        reason=str(problem) or type(problem).__name__,
    )


def _retry_after_seconds(answer: "httpx2.Response") -> int:
    """Return the seconds of Retry-After if the request may be repeated; else 0."""
    after = answer.headers.get("Retry-After", "")
    return int(after) if answer.status_code in _RETRYABLE_STATUSES and after.isdecimal() else 0
