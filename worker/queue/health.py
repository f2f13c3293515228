"""`python -I -S worker/queue/health.py`: exit code 0 if this machine's worker is alive, 1 if not.

For whoever supervises a worker from outside, as the compose file does. It reads the file that the
worker's event loop writes every three seconds (`worker/queue/heartbeat.py`), so it answers only for
the worker of this data folder and this name. It imports next to nothing: a check that loads
everything needs ten seconds on a busy machine, and is itself a load.
"""

import os
import sys
import time

STALE_AFTER_SECONDS = 20.0
_PROJECT = str(__file__).rsplit("/", 3)[0]


def alive_file(data_dir: str, worker_name: str) -> str:
    """Return the path of the file with the last sign of life."""
    return f"{data_dir}/worker-{worker_name.replace('/', '_')}.alive"


def is_alive(file: str, now: float) -> bool:
    """Say whether the last sign of life is recent; `now` is on the monotonic clock, in seconds."""
    try:
        with open(file) as written:  # noqa: PTH123 - pathlib is slow to load
            last = int(written.read()) / 1e9
    except (OSError, ValueError):
        return False
    # One from before the machine was started anew lies in the future.
    return 0 <= now - last <= STALE_AFTER_SECONDS


def main() -> int:
    """Look; the settings are those of the worker."""
    data_dir = os.environ.get("SEMAFORO_DATA_DIR", f"{_PROJECT}/.data")
    name = os.environ.get("SEMAFORO_WORKER_NAME", os.uname().nodename)
    return 0 if is_alive(alive_file(data_dir, name), time.monotonic()) else 1


if __name__ == "__main__":
    sys.exit(main())
