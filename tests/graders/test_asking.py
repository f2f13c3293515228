"""What a program asks between its calls is kept, in its order, and never without bound."""

import asyncio
from typing import Any

import pytest

from graders.kit.services.barrier import Service
from graders.kit.services.service_calls import MAX_CALLS, PAUSE_SECONDS, Asking, TooManyCalls


@pytest.fixture
def answers() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def asking(answers: list[dict[str, Any]]) -> Asking:
    asking = Asking(answers.append)
    asking.services["f"] = Service(asking, "f", lambda: None, 2, (), "function")
    return asking


def asked(number: int) -> dict[str, Any]:
    named = {"$": "dict", "v": []}
    rest = {"arguments": [], "named": named, "part": "", "instance": 0}
    return {"service": "f", "number": number, **rest}


async def test_what_comes_in_a_pause_is_noted_after_it_and_in_order(
    asking: Asking, answers: list[dict[str, Any]]
) -> None:
    asking.on_asked(asked(1))
    asking.pause()
    asking.on_cancelled(1)
    asking.on_asked(asked(2))

    before = [call.how for call in asking.evidence.calls]
    asking.resume()
    asking.on_asked(asked(3))

    assert before == [""]
    assert [call.how for call in asking.evidence.calls] == ["cancelled", "answered", "answered"]
    assert [call.number for call in asking.evidence.calls] == [1, 2, 3]
    assert [answer["number"] for answer in answers] == [2, 3]


async def test_a_check_that_waits_for_what_comes_gets_it(asking: Asking) -> None:
    asking.pause()
    asking.on_asked(asked(1))
    assert not asking.evidence.calls

    async with asyncio.timeout(20 * PAUSE_SECONDS):
        while not asking.evidence.calls:  # noqa: ASYNC110  as the check would that sees no more
            await asyncio.sleep(0.01)


async def test_what_nobody_looked_at_is_forgotten_at_the_close(asking: Asking) -> None:
    asking.pause()
    asking.on_asked(asked(1))
    asking.close()
    asking.resume()

    assert not asking.evidence.calls


async def test_calls_are_bounded_in_a_pause_as_ever(asking: Asking) -> None:
    asking.on_asked(asked(0))
    asking.pause()
    for number in range(1, MAX_CALLS):
        asking.on_asked(asked(number))

    with pytest.raises(TooManyCalls):
        asking.on_asked(asked(MAX_CALLS))


async def test_giving_up_is_bounded_in_a_pause(asking: Asking) -> None:
    asking.on_asked(asked(1))
    asking.pause()
    for _ in range(2 * MAX_CALLS):
        asking.on_cancelled(1)

    with pytest.raises(TooManyCalls):
        asking.on_cancelled(1)
