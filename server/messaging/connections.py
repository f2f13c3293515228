"""Connections to Redis in which no cancellation is lost: redis-py uses `asyncio.wait_for`."""

import asyncio
from typing import Any, Final

from arq.connections import ArqRedis
from redis.asyncio.connection import (
    AbstractConnection,
    Connection,
    SSLConnection,
    UnixDomainSocketConnection,
)

from server.messaging.cancellation import cancellation_kept


class _KeepsCancellation(AbstractConnection):
    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        """Send a command; raises CancelledError if the caller was cancelled meanwhile."""
        try:
            with cancellation_kept():
                await super().send_packed_command(command, check_health)
        except asyncio.CancelledError:
            # The answer that comes would be taken for that of the next command.
            await self.disconnect(nowait=True)
            raise


class _Tcp(_KeepsCancellation, Connection):
    pass


class _Tls(_KeepsCancellation, SSLConnection):
    pass


class _Unix(_KeepsCancellation, UnixDomainSocketConnection):
    pass


_KINDS: Final = {Connection: _Tcp, SSLConnection: _Tls, UnixDomainSocketConnection: _Unix}


def keep_cancellations(client: ArqRedis) -> ArqRedis:
    """Let the client, which has not connected yet, make such connections."""
    pool = client.connection_pool
    pool.connection_class = _KINDS[pool.connection_class]
    return client
