"""`python -m server.listen`: listens at once, and serves when the application is loaded.

Loading takes a second or two, ten on a busy machine. Connections wait meanwhile in the kernel's
queue; without this a container's published port accepts and then resets the connection.
"""

import argparse
import socket
from typing import Final

_WAITING: Final = 2048


def main() -> None:
    """Listen on an address, and become `server.serve` there."""
    parser = argparse.ArgumentParser(prog="python -m server.listen", description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    options = parser.parse_args()
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.create_server((options.host, options.port), family=family, backlog=_WAITING)
    # Imported only now, because it is slow.
    from server import serve

    serve.main(["--fd", str(listener.detach())])


if __name__ == "__main__":
    main()
