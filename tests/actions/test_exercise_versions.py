"""Versions of added exercises: adding, claims of checks, what is in use, taking away."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Text
from server.access import Viewer
from server.actions import administrators, exercise_checks, exercise_versions
from server.actions.exercise_checks import LEASE, MOST_TRIES, CheckClaim
from server.errors import (
    AdministratorsOnly,
    ExerciseIsGiven,
    ExerciseNameTaken,
    OtherFilesAskedFor,
    UnknownAddedExercise,
)
from server.exercise_archive import ExerciseFiles
from server.exercise_inspection import inspect
from server.ids import uuid7
from server.models import AuditEntry, ExerciseVersion, User, VersionState
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_course, a_user, an_assignment, later, viewer_of
from tests.fixtures.exercises import SLUG, a_version, a_version_in_use, an_exercise, changed

FAULT = Text("La muestra no pasa.", "The sample does not pass.")


async def _boss(session: AsyncSession) -> Viewer:
    user = await a_user(session, email="boss@example.org")
    await administrators.appoint(session, None, user, NOON)
    return await viewer_of(session, user)


async def _claim(session: AsyncSession, seconds: float) -> CheckClaim:
    claim = await exercise_checks.claim(session, later(seconds))
    assert claim is not None
    return claim


async def _in_use(session: AsyncSession) -> list[str]:
    return [content_hash for _, content_hash in await exercise_versions.list_in_use(session)]


async def test_a_version_is_used_once_its_check_finds_nothing(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        version = await a_version(session, boss, now=NOON)
        before = await _in_use(session)
        claim = await _claim(session, 1)
        assert await exercise_checks.finish(session, claim, [], later(2))
        await session.commit()

    async with database.read() as session:
        assert before == []
        assert await exercise_versions.list_in_use(session) == {(SLUG, version.content_hash)}
        stored = await exercise_versions.get_archive(session, SLUG, version.content_hash)
        assert stored == an_exercise().to_zip()
        actions = await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id))
        assert list(actions)[1:] == ["exercise.add", "exercise.check", "exercise.use"]


async def test_a_version_that_fails_leaves_the_one_before_in_use(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        first = await a_version_in_use(session, boss, now=NOON)
        second = await a_version(session, boss, changed(), now=later(10))
        await exercise_checks.finish(session, await _claim(session, 11), [FAULT], later(12))

        assert await _in_use(session) == [first.content_hash]
        assert second.state is VersionState.REFUSED
        assert second.faults == [{"es": FAULT.es, "en": FAULT.en}]


async def test_a_new_version_takes_the_place_of_the_one_before(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version_in_use(session, boss, now=NOON)
        second = await a_version_in_use(session, boss, changed(), now=later(10))

        assert await _in_use(session) == [second.content_hash]


async def test_the_version_asked_for_last_is_used_whichever_check_ends_last(
    database: Database,
) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version(session, boss, now=NOON)
        second = await a_version(session, boss, changed(), now=later(1))
        first_claim, second_claim = await _claim(session, 2), await _claim(session, 3)
        await exercise_checks.finish(session, second_claim, [], later(4))
        await exercise_checks.finish(session, first_claim, [], later(5))

        assert await _in_use(session) == [second.content_hash]


async def test_an_older_version_added_again_is_checked_and_used_again(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        first = await a_version_in_use(session, boss, now=NOON)
        await a_version_in_use(session, boss, changed(), now=later(10))
        again = await a_version_in_use(session, boss, now=later(20))

        assert again.id == first.id
        assert await _in_use(session) == [first.content_hash]


async def test_files_that_are_in_use_are_not_checked_again(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version_in_use(session, boss, now=NOON)
        await a_version(session, boss, now=later(10))

        assert not await exercise_checks.is_any_due(session, later(11))


async def test_the_same_files_added_at_once_are_one_version(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await session.commit()

    async def add() -> UUID:
        async with database.write() as session:
            version = await a_version(session, boss, now=NOON)
            await session.commit()
            return version.id

    assert len(set(await asyncio.gather(*(add() for _ in range(5))))) == 1


async def test_what_the_database_refuses_for_another_reason_is_not_added_again(
    database: Database,
) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await session.commit()
    async with database.write() as session:
        unknown = replace(boss, user=User(id=uuid7(), is_administrator=True))
        with pytest.raises(IntegrityError):
            await a_version(session, unknown, now=NOON)


async def test_of_two_checks_that_end_at_once_the_version_asked_for_last_is_used(
    database: Database,
) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version(session, boss, now=NOON)
        second = await a_version(session, boss, changed(), now=later(1))
        claims = await _claim(session, 2), await _claim(session, 3)
        await session.commit()

    async def finish(claim: CheckClaim) -> bool:
        async with database.write() as session:
            is_ours = await exercise_checks.finish(session, claim, [], later(4))
            await session.commit()
            return is_ours

    assert await asyncio.gather(*map(finish, claims)) == [True, True]
    async with database.read() as session:
        assert await _in_use(session) == [second.content_hash]


async def test_only_the_latest_claim_of_a_check_counts(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version(session, boss, now=NOON)
        lost = await _claim(session, 0)
        assert await exercise_checks.claim(session, later(1)) is None
        newer = await _claim(session, LEASE.total_seconds() + 1)

        assert not await exercise_checks.renew(session, lost, later(62))
        assert not await exercise_checks.finish(session, lost, [], later(62))
        assert await exercise_checks.renew(session, newer, later(62))
        assert (newer.tries, await _in_use(session)) == (1, [])


async def test_adding_the_same_files_again_ends_the_claim_under_way(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version(session, boss, now=NOON)
        before = await _claim(session, 1)
        await a_version(session, boss, now=later(2))

        assert not await exercise_checks.finish(session, before, [], later(3))
        assert (await _claim(session, 4)).tries == 0


async def test_a_check_that_workers_do_not_survive_is_refused(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        version = await a_version(session, boss, now=NOON)
        for number in range(MOST_TRIES):
            claim = await _claim(session, 61 * number)
        assert claim.is_last
        assert await exercise_checks.claim(session, later(61 * MOST_TRIES)) is None
        await session.refresh(version)

        assert version.state is VersionState.REFUSED
        assert "3 tries" in version.faults[0]["en"]


async def test_a_check_given_back_waits_for_its_pause_and_costs_a_stopping_worker_no_try(
    database: Database,
) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version(session, boss, now=NOON)
        stopped = await _claim(session, 1)
        await exercise_checks.give_back(session, stopped, later(2), pause=timedelta())
        busy = await _claim(session, 3)
        await exercise_checks.give_back(session, busy, later(4), pause=timedelta(seconds=20))

        assert busy.tries == 0
        assert await exercise_checks.claim(session, later(23)) is None
        assert (await _claim(session, 25)).tries == 1


async def test_names_on_the_servers_disk_cannot_be_taken(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        with pytest.raises(ExerciseNameTaken, match=SLUG):
            await exercise_versions.add(
                session, boss, inspect(an_exercise()), on_disk=frozenset({SLUG}), now=NOON
            )


def _asking_for(name: str) -> ExerciseFiles:
    manifest = an_exercise().files["exercise.toml"].replace(b"solution.py", name.encode())
    return an_exercise(exercise__toml=manifest)


async def test_a_version_cannot_ask_for_other_files_than_the_one_in_use(
    database: Database,
) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version_in_use(session, boss, now=NOON)
        with pytest.raises(OtherFilesAskedFor, match=r"solution\.py.*main\.py"):
            await a_version(session, boss, _asking_for("main.py"), now=later(1))


async def test_that_holds_too_where_both_were_added_before_either_was_checked(
    database: Database,
) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        first = await a_version(session, boss, now=NOON)
        other = await a_version(session, boss, _asking_for("main.py"), now=later(1))
        for seconds in (2, 3):
            claim = await _claim(session, seconds)
            await exercise_checks.finish(session, claim, [], later(seconds))

        assert await _in_use(session) == [first.content_hash]
        assert other.state is VersionState.REFUSED


async def test_an_exercise_that_a_course_gives_stays(database: Database) -> None:
    async with database.write() as session:
        boss = await _boss(session)
        await a_version_in_use(session, boss, now=NOON)
        course = await a_course(session)
        assignment = await an_assignment(session, course, SLUG)
        with pytest.raises(ExerciseIsGiven, match=course.slug):
            await exercise_versions.remove(session, boss, SLUG, NOON)
        await session.delete(assignment)
        await session.flush()
        await exercise_versions.remove(session, boss, SLUG, NOON)

        assert (await session.scalars(select(ExerciseVersion.id))).all() == []
        with pytest.raises(UnknownAddedExercise):
            await exercise_versions.remove(session, boss, SLUG, NOON)


async def test_only_administrators_may_do_any_of_it(database: Database) -> None:
    async with database.write() as session:
        nobody = await viewer_of(session, await a_user(session))
        with pytest.raises(AdministratorsOnly):
            await a_version(session, nobody)
        for ask in (exercise_versions.list_versions, exercise_versions.list_slugs):
            with pytest.raises(AdministratorsOnly):
                await ask(
                    session, nobody, *([[]] if ask is exercise_versions.list_versions else [])
                )
        with pytest.raises(AdministratorsOnly):
            await exercise_versions.remove(session, nobody, SLUG, NOON)
