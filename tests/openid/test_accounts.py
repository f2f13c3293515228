"""Which account somebody comes into, and what a claim gives."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from pydantic import ValidationError
from sqlalchemy import select, update

from server.actions import provider_accounts, tokens
from server.errors.openid import NoAccountForEmail
from server.models import AuditEntry, Enrollment, Role, User
from server.openid.identity import Identity, identity_of
from server.openid.options import Grant
from server.settings import Settings
from server.storage.database import Database
from tests.fixtures.builders import a_course, a_user
from tests.fixtures.openid import RealProvider
from tests.fixtures.web import Site
from tests.openid.conftest import is_signed_in, sign_in
from tests.openid.test_sign_in import enrolled

NOW = datetime(2026, 11, 29, 10, tzinfo=UTC)
NEW = Identity("Nueva@Example.org", "Nora Nueva Sanz", "Nueva Sanz", frozenset())


async def audited(database: Database) -> list[tuple[str, Any, Any]]:
    async with database.read() as session:
        entries = (await session.scalars(select(AuditEntry))).all()
        return [(entry.action, entry.before, entry.after) for entry in entries]


async def admit(database: Database, identity: Identity, *, makes_accounts: bool) -> User:
    async with database.write() as session:
        user = await provider_accounts.admit(
            session, identity, makes_accounts=makes_accounts, language="en", now=NOW
        )
        await session.commit()
        return user


async def roles_of(database: Database, user: User) -> dict[Any, Role]:
    async with database.read() as session:
        rows = await session.scalars(select(Enrollment).where(Enrollment.user_id == user.id))
        return {row.course_id: row.role for row in rows}


async def test_somebody_without_an_account_sees_the_address_and_none_is_made(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    provider.knows("new", email="new@example.org", email_verified=True)

    answer = await sign_in(stranger, "new")

    assert answer.status_code == 403
    assert "You have no account here." in answer.text
    assert "new@example.org" in answer.text
    async with site.database.read() as session:
        assert await session.scalar(select(User).where(User.email == "new@example.org")) is None


async def test_by_a_setting_an_account_is_made_with_a_pseudonym(database: Database) -> None:
    with pytest.raises(NoAccountForEmail):
        await admit(database, NEW, makes_accounts=False)

    user = await admit(database, NEW, makes_accounts=True)

    assert (user.email, user.name, user.family_name) == (
        "nueva@example.org",
        "Nora Nueva Sanz",
        "Nueva Sanz",
    )
    assert "Nueva" not in user.display_name
    assert not user.is_administrator
    made = {"email": user.email, "name": user.name, "by": "OpenID Connect"}
    assert await audited(database) == [("people.create", None, made)]
    assert (await admit(database, NEW, makes_accounts=True)).id == user.id


async def test_somebody_without_a_name_there_is_named_by_their_address(database: Database) -> None:
    nameless = Identity("ana.gil@example.org", "\u200b", None, frozenset())

    assert (await admit(database, nameless, makes_accounts=True)).name == "ana.gil"


async def test_what_is_no_address_opens_nothing(database: Database) -> None:
    with pytest.raises(NoAccountForEmail):
        await admit(database, Identity("x", "X", None, frozenset()), makes_accounts=True)


async def test_the_owner_of_an_address_takes_over_an_account_that_somebody_made_with_it(
    database: Database,
) -> None:
    """With a join code anybody could have typed it, and would stay in the owner's account."""
    async with database.write() as session:
        user = await a_user(session, password="correcta y larga")  # noqa: S106
        _, token = await tokens.issue(session, user, "CI", NOW)
        await session.execute(update(User).where(User.id == user.id).values(is_email_proven=False))
        await session.commit()

    identity = Identity(user.email, user.name, None, frozenset())
    owned = await admit(database, identity, makes_accounts=False)

    assert owned.id == user.id
    async with database.read() as session:
        stored = await session.get_one(User, user.id)
        assert stored.password_hash is None
        assert stored.is_email_proven
        with pytest.raises(Exception, match="revoked"):
            await tokens.authenticate(session, token, NOW)
    assert [action for action, _, _ in await audited(database)] == ["people.prove_email"]


async def test_an_account_that_staff_made_keeps_its_password(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    async with site.database.write() as session:
        user = await a_user(session, password="correcta y larga")  # noqa: S106
        await session.commit()
    provider.knows("ana", email=user.email, email_verified=True)

    assert (await sign_in(stranger, "ana")).status_code == 303

    async with site.database.read() as session:
        assert (await session.get_one(User, user.id)).password_hash is not None


GRANTS = (
    Grant("profes", "async", "instructor"),
    Grant("ayuda", "async", "grader"),
    Grant("alumnos", "async", "student"),
    Grant("alumnos", "nowhere", "student"),
)


async def give(database: Database, user: User, *values: str) -> None:
    async with database.write() as session:
        await provider_accounts.give_roles(session, user, frozenset(values), GRANTS, NOW)
        await session.commit()


async def test_a_claim_enrolls_with_the_highest_role_and_takes_none_away(
    database: Database,
) -> None:
    async with database.write() as session:
        course = await a_course(session, slug="async")
        user = await a_user(session)
        await session.commit()

    await give(database, user, "others")
    assert await roles_of(database, user) == {}
    await give(database, user, "alumnos")
    assert await roles_of(database, user) == {course.id: Role.STUDENT}
    await give(database, user, "alumnos", "profes", "ayuda")
    assert await roles_of(database, user) == {course.id: Role.INSTRUCTOR}
    await give(database, user, "alumnos")
    await give(database, user)
    assert await roles_of(database, user) == {course.id: Role.INSTRUCTOR}

    source = {"by": "OpenID Connect"}
    assert (await audited(database))[1:] == [  # after the course
        ("roster.enroll", None, {"role": "student", **source}),
        ("roster.change", {"role": "student"}, {"role": "instructor", **source}),
    ]


async def test_an_archived_course_takes_nobody(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session, slug="async")
        course.archived_at = NOW
        user = await a_user(session)
        await session.commit()

    await give(database, user, "alumnos")

    assert await roles_of(database, user) == {}


class TestByTheSite:
    """The same with the settings of a server."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        more = {
            "oidc_roles_claim": "realm_access.roles",
            "oidc_roles": "jefes=async:instructor",
            "oidc_administrators": "sysadmins",
        }
        return settings.model_copy(update=more)

    async def test_a_claim_in_a_path_gives_a_role_at_sign_in(
        self, stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
    ) -> None:
        async with site.database.write() as session:
            course = await a_course(session, slug="async")
            await session.commit()
        sub = enrolled(site, provider, realm_access={"roles": ["jefes", 7]})

        assert (await sign_in(stranger, sub)).status_code == 303

        roles = await roles_of(site.database, site.student.user)
        assert roles[course.id] is Role.INSTRUCTOR

    async def test_a_claim_makes_an_administrator_who_stays_signed_in(
        self, stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
    ) -> None:
        sub = enrolled(site, provider, realm_access={"roles": ["sysadmins"]})

        await sign_in(stranger, sub)

        assert (await stranger.get("/admin/people")).status_code == 200
        assert "people.appoint" in [action for action, _, _ in await audited(site.database)]


async def test_no_claim_makes_an_administrator_unless_set(
    stranger: httpx2.AsyncClient, site: Site, provider: RealProvider
) -> None:
    sub = enrolled(site, provider, groups=["", "sysadmins"], is_administrator=True)

    await sign_in(stranger, sub)

    assert await is_signed_in(stranger)
    assert (await stranger.get("/admin/people")).status_code == 403


def test_a_claim_may_be_a_text_a_list_or_a_path() -> None:
    claims_of_user = {"email": "a@example.org", "email_verified": "true"}

    def values(name: str, **claims: object) -> frozenset[str]:
        return identity_of({**claims_of_user, **claims}, name).values

    assert values("g", g="x") == {"x"}
    assert values("g", g=["x", 1, None, "y"]) == {"x", "y"}
    assert values("a.b", a={"b": ["x"]}) == {"x"}
    assert values("https://x.test/g", **{"https://x.test/g": ["x"]}) == {"x"}
    assert values("a.b", a=["b"]) == values("") == values("g", g={"x": "y"}) == frozenset()


CLIENT = {"oidc_client_id": "semaforo", "oidc_client_secret": "s"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"oidc_issuer": "http://campus.example", **CLIENT},
        {"oidc_issuer": "campus", **CLIENT},
        {"oidc_issuer": "https://campus.example"},
        {"oidc_roles": "a=b:teacher", "oidc_roles_claim": "g"},
        {"oidc_roles": "a=b:student"},
        {"oidc_administrators": "a"},
    ],
)
def test_settings_that_cannot_work_are_refused_at_the_start(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings(**wrong)


def test_the_value_of_a_claim_may_be_a_directory_name() -> None:
    roles = "cn=Profes,ou=x=async:instructor ; b = other-1:student;"
    settings = Settings(oidc_roles=roles, oidc_roles_claim="groups")

    assert settings.oidc_grants == (
        Grant("cn=Profes,ou=x", "async", "instructor"),
        Grant("b", "other-1", "student"),
    )


def test_the_secret_is_not_shown() -> None:
    settings = Settings(oidc_issuer="https://campus.example", **CLIENT)

    assert "'s'" not in repr(settings)
    assert settings.oidc_label == "campus.example"
