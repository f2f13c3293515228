"""What every table shares: names of constraints, key, time and text that any database can hold."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, TypeDecorator, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.ids import uuid7

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Goes in and comes out aware, in UTC; a naive datetime is a bug and raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment, turn any other into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            # A zone's offset beyond the first or the last moment there is; nothing of ours is.
            return _FIRST if value.year == 1 else _LAST

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the time zone back, which SQLite does not store."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlainText(TypeDecorator[str]):
    r"""Text that both databases can hold, whatever a student's program printed.

    PostgreSQL refuses NUL and neither driver takes half a surrogate pair. Both are replaced by a
    visible sign here, once, instead of failing a grading run for ever or a request with a 500.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be stored."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        whole = value.encode("utf-8", "replace").decode("utf-8")
        return whole.replace("\0", "\N{SYMBOL FOR NULL}")


class Base(DeclarativeBase):
    """A row. Relationships are never loaded behind one's back: what was not asked for raises."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), str: PlainText(), UUID: Uuid()}  # noqa: RUF012


class HasId:
    """A row with a key of its own, which sorts by when it was made."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-1)


def enum_column(words: type[StrEnum], name: str) -> Enum:
    """Build the column type for one of `words`, stored as the word itself and held to it."""
    return Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=16,
        values_callable=_values,
    )


def _values(words: Any) -> list[str]:
    return [word.value for word in words]
