"""An ASGI application of the submission, asked from outside."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from graders.kit import wire
from graders.kit.channel import Channel
from graders.kit.expect import CheckEnded
from graders.kit.run import Run
from graders.kit.services.barrier import Service
from graders.report import Verdict
from graders.text import Text


@dataclass(frozen=True, slots=True)
class Response:
    """What the application answered; header names in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON; ends the check with a message if it is not."""
        try:
            return json.loads(self.body)
        except ValueError:
            words = _NO_JSON.format(body=self.body[:80].decode("utf-8", "backslashreplace"))
            raise CheckEnded(Verdict.FAILED, words) from None


class App:
    """The application of that name, in the check's process. Many requests may be under way.

    `of` is the number of an object that `Solution.make` gave, if it is that; 0 if not.
    """

    def __init__(self, channel: Channel, name: str, of: int = 0) -> None:
        self._channel, self._name, self._of = channel, name, of

    async def get(self, path: str) -> Response:
        """Make a GET request; ends the check with a message if there is no response."""
        return await self.request("GET", path)

    async def request(
        self, method: str, path: str, *, body: object = None, headers: dict[str, str] | None = None
    ) -> Response:
        """Make a request, `body` as JSON unless it is bytes; cancelling it is a client that leaves.

        Ends the check with a message to the student if the application raises or never responds.
        """
        run = await self.run(method, path, body=body, headers=headers)
        return _response(run.must_return(), self._name)

    async def run(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: dict[str, str] | None = None,
        sends_to: Service | None = None,
        cut_off: bool = False,
    ) -> Run:
        """Make a request and return how the application itself ended, whatever it answered.

        sends_to  A service that is called with each ASGI message that the application sends.
        cut_off   Cancelling is the server that stops: the task is cancelled. Else it is a client
                  that leaves.
        """
        content = body if isinstance(body, bytes) else b"" if body is None else _json(body)
        kind = (
            {} if isinstance(body, bytes) or body is None else {"content-type": "application/json"}
        )
        frame = {
            "t": "request",
            "of": self._of,
            "function": "" if self._of else self._name,
            "method": method,
            "path": path,
            "headers": [list(pair) for pair in {**kind, **(headers or {})}.items()],
            "body": base64.b64encode(content).decode("ascii"),
            "sends_to": wire.encode(sends_to),
            "cut_off": cut_off,
        }
        return Run(self._channel, self._name, await self._channel.call(frame))


def _json(body: object) -> bytes:
    return json.dumps(body).encode("utf-8")


def _response(value: Any, name: str) -> Response:
    match value:
        case {"status": int(status), "headers": list(headers), "body": bytes(body)}:
            pairs = {str(key).lower(): str(word) for key, word in headers}
            return Response(status, pairs, body)
    raise CheckEnded(Verdict.FAILED, _NO_ANSWER.format(name=name))


_NO_JSON = Text("La respuesta no es JSON: {body}", "The response is not JSON: {body}")
_NO_ANSWER = Text(
    "La aplicación `{name}` terminó sin responder.",
    "The application `{name}` ended without sending a response.",
)
