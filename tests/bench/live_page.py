"""A live page as a browser holds it open: a stream of events, read to its end."""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID


@dataclass
class Page:
    """One live page, and what its browser has heard."""

    submission_id: UUID
    run_id: UUID
    cookie: str
    opened_at: float = 0.0
    received_at: float = 0.0
    verdict_at: datetime | None = None
    ending: str = ""

    async def follow(self, host: str, port: int) -> None:
        """Read until the verdict has come; whatever else ends it is noted in `ending`."""
        try:
            reader, writer = await asyncio.open_connection(host, port)
            try:
                await self._ask(reader, writer, f"{host}:{port}")
                while self.verdict_at is None and (line := await reader.readline()):
                    self._read_event(line)
            finally:
                writer.close()
            self.ending = "" if self.verdict_at else "the server ended it"
        except (OSError, asyncio.IncompleteReadError, ConnectionRefusedError) as error:
            self.ending = repr(error)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str
    ) -> None:
        path = f"/submissions/{self.submission_id}/events"
        head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {self.cookie}\r\n\r\n"
        writer.write(head.encode())
        status = await reader.readline()
        if b" 200 " not in status:
            raise ConnectionRefusedError(status.decode("latin-1").strip())

    def _read_event(self, line: bytes) -> None:
        self.received_at = time.monotonic()
        if line.startswith(b"event: fragment") and not self.opened_at:
            self.opened_at = self.received_at
        elif line.startswith(b"event: end"):
            self.verdict_at = datetime.now(UTC)
