"""Passwords: checked in threads of their own, hard to guess, and set with care."""

import asyncio
import threading
import time
from functools import partial
from queue import SimpleQueue

import pytest

from server import errors
from server.actions import passwords, sign_in
from server.password_pool import MOST_WAITING, MOST_WAITING_EACH, THREADS, PasswordPool
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_user

PASSWORD = "correct horse"  # noqa: S105


def test_only_the_right_password_is_verified() -> None:
    stored = passwords.hash_password(PASSWORD)

    assert stored.startswith("$argon2id$")
    assert passwords.verify(PASSWORD, stored)
    for wrong in ("wrong", "", PASSWORD + "x" * 100_000, "\0\ud800"):
        assert not passwords.verify(wrong, stored)


@pytest.mark.parametrize("password", [PASSWORD, "the password of an account that does not exist"])
def test_no_password_is_verified_for_an_account_without_one(password: str) -> None:
    assert not passwords.verify(password, None)


def test_an_account_without_password_costs_as_much_work_as_a_wrong_password() -> None:
    stored = passwords.hash_password(PASSWORD)

    def cpu_seconds(stored: str | None) -> float:
        begun = time.process_time()
        passwords.verify("wrong", stored)
        return time.process_time() - begun

    cpu_seconds(None)  # makes the hash that nobody's password is held to
    known, unknown = cpu_seconds(stored), cpu_seconds(None)

    # Without the work it is a hundred times less, so that the machine's load cannot matter.
    assert unknown > known / 4


@pytest.mark.parametrize("password", ["", "too short", "x" * 257])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(errors.WeakPassword):
        passwords.hash_password(password)


@pytest.mark.parametrize(
    "password",
    ["1234567890", "qwertyuiop", "password123", "aaaaaaaaaaaa", "ada.byron@example.org", "a1" * 40],
)
async def test_a_guessable_password_is_refused(sqlite_database: Database, password: str) -> None:
    async with sqlite_database.write() as session:
        ada = await a_user(session, name="Ada Byron", email="ada.byron@example.org")

    with pytest.raises(errors.GuessablePassword):
        passwords.require_hard_to_guess(password, *passwords.list_personal_words(ada))
    passwords.require_hard_to_guess("tres perros tristes", *passwords.list_personal_words(ada))


@pytest.mark.parametrize(
    "password", ["contraseña", "Contraseña2026", "micontraseña", "bienvenido1", "administrador"]
)
def test_what_spanish_speakers_choose_is_refused_with_and_without_its_accents(
    password: str,
) -> None:
    with pytest.raises(errors.GuessablePassword):
        passwords.require_hard_to_guess(password)
    with pytest.raises(errors.GuessablePassword):
        passwords.require_hard_to_guess(password.replace("ñ", "n"))


def test_a_name_with_an_accent_is_no_password_without_it_either() -> None:
    passwords.require_hard_to_guess("begonazulueta", "Ada Byron")

    with pytest.raises(errors.GuessablePassword):
        passwords.require_hard_to_guess("begonazulueta", "Begoña Zulueta")


async def test_setting_a_password_closes_every_login(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session)
        login = await sign_in.open_login(session, user, NOON)
        await passwords.set_password_hash(session, user, passwords.hash_password(PASSWORD))
        await session.commit()

        assert await sign_in.find_login(session, login, NOON) is None
        await session.refresh(user)
        assert passwords.verify(PASSWORD, user.password_hash)


async def test_one_of_two_concurrent_password_changes_succeeds(database: Database) -> None:
    async with database.write() as session:
        user = await a_user(session)
        await session.commit()
        await passwords.set_password_hash(session, user, "first")
        await session.commit()
    user.password_hash = None  # as the second one had read it

    async with database.write() as session:
        with pytest.raises(errors.WrongPassword):
            await passwords.set_password_hash(session, user, "second")


async def test_the_pool_serves_other_addresses_during_a_flood() -> None:
    pool, started, may_end = PasswordPool(), SimpleQueue[str](), threading.Semaphore(0)

    def work(address: str) -> None:
        started.put(address)
        may_end.acquire()

    async def next_started() -> list[str]:
        return [await asyncio.to_thread(started.get, timeout=10) for _ in range(THREADS)]

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(20):
                tasks.create_task(pool.run("flood", partial(work, "flood")))
            assert set(await next_started()) == {"flood"}
            tasks.create_task(pool.run("honest", partial(work, "honest")))
            await asyncio.sleep(0)
            may_end.release(THREADS)
            then = await next_started()
            may_end.release(20)
    finally:
        may_end.release(20)
        pool.close()

    assert "honest" in then


async def test_the_pool_limits_waiting_passwords_in_all_and_per_address() -> None:
    pool, gate = PasswordPool(), threading.Event()

    async def is_refused(address: str) -> None:
        with pytest.raises(errors.BusySigningIn):
            async with asyncio.timeout(10):
                await pool.run(address, gate.wait)

    try:
        async with asyncio.TaskGroup() as tasks:
            for _ in range(MOST_WAITING_EACH):
                tasks.create_task(pool.run("one", gate.wait))
            await asyncio.sleep(0)
            await is_refused("one")
            for other in range(MOST_WAITING - MOST_WAITING_EACH):
                tasks.create_task(pool.run(str(other), gate.wait))
            await asyncio.sleep(0)
            await is_refused("late")
            gate.set()
    finally:
        gate.set()
        pool.close()

    assert pool.inside == 0
