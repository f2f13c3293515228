"""Hostile values in every place of every JSON body: they are refused, and never a 500."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.roles import Visitor, a_world, proof_of
from tests.fixtures.routes import REQUESTS, filled, named_in, values_for
from tests.fixtures.web import a_site

# Half a character (JSON can write one, UTF-8 cannot), NUL (PostgreSQL stores none), and so on.
HOSTILE: tuple[Any, ...] = ("\ud800", "a\0b", "x" * 200_000, 10**30, -1, 1e308, None, [], {}, [[]])
UNLIMITED = {"submissions_per_minute": 100_000, "tokens_per_person": 100_000}


def bodies_with(body: Any, value: Any) -> Iterator[Any]:
    """Yield the body with the value in each of its places, one at a time."""
    yield value
    if isinstance(body, dict):
        for name, part in body.items():
            yield from ({**body, name: changed} for changed in bodies_with(part, value))
    elif isinstance(body, list):
        for number, part in enumerate(body):
            for changed in bodies_with(part, value):
                yield [*body[:number], changed, *body[number + 1 :]]


@pytest.mark.usefixtures("queue")
@pytest.mark.parametrize("who", [Visitor.STUDENT, Visitor.ADMINISTRATOR], ids=str)
async def test_hostile_values_are_answered_with_a_refusal(
    database: Database, database_url: str, settings: Settings, who: Visitor
) -> None:
    given = settings.model_copy(update={**UNLIMITED, "database_url": database_url})
    broken = []
    async with a_site(database, given) as site:
        async with database.write() as session:
            world = await a_world(session, who)
            headers = await proof_of(session, who, world.visitor, is_api=True)
            await session.commit()
        for route, more in REQUESTS.items():
            if "json" not in more:
                continue
            method, pattern = route.split()
            async with database.write() as session:
                names = {*named_in(pattern), *named_in(more)}
                places = await values_for(session, world, names)
                await session.commit()
            address, body = filled(pattern, places), filled(more["json"], places)
            for value in HOSTILE:
                for changed in bodies_with(body, value):
                    answer = await site.client.request(
                        method,
                        address,
                        content=json.dumps(changed),
                        headers={**headers, "Content-Type": "application/json"},
                    )
                    if answer.status_code >= 500:
                        broken.append((route, repr(changed)[:200]))

    assert broken == []
