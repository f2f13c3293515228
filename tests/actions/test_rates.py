"""Rates: exact, in Valkey for all processes together, and without it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from arq.connections import ArqRedis

from server.errors import TooManyRequests, TooManySignIns
from server.http.addresses import network_of
from server.http.rates import Rate, Rates
from server.messaging.jobs import open_queue
from tests.fixtures.queue import QueueServer

THREE = Rate("three", 3, 600, TooManySignIns)


@pytest.fixture(params=["valkey", "memory"])
async def rates(request: pytest.FixtureRequest, queue: ArqRedis) -> AsyncIterator[Rates]:
    if request.param == "valkey":
        yield Rates(queue)
        return
    nobody = open_queue("unix:///nonexistent/queue.sock")
    yield Rates(nobody)
    await nobody.aclose()


async def test_an_event_above_the_limit_is_refused_with_the_time_to_wait(rates: Rates) -> None:
    for _ in range(3):
        await rates.hit(THREE, "ana")

    with pytest.raises(TooManySignIns) as refusal:
        await rates.hit(THREE, "ana")
    with pytest.raises(TooManySignIns):
        await rates.require_left(THREE, "ana")
    await rates.hit(THREE, "ben")

    assert 590 <= refusal.value.retry_after_seconds <= 600


async def test_checking_does_not_count_and_a_reset_clears_the_count(rates: Rates) -> None:
    for _ in range(5):
        await rates.require_left(THREE, "ana")
    for _ in range(3):
        await rates.hit(THREE, "ana")
    await rates.forget(THREE, "ana")

    outcomes = [await _is_taken(rates) for _ in range(4)]

    assert outcomes == [True, True, True, False]


async def _is_taken(rates: Rates) -> bool:
    try:
        await rates.hit(THREE, "ana")
    except TooManySignIns:
        return False
    return True


async def test_of_concurrent_events_as_many_as_allowed_succeed(rates: Rates) -> None:
    outcomes = await asyncio.gather(
        *(rates.hit(THREE, "ana") for _ in range(20)), return_exceptions=True
    )

    assert sum(outcome is None for outcome in outcomes) == 3


async def test_processes_count_together(queue: ArqRedis) -> None:
    first, second = Rates(queue), Rates(queue)
    for rates in (first, second, first):
        await rates.hit(THREE, "ana")

    with pytest.raises(TooManyRequests):
        await second.hit(THREE, "ana")


async def test_counts_survive_the_loss_of_valkey_and_stop_no_request(
    queue_server: QueueServer,
) -> None:
    queue = open_queue(queue_server.url)
    rates = Rates(queue)
    await rates.hit(THREE, "ana")
    queue_server.kill()

    for _ in range(2):
        await rates.hit(THREE, "ana")
    with pytest.raises(TooManyRequests):
        await rates.hit(THREE, "ana")
    await queue.aclose()


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("whatever", "unknown"),
    ],
)
def test_an_address_is_counted_as_its_network(host: str, counted: str) -> None:
    assert network_of(host) == counted
