"""Courses and their people by the API."""

from typing import Any

import httpx2

from tests.fixtures.web import Site

LIST = "nombre;correo;grupo\nInés Vega;i@example.org;A\nMal;mal;\n"


async def test_a_course_is_made_changed_copied_and_archived(site: Site) -> None:
    made = await ask(site, "POST", "/api/courses", json={"title": "Nuevo", "timezone": "UTC"})
    assert (made.status_code, made.json()["slug"], made.json()["role"]) == (
        201,
        "nuevo",
        "instructor",
    )

    changed = await ask(site, "PATCH", "/api/courses/nuevo", json={"title": "B", "archived": True})
    assert changed.json()["title"] == "B"
    assert changed.json()["archived_at"] is not None
    slugs = [one["slug"] for one in (await ask(site, "GET", "/api/courses")).json()]
    assert slugs == [site.course.slug]
    everything = (await ask(site, "GET", "/api/courses?archived=true")).json()
    assert [one["slug"] for one in everything] == [site.course.slug, "nuevo"]
    copied = await ask(
        site,
        "POST",
        f"/api/courses/{site.course.slug}/copies",
        json={"title": "Otra", "shift_days": 7},
    )
    assert copied.status_code == 201


async def test_people_are_added_listed_changed_and_removed(site: Site) -> None:
    people = f"/api/courses/{site.course.slug}/people"
    added = await ask(
        site,
        "POST",
        people,
        json={"email": "i@example.org", "name": "Inés", "family_name": "Vega"},
    )
    assert added.status_code == 201
    assert "/password/" in added.json()["link"]
    person = f"{people}/{added.json()['id']}"
    changed = await ask(site, "PATCH", person, json={"group": "B"})
    assert (changed.json()["group"], changed.json()["role"]) == ("B", "student")

    listed = (await ask(site, "GET", f"{people}?group=B&limit=1")).json()

    assert [one["listed_name"] for one in listed["people"]] == ["Vega, Inés"]
    assert (listed["total"], listed["after"]) == (1, None)
    first = (await ask(site, "GET", f"{people}?limit=1")).json()
    rest = (await ask(site, "GET", f"{people}?after={first['after']}")).json()
    assert len(first["people"]) + len(rest["people"]) == first["total"] == 3
    assert (await ask(site, "DELETE", person)).status_code == 204
    assert (await ask(site, "PATCH", person, json={})).status_code == 404


async def test_a_list_is_planned_and_applied(site: Site) -> None:
    address = f"/api/courses/{site.course.slug}/roster"
    plan = (await ask(site, "POST", address, json={"text": LIST})).json()
    assert [(row["outcome"], row["column"]) for row in plan["rows"]] == [
        ("new", ""),
        ("error", "email"),
    ]
    assert (plan["applied"], plan["links"]) == (False, {})

    wanted = {"text": LIST, "apply": True, "digest": plan["digest"]}
    done = (await ask(site, "POST", address, json=wanted)).json()

    assert list(done["links"]) == ["i@example.org"]
    again = await ask(site, "POST", address, json=wanted)
    assert (again.status_code, again.json()["code"]) == (409, "roster-changed")


async def test_a_join_code_is_opened_and_replaced(site: Site) -> None:
    address = f"/api/courses/{site.course.slug}/join-code"
    assert (await ask(site, "GET", address)).json()["code"] is None
    wanted = {"policy": "domains", "domains": ["uni.example.org"]}
    opened = (await ask(site, "PUT", address, json=wanted)).json()
    assert opened["domains"] == ["uni.example.org"]

    replaced = (await ask(site, "POST", address)).json()

    assert replaced["code"] not in (None, opened["code"])
    assert replaced["url"].endswith(f"/join/{replaced['code']}")


async def ask(site: Site, method: str, address: str, **options: Any) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {site.teacher_token}"}
    return await site.client.request(method, address, headers=headers, **options)
