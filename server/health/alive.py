"""`python -I -S server/health/alive.py`: exit code 0 if this machine's server answers, 1 if not.

For external supervisors, such as the compose file. It imports almost nothing, because it runs every
few seconds.
"""

import socket
import sys

SECONDS = 8.0
_REQUEST = b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n"


def is_alive(port: int, *, seconds: float = SECONDS) -> bool:
    """Say whether /health/live is answered with 200."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
            connection.sendall(_REQUEST)
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if is_alive(int(sys.argv[1]) if sys.argv[1:] else 8000) else 1)
