"""`python -m server.serve`: the web server, with an orderly shutdown.

Uvicorn waits for open streams before it ends, and live pages are streams that never end. The signal
that stops the server therefore ends the streams first.
"""

import argparse
import asyncio
import socket
from functools import partial
from types import FrameType
from typing import Final

import uvicorn
from fastapi import FastAPI

from server.app import create_app
from server.http.connections import ConnectionLimits, Connections, raise_descriptor_limit
from server.http.protocol import LimitedProtocol
from server.logs import configure_logs
from server.settings import Settings, get_settings

# For requests that neither end nor react to the shutdown.
_GRACE_SECONDS: Final = 0.5
# Connections that may arrive before one is accepted: fewer than the reserved descriptors.
_BACKLOG: Final = 128


class Server(uvicorn.Server):
    """A server that ends its streams on shutdown."""

    def __init__(self, config: uvicorn.Config, closing: asyncio.Event) -> None:
        super().__init__(config)
        self._closing = closing

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop accepting and wake all streams; a second signal forces the exit.

        It replaces uvicorn's handler, which raises the signal again at the end: the parent process
        would see a crash instead of an orderly exit.
        """
        self._closing.set()
        self.force_exit = self.should_exit
        self.should_exit = True


def make_server(
    app: FastAPI, *, host: str, port: int, limits: ConnectionLimits | None = None
) -> Server:
    """Make a server for `app`; give its `run` listening sockets to use instead of host and port."""
    settings: Settings = app.state.settings
    connections = Connections(limits or ConnectionLimits(), settings.trusted_proxies)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        # Uvicorn's access log prints URLs, and those of sign-in links are secrets.
        access_log=False,
        log_level="warning",
        http=partial(LimitedProtocol, connections=connections),  # type: ignore[arg-type]
        ws="none",  # not used; WebSockets would need limits of their own
        backlog=_BACKLOG,
        server_header=False,
        proxy_headers=False,  # the application applies them for trusted proxies
        timeout_graceful_shutdown=_GRACE_SECONDS,  # type: ignore[arg-type]  # any number will do
        lifespan="on",
    )
    return Server(config, app.state.closing)


def main(arguments: list[str] | None = None) -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m server.serve", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fd", type=int, help="a listening socket inherited from the parent")
    options = parser.parse_args(arguments)
    configure_logs()
    app = create_app(get_settings())
    settings: Settings = app.state.settings
    limits = ConnectionLimits(each=settings.connections_per_address, all=raise_descriptor_limit())
    server = make_server(app, host=options.host, port=options.port, limits=limits)
    # Not uvicorn's `fd`, which takes it for a Unix socket: without TCP_NODELAY an answer's body
    # waits until the client has acknowledged its head, 40 ms on Linux.
    server.run([socket.socket(fileno=options.fd)] if options.fd is not None else None)


if __name__ == "__main__":
    main()
