"""Rate limits: moving windows, counted in Valkey for all processes together.

While Valkey is away, or too slow, each process continues with its own counts: otherwise overloading
the machine would remove the limits. A limit must stop a flood, and must not let an attacker lock
others out, so what is counted, and for whom, matters more than the figures:

* A wrong password counts for the account from that address, so attempts from elsewhere do not lock
  out its owner. It also counts for the address, over all accounts. An address that has used up that
  limit, which may be a whole school's, keeps two attempts for each account: enough for people who
  know their password, too few to try one password on every account.
* It also counts for the account from all addresses, over a day, because an attacker may have many.
  Others can use up that limit, but sign-in links do not depend on it, so the owner can still sign
  in.
* A link or token is looked up first and counted only if it is wrong: a valid one always works,
  whatever others at the same address have tried. It has 256 random bits.
* Submissions of signed-in users count for the user, from any address; their other requests do not
  count.
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

from server.errors import BusySigningIn, TooManyRequests, TooManySignIns, TooManySubmissions
from server.errors.playground import TooManyTraces
from server.messaging.jobs import QueueUnavailable
from server.settings import Settings

_PREFIX: Final = "semaforo:rate"
_SHARED_SECONDS: Final = 1.0
# After a failure Valkey is not used for this long, and no request waits for it.
_AWAY_SECONDS: Final = 5.0
# The number of addresses is unlimited; above this many keys in memory the counts are reset.
_MOST_OWN_KEYS: Final = 10_000

_log = structlog.get_logger("semaforo.rates")


@dataclass(frozen=True, slots=True)
class Rate:
    """A limit: `times` within `seconds`.

    name     What is counted; part of the key.
    refusal  What is raised when it is too often.
    """

    name: str
    times: int
    seconds: int
    refusal: type[TooManyRequests] = TooManyRequests

    @property
    def item(self) -> RateLimitItemPerSecond:
        """The same limit as the library's type."""
        return RateLimitItemPerSecond(self.times, self.seconds, namespace=self.name)


_MINUTE: Final = 60
_QUARTER: Final = 15 * _MINUTE

# At these limits, guessing a password of minimum strength (a million guesses) takes years.
WRONG_PASSWORDS: Final = Rate("password", 10, _QUARTER, TooManySignIns)
WRONG_PASSWORDS_OF_ADDRESS: Final = Rate("password-address", 100, _QUARTER, TooManySignIns)
# Attempts left for each account when the address has used up its own limit.
WRONG_PASSWORDS_THEN: Final = Rate("password-then", 2, _QUARTER, TooManySignIns)
WRONG_PASSWORDS_OF_ACCOUNT: Final = Rate("password-account", 500, 24 * 60 * _MINUTE, TooManySignIns)
# Accounts made with join codes: a class of 300 behind one address joins in its first minutes.
JOINS_OF_ADDRESS: Final = Rate("join-address", 1000, 60 * _MINUTE)
WRONG_PROOFS: Final = Rate("wrong-proof", 60, _MINUTE)
# By one person's programs: whoever steals a token must not keep its owner signed out.
SIGN_OUTS: Final = Rate("sign-out", 10, _QUARTER)

# Programs ask every few hours, and a person has a few of them.
CALENDARS: Final = Rate("calendar", 120, 60 * _MINUTE)

# Each asks the provider something; a whole school may come from one address.
PROVIDER_SIGN_INS: Final = Rate("provider-sign-in", 300, _MINUTE, BusySigningIn)

# Of one account from one address: from elsewhere, its owner can still ask.
PASSWORD_REQUESTS: Final = Rate("password-request", 5, _QUARTER)
PASSWORD_REQUESTS_OF_ADDRESS: Final = Rate("password-request-address", 200, _QUARTER)


def anonymous_rate(settings: Settings) -> Rate:
    """Return the limit of requests without credentials from one address."""
    return Rate("anonymous", settings.anonymous_requests_per_minute, _MINUTE)


def submission_rate(settings: Settings) -> Rate:
    """Return the limit of submissions of one person."""
    return Rate("submission", settings.submissions_per_minute, _MINUTE, TooManySubmissions)


def trace_rate(settings: Settings) -> Rate:
    """Return the limit of one person's programs in the playground."""
    return Rate("playground", settings.playground_per_minute, _MINUTE, TooManyTraces)


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
        """Count one event.

        Raises:
            TooManyRequests: the limit is reached, as `rate.refusal`; then it was not counted.
        """
        if not await self._is_left(rate, whom, counting=True):
            raise rate.refusal(await self._wait_seconds(rate, whom))

    async def require_left(self, rate: Rate, *whom: str) -> None:
        """Raise as `hit` does, without counting."""
        if not await self._is_left(rate, whom, counting=False):
            raise rate.refusal(await self._wait_seconds(rate, whom))

    async def forget(self, rate: Rate, *whom: str) -> None:
        """Reset the count."""
        self._own.clear(rate.item, *whom)
        if self._is_shared():
            try:
                async with asyncio.timeout(_SHARED_SECONDS):
                    await self._shared.clear(rate.item, *whom)
            except QueueUnavailable as error:
                self._note_away(error)

    async def _is_left(self, rate: Rate, whom: tuple[str, ...], *, counting: bool) -> bool:
        if self._is_shared():
            ask = self._shared.hit if counting else self._shared.test
            try:
                async with asyncio.timeout(_SHARED_SECONDS):
                    is_left = await ask(rate.item, *whom)
            except QueueUnavailable as error:
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
            except QueueUnavailable as error:
                self._note_away(error)
        found = found or self._own.get_window_stats(rate.item, *whom)
        return min(rate.seconds, max(2, math.ceil(found.reset_time - time.time())))

    def _is_shared(self) -> bool:
        return time.monotonic() >= self._away_until

    def _note_away(self, error: BaseException) -> None:
        self._away_until = time.monotonic() + _AWAY_SECONDS
        _log.warning("queue away, this process counts alone", error=str(error))
