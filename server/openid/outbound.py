"""Requests to the provider: each with a time and a size limit, and none follows a redirect."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import structlog

from server.errors.openid import ProviderUnavailable

SECONDS: Final = 8.0
MOST_BYTES: Final = 256 * 1024
_MOST_CONNECTIONS: Final = 20

_log = structlog.get_logger("semaforo.openid")


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object, and the status it came with."""

    status: int
    values: dict[str, Any]


class Outbound:
    """The HTTP client. Callers hold no database session."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._client = httpx2.AsyncClient(
            timeout=seconds,
            limits=httpx2.Limits(max_connections=_MOST_CONNECTIONS),
            follow_redirects=False,
            # Uncompressed, so that few bytes cannot become many.
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def get(self, url: str, *, token: str = "") -> Answer:
        """GET a JSON object.

        Raises:
            ProviderUnavailable: no whole answer within the limits, or another status than 200.
        """
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = await self._send("GET", url, headers=headers)
        if answer.status != httpx2.codes.OK:
            raise away("status", url=url, status=answer.status)
        return answer

    async def post(self, url: str, form: dict[str, str], headers: dict[str, str]) -> Answer:
        """POST a form; the answer is a JSON object with any status.

        Raises:
            ProviderUnavailable: it did not come whole within the limits.
        """
        return await self._send("POST", url, data=form, headers=headers)

    async def _send(self, method: str, url: str, **options: Any) -> Answer:
        try:
            async with (
                asyncio.timeout(self._seconds),
                self._client.stream(method, url, **options) as response,
            ):
                body = await _read(response)
        except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError) as error:
            raise away("no answer", url=url, error=repr(error)) from error
        try:
            values = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise away("no JSON", url=url, status=response.status_code) from error
        if not isinstance(values, dict):
            raise away("no JSON object", url=url, status=response.status_code)
        return Answer(response.status_code, values)


def away(reason: str, **values: object) -> ProviderUnavailable:
    """Log for the operator what is wrong with the provider; returns what to raise."""
    _log.warning("sign-in provider away", reason=reason, **values)
    return ProviderUnavailable()


async def _read(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > MOST_BYTES:
            raise away("too large", url=str(response.url), most_bytes=MOST_BYTES)
    return bytes(body)
