"""`python -I -S worker/queue/health.py`: exit code 0 if this machine's worker is alive, 1 if not.

For supervisors outside the process, such as the compose file's health check. It reads the file that
the worker's event loop writes every three seconds (`worker/queue/heartbeat.py`), so it covers only
the worker of this data folder and this name. It imports almost nothing: a check that loads the
whole application takes ten seconds on a busy machine, and adds load itself.
"""

import os
import sys
import time

STALE_AFTER_SECONDS = 20.0
_PROJECT = str(__file__).rsplit("/", 3)[0]


def alive_file(data_dir: str, worker_name: str) -> str:
    """Return the path of the heartbeat file."""
    return f"{data_dir}/worker-{worker_name.replace('/', '_')}.alive"


def is_alive(file: str, now: float) -> bool:
    """Return whether the last heartbeat is recent; `now` is on the monotonic clock, in seconds."""
    try:
        with open(file) as written:  # noqa: PTH123 - pathlib is slow to load
            last = int(written.read()) / 1e9
    except (OSError, ValueError):
        return False
    # A heartbeat from before a reboot lies in the future.
    return 0 <= now - last <= STALE_AFTER_SECONDS


def main() -> int:
    """Check the worker of these settings."""
    data_dir = os.environ.get("SEMAFORO_DATA_DIR", f"{_PROJECT}/.data")
    name = os.environ.get("SEMAFORO_WORKER_NAME", os.uname().nodename)
    return 0 if is_alive(alive_file(data_dir, name), time.monotonic()) else 1


if __name__ == "__main__":
    sys.exit(main())
