"""How alembic reaches the database: the connection `Database.migrate` gives, or the settings'.

By hand: `alembic upgrade head`, `alembic check`, `alembic revision --autogenerate -m "…"`.
"""

import asyncio
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from server.models import Base
from server.models.base import PlainText, UtcDateTime
from server.settings import get_settings
from server.storage.database import Database


def render_item(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write our own column types as what they are in the database: a revision outlives them."""
    if kind == "type" and isinstance(item, PlainText):
        return "sa.String()"
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Run what alembic was asked for on this connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_by_settings() -> None:
    """Run it on the database of the settings; for who types `alembic`."""
    database = Database(get_settings().database_url)
    async with database.migrating() as connection:
        await connection.run_sync(run)


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    asyncio.run(run_by_settings())
