"""Claims, fencing and leases."""

import asyncio
from uuid import UUID, uuid4

import pytest

from graders.report import RunState, Verdict
from graders.text import Text
from server.actions import grading
from server.storage.database import Database
from tests.actions.runs import (
    LEASE_SECONDS,
    claim,
    claim_number,
    claimable,
    find_submission,
    finish,
    give_back,
    state_of,
)
from tests.fixtures.builders import (
    SOURCE,
    a_check,
    a_report,
    later,
)


async def test_a_claim_has_everything_that_grading_needs(database: Database, run_id: UUID) -> None:
    claimed = await claim(database, run_id)

    assert claimed is not None
    assert claimed.number == 1
    assert claimed.exercise == "gather"
    assert list(claimed.files.items()) == [("a.py", SOURCE), ("b.py", b"2")]


async def test_one_of_twenty_concurrent_claims_gets_the_run(
    database: Database, run_id: UUID
) -> None:
    claims = await asyncio.gather(*(claim(database, run_id) for _ in range(20)))

    assert sorted(claimed.number for claimed in claims if claimed) == [1]


async def test_a_run_with_a_valid_lease_is_not_claimed_by_another_worker(
    database: Database, run_id: UUID
) -> None:
    await claim(database, run_id)

    assert await claim(database, run_id, LEASE_SECONDS - 1) is None
    assert await claimable(database, LEASE_SECONDS - 1) == 0


async def test_a_run_with_an_expired_lease_is_claimed_again(
    database: Database, run_id: UUID
) -> None:
    await claim(database, run_id)

    assert await claimable(database, LEASE_SECONDS + 1) == 1
    assert await claim_number(database, run_id, LEASE_SECONDS + 1) == 2


async def test_a_renewed_lease_keeps_the_run(database: Database, run_id: UUID) -> None:
    number = await claim_number(database, run_id)
    async with database.write() as session:
        renewed = await grading.renew(session, run_id, number, later(LEASE_SECONDS - 1))
        await session.commit()

    assert renewed
    assert await claim(database, run_id, LEASE_SECONDS + 1) is None


async def test_an_overtaken_claim_cannot_renew_or_give_back(
    database: Database, run_id: UUID
) -> None:
    first = await claim_number(database, run_id)
    await claim(database, run_id, LEASE_SECONDS + 1)

    async with database.write() as session:
        assert not await grading.renew(session, run_id, first, later(LEASE_SECONDS + 2))
    assert not await give_back(database, run_id, first, 0)
    assert await state_of(database, run_id) is RunState.RUNNING


async def test_a_late_report_from_an_overtaken_claim_is_dropped(
    database: Database, run_id: UUID
) -> None:
    first = await claim_number(database, run_id)
    second = await claim_number(database, run_id, LEASE_SECONDS + 1)

    accepted = [await finish(database, run_id, number) for number in (first, second)]

    assert accepted == [False, True]


async def test_a_report_that_comes_twice_is_stored_once(database: Database, run_id: UUID) -> None:
    number = await claim_number(database, run_id)

    accepted = await asyncio.gather(*(finish(database, run_id, number) for _ in range(5)))

    assert sorted(accepted) == [False, False, False, False, True]


async def test_a_finished_run_is_never_claimed_again(database: Database, run_id: UUID) -> None:
    await finish(database, run_id, await claim_number(database, run_id))

    assert await claim(database, run_id, 10 * LEASE_SECONDS) is None
    assert await claimable(database, 10 * LEASE_SECONDS) == 0


async def test_a_report_comes_back_as_it_was_stored(database: Database, run_id: UUID) -> None:
    report = a_report(
        a_check("first", points=2),
        a_check("second", points=0, verdict=Verdict.CRASHED, message=Text("á", "b"), line=3),
    )

    await finish(database, run_id, await claim_number(database, run_id), report)

    submission = await find_submission(database, run_id)
    assert submission.run.report("gather", is_staff=True) == report
    assert (submission.run.points, submission.run.max_points) == (2, 3)


async def test_any_program_output_can_be_stored(database: Database, run_id: UUID) -> None:
    nasty = "NUL \0, half a pair \ud800, bell \a, \N{ROCKET}"
    report = a_report(a_check(output=nasty, message=Text.same(nasty)))

    assert await finish(database, run_id, await claim_number(database, run_id), report)

    check = (await find_submission(database, run_id)).run.checks[0]
    assert check.output == "NUL \N{SYMBOL FOR NULL}, half a pair ?, bell \a, \N{ROCKET}"


async def test_an_inconclusive_report_is_refused_and_the_run_stays_held(
    database: Database, run_id: UUID
) -> None:
    number = await claim_number(database, run_id)
    report = a_report(a_check(points=0, verdict=Verdict.INCONCLUSIVE))

    with pytest.raises(ValueError, match="inconclusive"):
        await finish(database, run_id, number, report)

    assert await state_of(database, run_id) is RunState.RUNNING


async def test_a_run_given_back_waits_until_its_moment(database: Database, run_id: UUID) -> None:
    await give_back(database, run_id, await claim_number(database, run_id), 5)

    assert await claim(database, run_id, 4) is None
    assert await claimable(database, 4) == 0
    assert await claimable(database, 5) == 1
    assert await claim_number(database, run_id, 5) == 2


async def test_a_run_given_back_waits_a_minute_at_most(database: Database, run_id: UUID) -> None:
    await give_back(database, run_id, await claim_number(database, run_id), 3600)

    assert await claim(database, run_id, 59) is None
    assert await claim_number(database, run_id, 60) == 2


async def test_claiming_an_unknown_run_returns_none(database: Database) -> None:
    assert await claim(database, uuid4()) is None
    assert await claimable(database) == 0
