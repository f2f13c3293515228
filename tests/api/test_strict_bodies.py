"""Bodies are taken as described: a number is no truth value, and a text no number."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from server.app import create_app
from server.settings import Settings

# What pydantic would take for each type of JSON without being told not to.
LOOSE: dict[str, object] = {"boolean": 0, "integer": "1", "number": "1"}
# By these pydantic describes a limit that it does not understand; in JSON Schema they mean nothing.
UNREAD = {"ge", "gt", "le", "lt", "max_length", "min_length"}


def test_bodies_take_only_the_types_that_they_describe(settings: Settings) -> None:
    fields = {
        f"{model.__name__}.{name}": field
        for model in _bodies(create_app(settings))
        for name, field in model.model_fields.items()
    }
    loose = [name for name, field in fields.items() if _takes_another_type(field)]

    assert len(fields) > 20
    assert not loose, f"declare them StrictBool, Integer or StrictFloat: {loose}"


def test_bodies_take_no_names_that_they_do_not_describe(settings: Settings) -> None:
    models = _bodies(create_app(settings))
    lax = [one.__name__ for one in models if one.model_config.get("extra") != "forbid"]

    assert not lax, f"derive them from RequestBody: {lax}"


def test_limits_are_described_as_json_schema_names_them(settings: Settings) -> None:
    described = create_app(settings).openapi()["components"]["schemas"]
    unread = [name for name, schema in described.items() if UNREAD & set(_names(schema))]

    assert not unread


@pytest.mark.parametrize("kind", [bool, int, float])
def test_a_field_that_pydantic_would_convert_is_found(kind: type) -> None:
    assert _takes_another_type(FieldInfo(annotation=kind))


def _takes_another_type(field: FieldInfo) -> bool:
    kind: Any = Annotated[field.annotation, field]
    taker: TypeAdapter[Any] = TypeAdapter(kind)
    schema = taker.json_schema()
    types = {schema.get("type"), *(each.get("type") for each in schema.get("anyOf", ()))}
    if "string" in types:
        return False
    return any(_accepts(taker, LOOSE[kind]) for kind in types & LOOSE.keys())


def _names(schema: object) -> Iterator[str]:
    """Yield the keys of the schema and of all in it, but for the names of properties."""
    if isinstance(schema, dict):
        for key, value in schema.items():
            yield key
            yield from _names(list(value.values()) if key == "properties" else value)
    elif isinstance(schema, list):
        for part in schema:
            yield from _names(part)


def _accepts(taker: TypeAdapter[Any], value: object) -> bool:
    try:
        taker.validate_python(value)
    except ValidationError:
        return False
    return True


def _bodies(app: FastAPI) -> set[type[BaseModel]]:
    found: set[type[BaseModel]] = set()
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if isinstance(route, APIRoute) and (context.path or "").startswith("/api/"):
            for parameter in route.dependant.body_params:
                found.update(_models(parameter.field_info.annotation))
    return found


def _models(kind: object) -> Iterator[type[BaseModel]]:
    """Yield the model, and those of its fields."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
        for field in kind.model_fields.values():
            yield from _models(field.annotation)
    for part in getattr(kind, "__args__", ()):
        yield from _models(part)
