"""News: what is to be told to one person, stored in the transaction that makes it true."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.models import News, NewsKind


async def tell(
    session: AsyncSession,
    user_id: UUID,
    kind: NewsKind,
    values: Mapping[str, Any],
    now: datetime,
    *,
    course_id: UUID | None = None,
) -> None:
    """Tell somebody something; it is stored with the caller's transaction.

    values  What JSON can hold; NewsKind lists what each kind needs.
    """
    session.add(News(user_id=user_id, course_id=course_id, kind=kind, values=dict(values), at=now))
