"""The base of all models: naming of constraints, keys, and portable column types."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, TypeDecorator, Uuid
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from server.ids import uuid7

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, always aware and in UTC; a naive datetime raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive datetime, convert any other to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        try:
            return value.astimezone(UTC)
        except OverflowError:
            # The zone's offset puts it outside the range of datetime.
            return _FIRST if value.year == 1 else _LAST

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Restore the time zone, which SQLite does not store."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_uuid_of = lru_cache(maxsize=16_384)(UUID)


class CachedUuid(Uuid[UUID]):
    """A key. In SQLite it is text, and the same ones are read again and again.

    A class's pages read tens of thousands of keys, of a few hundred people and exercises: to look
    one up takes a tenth of the time that making the object takes.
    """

    cache_ok = True

    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], UUID | None] | None:
        """Return what reads a key; None where the driver does."""
        if self.native_uuid and dialect.supports_native_uuid:
            return None
        return lambda value: None if value is None else _uuid_of(value)


class PlainText(TypeDecorator[str]):
    r"""Text that both databases can store, whatever a student's program printed.

    PostgreSQL refuses NUL, and neither driver accepts lone surrogates. Both are replaced by a
    visible character, instead of failing a grading run for ever or a request with a 500.
    """

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace characters that cannot be stored."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        whole = value.encode("utf-8", "replace").decode("utf-8")
        return whole.replace("\0", "\N{SYMBOL FOR NULL}")


class Base(DeclarativeBase):
    """Base of all models. Relationships are never loaded implicitly: they raise instead."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), str: PlainText(), UUID: CachedUuid()}  # noqa: RUF012


class HasId:
    """A model with a UUID key that sorts by creation time."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-1)


def enum_column(words: type[StrEnum], name: str, *, is_checked: bool = True) -> Enum:
    """Build the column type of an enumeration, stored by value; `is_checked` adds a CHECK."""
    return Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=is_checked,
        length=16,
        values_callable=_values,
    )


def _values(words: Any) -> list[str]:
    return [word.value for word in words]
