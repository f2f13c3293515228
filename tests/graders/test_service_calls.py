"""What a program calls between two calls of its own is deferred, in order and bounded."""

import asyncio
from typing import Any

import pytest

from graders.kit.services.barrier import QUIET, Service
from graders.kit.services.service_calls import (
    MAX_CALLS,
    OPEN_AFTER_SECONDS,
    PAUSE_SECONDS,
    ServiceCalls,
    TooManyCalls,
)
from graders.kit.wire.frames import MAX_FRAME, pack


@pytest.fixture
def answers() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def service_calls(answers: list[dict[str, Any]]) -> ServiceCalls:
    service_calls = ServiceCalls(answers.append)
    service_calls.services["f"] = Service(service_calls, "f", lambda: None, 2, (), "function")
    return service_calls


def request_of(number: int) -> dict[str, Any]:
    named = {"$": "dict", "v": []}
    rest = {"arguments": [], "named": named, "part": "", "instance": 0}
    return {"service": "f", "number": number, **rest}


async def test_calls_during_a_pause_are_noted_after_it_and_in_order(
    service_calls: ServiceCalls, answers: list[dict[str, Any]]
) -> None:
    service_calls.on_asked(request_of(1))
    service_calls.pause()
    service_calls.on_cancelled(1)
    service_calls.on_asked(request_of(2))

    before = [call.how for call in service_calls.evidence.calls]
    service_calls.resume()
    service_calls.on_asked(request_of(3))
    service_calls.open_reached()

    assert before == [None]
    assert [call.how for call in service_calls.evidence.calls] == [
        "cancelled",
        "answered",
        "answered",
    ]
    assert [call.number for call in service_calls.evidence.calls] == [1, 2, 3]
    (together,) = answers
    assert [answer["number"] for answer in together["answers"]] == [2, 3]


async def test_a_check_that_waits_for_later_calls_gets_them(service_calls: ServiceCalls) -> None:
    service_calls.pause()
    service_calls.on_asked(request_of(1))
    assert not service_calls.evidence.calls

    async with asyncio.timeout(20 * PAUSE_SECONDS):
        while not service_calls.evidence.calls:  # noqa: ASYNC110  as the check would that sees no more
            await asyncio.sleep(0.01)


async def test_deferred_calls_are_forgotten_at_the_close(service_calls: ServiceCalls) -> None:
    service_calls.pause()
    service_calls.on_asked(request_of(1))
    service_calls.close()
    service_calls.resume()

    assert not service_calls.evidence.calls


async def test_calls_are_bounded_during_a_pause_too(service_calls: ServiceCalls) -> None:
    service_calls.on_asked(request_of(0))
    service_calls.pause()
    for number in range(1, MAX_CALLS):
        service_calls.on_asked(request_of(number))

    with pytest.raises(TooManyCalls):
        service_calls.on_asked(request_of(MAX_CALLS))


async def test_giving_up_is_bounded_in_a_pause(service_calls: ServiceCalls) -> None:
    service_calls.on_asked(request_of(1))
    service_calls.pause()
    for _ in range(2 * MAX_CALLS):
        service_calls.on_cancelled(1)

    with pytest.raises(TooManyCalls):
        service_calls.on_cancelled(1)


async def test_a_barrier_that_is_reached_opens_when_the_program_rests(
    service_calls: ServiceCalls, answers: list[dict[str, Any]]
) -> None:
    service_calls.on_asked(request_of(1))
    opened_short = service_calls.open_reached()
    service_calls.on_asked(request_of(2))
    before = list(answers)

    opened = service_calls.open_reached()
    service_calls.on_asked(request_of(3))

    assert (opened_short, before, opened) == (False, [], True)
    together, after = answers
    assert [answer["number"] for answer in together["answers"]] == [1, 2]
    assert after["number"] == 3


async def test_a_barrier_that_is_reached_opens_for_a_program_that_never_rests(
    service_calls: ServiceCalls, answers: list[dict[str, Any]]
) -> None:
    service_calls.on_asked(request_of(1))
    service_calls.on_asked(request_of(2))

    async with asyncio.timeout(40 * OPEN_AFTER_SECONDS):
        while not answers:  # noqa: ASYNC110  as the program would that polls
            await asyncio.sleep(0.01)

    (together,) = answers
    assert [answer["number"] for answer in together["answers"]] == [1, 2]


async def test_what_is_answered_together_is_one_frame_for_each_process(
    service_calls: ServiceCalls, answers: list[dict[str, Any]]
) -> None:
    others: list[dict[str, Any]] = []
    for number in (1, 2, 3):
        service_calls.services[f"q{number}"] = Service(
            service_calls, f"q{number}", lambda: None, QUIET, (), "function"
        )
        service_calls.on_asked({**request_of(number), "service": f"q{number}"})
    service_calls.on_asked({**request_of(1), "service": "q1"}, process=2, send=others.append)

    service_calls.on_quiet()

    (frame,) = answers
    assert frame["t"] == "together"
    assert [answer["number"] for answer in frame["answers"]] == [1, 2, 3]
    assert [answer["number"] for answer in others] == [1]


async def test_what_is_too_much_for_one_frame_is_sent_one_by_one(
    service_calls: ServiceCalls,
) -> None:
    sent: list[int] = []
    half = "x" * (MAX_FRAME // 2)
    service = Service(service_calls, "big", lambda: half, QUIET, (), "function")
    service_calls.services["big"] = service
    for number in (1, 2, 3):
        frame = {**request_of(number), "service": "big"}
        service_calls.on_asked(frame, send=lambda answer: sent.append(len(pack(answer))))

    service_calls.on_quiet()

    assert len(sent) == 3
