"""`python -m worker.health`: exit code 0 if a worker has shown a sign of life, 1 if not.

For who supervises workers from outside. arq writes the key, and lets it end when it stops.
"""

import asyncio
import sys
from typing import Final

from redis.exceptions import RedisError

from server.jobs import QUEUE_NAME, open_queue
from server.settings import get_settings

SIGN_OF_LIFE: Final = f"{QUEUE_NAME}:health-check"


async def is_alive(redis_url: str) -> bool:
    """Say whether some worker of this queue lives; False too if the queue does not answer."""
    queue = open_queue(redis_url)
    try:
        return bool(await queue.exists(SIGN_OF_LIFE))
    except (RedisError, OSError):
        return False
    finally:
        await queue.aclose()


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(is_alive(get_settings().redis_url)) else 1)
