"""The check of a version: claims of workers, and what follows from its end.

As with grading runs, each claim has a number, and only the latest can renew, finish or give back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from graders.text import Text
from server.actions import audit
from server.models import ExerciseVersion, VersionState
from server.models.exercises import IS_UNCHECKED

LEASE: Final = timedelta(seconds=60)
# A worker was lost each time, or could not decide: the suite itself may be the reason.
MOST_TRIES: Final = 3
MOST_FAULTS: Final = 100
_LONGEST_FAULT: Final = 2000


@dataclass(frozen=True, slots=True)
class CheckClaim:
    """A worker's claim on the check of a version; `tries` counts the claims before it."""

    version_id: UUID
    number: int
    tries: int
    slug: str
    content_hash: str

    @property
    def is_last(self) -> bool:
        """Whether it is not tried again after this."""
        return self.tries + 1 >= MOST_TRIES


async def is_any_due(session: AsyncSession, now: datetime) -> bool:
    """Whether a check waits that may be claimed."""
    return await session.scalar(_due(now).limit(1)) is not None


async def claim(session: AsyncSession, now: datetime) -> CheckClaim | None:
    """Claim the check that was asked for first, for `LEASE`; None if none is due.

    One that was claimed too often is refused instead.
    """
    await _refuse_exhausted(session, now)
    turn = _due(now).order_by(ExerciseVersion.asked_at).limit(1).with_for_update(skip_locked=True)
    taken = await session.scalar(
        update(ExerciseVersion)
        .where(ExerciseVersion.id == turn.scalar_subquery(), _is_due(now))
        .values(
            state=VersionState.CHECKING,
            claims=ExerciseVersion.claims + 1,
            tries=ExerciseVersion.tries + 1,
            not_before=now + LEASE,
        )
        .returning(ExerciseVersion)
        .execution_options(populate_existing=True)
    )
    if taken is None:
        return None
    return CheckClaim(taken.id, taken.claims, taken.tries - 1, taken.slug, taken.content_hash)


async def renew(session: AsyncSession, claim: CheckClaim, now: datetime) -> bool:
    """Renew the lease; return False if this claim no longer holds the check."""
    renewed = update(ExerciseVersion).where(_is_held_by(claim)).values(not_before=now + LEASE)
    return await session.scalar(renewed.returning(ExerciseVersion.id)) is not None


async def give_back(
    session: AsyncSession, claim: CheckClaim, now: datetime, *, pause: timedelta
) -> None:
    """Have it checked again after a pause. Without one it is as if it had not been taken."""
    tries = ExerciseVersion.tries if pause else ExerciseVersion.tries - 1
    await session.execute(
        update(ExerciseVersion)
        .where(_is_held_by(claim))
        .values(state=VersionState.WAITING, not_before=now + pause, tries=tries)
        .execution_options(synchronize_session=False)
    )


async def finish(
    session: AsyncSession, claim: CheckClaim, faults: Sequence[Text], now: datetime
) -> bool:
    """Store what was found; without a fault the version is used from now on.

    Returns False, and stores nothing, if this claim no longer holds the check.
    """
    # Every version of the exercise, in one order: of two checks that end at once, the second must
    # see what the first has put in use. The statement after this one sees it.
    versions = select(ExerciseVersion.id).where(ExerciseVersion.slug == claim.slug)
    await session.execute(versions.order_by(ExerciseVersion.id).with_for_update())
    version: ExerciseVersion | None = await session.scalar(
        select(ExerciseVersion).where(_is_held_by(claim))
    )
    if version is None:
        return False
    in_use = await _find_in_use(session, version.slug)
    found = list(faults)
    if in_use is not None and in_use.files != version.files:
        found.append(_OTHER_FILES.format(before=", ".join(in_use.files)))
    await _close(session, version, found, now)
    if not found and (in_use is None or in_use.asked_at <= version.asked_at):
        await _use(session, version, in_use, now)
    return True


async def _use(
    session: AsyncSession, version: ExerciseVersion, before: ExerciseVersion | None, now: datetime
) -> None:
    """Put a version in the place of the one in use; both hold from the commit on."""
    if before is not None:
        before.is_in_use = False
        await session.flush()
    version.is_in_use = True
    await session.flush()
    await audit.record(
        session,
        None,
        "exercise.use",
        before={"version": before.content_hash} if before else None,
        after={"exercise": version.slug, "version": version.content_hash},
        now=now,
    )


async def _close(
    session: AsyncSession, version: ExerciseVersion, faults: Sequence[Text], now: datetime
) -> None:
    shown = [
        {"es": fault.es[:_LONGEST_FAULT], "en": fault.en[:_LONGEST_FAULT]}
        for fault in faults[:MOST_FAULTS]
    ]
    version.state = VersionState.REFUSED if faults else VersionState.PASSED
    version.faults, version.checked_at, version.not_before = shown, now, None
    await session.flush()
    after = {
        "exercise": version.slug,
        "version": version.content_hash,
        "state": version.state.value,
        "faults": len(faults),
    }
    await audit.record(session, None, "exercise.check", after=after, now=now)


async def _refuse_exhausted(session: AsyncSession, now: datetime) -> None:
    exhausted = (
        select(ExerciseVersion)
        .where(_is_due(now), ExerciseVersion.tries >= MOST_TRIES)
        .with_for_update(skip_locked=True)
    )
    for version in list(await session.scalars(exhausted)):
        await _close(session, version, [_LOST.format(tries=version.tries)], now)


async def _find_in_use(session: AsyncSession, slug: str) -> ExerciseVersion | None:
    in_use = select(ExerciseVersion).where(ExerciseVersion.slug == slug, ExerciseVersion.is_in_use)
    found: ExerciseVersion | None = await session.scalar(in_use)
    return found


def _due(now: datetime) -> Select[UUID]:
    return select(ExerciseVersion.id).where(_is_due(now))


def _is_due(now: datetime) -> ColumnElement[bool]:
    is_free = or_(ExerciseVersion.not_before.is_(None), ExerciseVersion.not_before <= now)
    # As text, so that the partial index is used.
    return and_(IS_UNCHECKED, is_free)


def _is_held_by(claim: CheckClaim) -> ColumnElement[bool]:
    return and_(
        ExerciseVersion.id == claim.version_id,
        ExerciseVersion.state == VersionState.CHECKING,
        ExerciseVersion.claims == claim.number,
    )


_OTHER_FILES: Final = Text(
    "La versión en uso pide {before} a los estudiantes, y esta pide otros archivos.",
    "The version in use asks students for {before}, and this one for other files.",
)
_LOST: Final = Text(
    "No se pudo comprobar en {tries} intentos: el worker terminó cada vez antes de acabar. "
    "Pruébalo en tu máquina con «semaforo suite check» y súbelo otra vez.",
    "It could not be checked in {tries} tries: each time the worker ended before it was done. Try "
    "it on your machine with “semaforo suite check”, and upload it again.",
)
