"""How often something may be done: moving windows, counted in Valkey for all processes together.

While Valkey is away, or so slow that it counts as away, each process goes on from what it has
counted itself: it would else be enough to make a busy machine busier. A limit must keep a flood out
and must not let anybody lock others out, so what is counted, and against whom, matters more than
the figures:

* A wrong password counts for the account as seen from one address: whoever tries an account from
  elsewhere takes nothing from its owner. It also counts for the address, over all accounts. An
  address that has used that up, which may be a whole school's, keeps two tries for each account:
  enough for who knows their password, too few for who tries one password on everybody.
* It counts for the account from everywhere too, over a day, because one may have many addresses.
  Others can use that up; a link is never refused for it, so the owner still gets in.
* A link or token is looked up first and counted only if it is wrong: a right one always works,
  whatever others at the same address have tried. There are 256 bits to guess.
* What is done signed in counts for the person, wherever they are.
"""

import asyncio
import math
import time
from dataclasses import dataclass
from typing import Final

import structlog
from arq.connections import ArqRedis
from limits import RateLimitItemPerSecond, WindowStats
from limits.aio.storage import RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter as SharedLimiter
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter as OwnLimiter

from server.errors import TooManyRequests, TooManySignIns, TooManySubmissions
from server.messaging.jobs import QueueAway
from server.settings import Settings

_PREFIX: Final = "semaforo:rate"
_SHARED_SECONDS: Final = 1.0
# After a failure Valkey is left alone for so long, and no request waits for it.
_AWAY_SECONDS: Final = 5.0
# Of addresses there is no end; with so many keys in memory counting begins anew.
_MOST_OWN_KEYS: Final = 10_000

_log = structlog.get_logger("semaforo.rates")


@dataclass(frozen=True, slots=True)
class Rate:
    """So many times within so many seconds.

    name     What is counted; part of the key.
    refusal  What is raised when it is too often.
    """

    name: str
    times: int
    seconds: int
    refusal: type[TooManyRequests] = TooManyRequests

    @property
    def item(self) -> RateLimitItemPerSecond:
        """The library's word for it."""
        return RateLimitItemPerSecond(self.times, self.seconds, namespace=self.name)


_MINUTE: Final = 60
_QUARTER: Final = 15 * _MINUTE

# A password of the least strength that is taken (a million guesses) lasts years at these.
WRONG_PASSWORDS: Final = Rate("password", 10, _QUARTER, TooManySignIns)
WRONG_PASSWORDS_OF_ADDRESS: Final = Rate("password-address", 100, _QUARTER, TooManySignIns)
# What is left of each account for an address that has used up its own.
WRONG_PASSWORDS_THEN: Final = Rate("password-then", 2, _QUARTER, TooManySignIns)
WRONG_PASSWORDS_OF_ACCOUNT: Final = Rate("password-account", 500, 24 * 60 * _MINUTE, TooManySignIns)
WRONG_PROOFS: Final = Rate("wrong-proof", 60, _MINUTE)


def anonymous_rate(settings: Settings) -> Rate:
    """Return how often one address may ask for something without saying who asks."""
    return Rate("anonymous", settings.anonymous_requests_per_minute, _MINUTE)


def submission_rate(settings: Settings) -> Rate:
    """Return how often one person may hand in."""
    return Rate("submission", settings.submissions_per_minute, _MINUTE, TooManySubmissions)


class Rates:
    """Counts for one application."""

    def __init__(self, queue: ArqRedis) -> None:
        # The URL is not used: the pool knows where Valkey is.
        storage = RedisStorage(
            "redis://",
            implementation="redispy",
            key_prefix=_PREFIX,
            connection_pool=queue.connection_pool,  # type: ignore[arg-type]  # as documented
        )
        self._shared = SharedLimiter(storage)
        self._memory = MemoryStorage()
        self._own = OwnLimiter(self._memory)
        self._away_until = 0.0

    async def hit(self, rate: Rate, *whom: str) -> None:
        """Count once more.

        Raises:
            TooManyRequests: it is too often, as the rate's own kind of it; then it was not counted.
        """
        if not await self._is_left(rate, whom, counting=True):
            raise rate.refusal(await self._wait_seconds(rate, whom))

    async def require_left(self, rate: Rate, *whom: str) -> None:
        """Refuse as `hit` does, without counting."""
        if not await self._is_left(rate, whom, counting=False):
            raise rate.refusal(await self._wait_seconds(rate, whom))

    async def forget(self, rate: Rate, *whom: str) -> None:
        """Begin to count anew."""
        self._own.clear(rate.item, *whom)
        if self._is_shared():
            try:
                async with asyncio.timeout(_SHARED_SECONDS):
                    await self._shared.clear(rate.item, *whom)
            except QueueAway as error:
                self._note_away(error)

    async def _is_left(self, rate: Rate, whom: tuple[str, ...], *, counting: bool) -> bool:
        if self._is_shared():
            ask = self._shared.hit if counting else self._shared.test
            try:
                async with asyncio.timeout(_SHARED_SECONDS):
                    is_left = await ask(rate.item, *whom)
            except QueueAway as error:
                self._note_away(error)
            else:
                if counting and is_left:
                    self._count_here(rate, whom)
                return is_left
        return self._count_here(rate, whom) if counting else self._own.test(rate.item, *whom)

    def _count_here(self, rate: Rate, whom: tuple[str, ...]) -> bool:
        if len(self._memory.events) > _MOST_OWN_KEYS:
            self._memory.reset()
        return self._own.hit(rate.item, *whom)

    async def _wait_seconds(self, rate: Rate, whom: tuple[str, ...]) -> int:
        found: WindowStats | None = None
        if self._is_shared():
            try:
                async with asyncio.timeout(_SHARED_SECONDS):
                    found = await self._shared.get_window_stats(rate.item, *whom)
            except QueueAway as error:
                self._note_away(error)
        found = found or self._own.get_window_stats(rate.item, *whom)
        return min(rate.seconds, max(2, math.ceil(found.reset_time - time.time())))

    def _is_shared(self) -> bool:
        return time.monotonic() >= self._away_until

    def _note_away(self, error: BaseException) -> None:
        self._away_until = time.monotonic() + _AWAY_SECONDS
        _log.warning("queue away, this process counts alone", error=str(error))
