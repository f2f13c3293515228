"""Terms and extensions as the API takes and returns them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, StrictBool, StrictFloat
from sqlalchemy.ext.asyncio import AsyncSession

from server import terms_rules as rules
from server.actions.changed_grades import describe_grades
from server.actions.extensions import LONGEST_REASON
from server.actions.late_grades import GradeChange
from server.actions.several_terms import MOST_SHIFTED_DAYS, TermsChange
from server.actions.terms import GivenTerms
from server.api.bodies import RequestBody
from server.errors import InvalidTerms, Problem
from server.http.numbers import NUMBER_ONLY, Integer
from server.models import Assignment, Extension, LatePolicy, Part
from server.moments import UnclearTime, to_utc

Percent = Annotated[StrictFloat, Field(allow_inf_nan=False, ge=0, le=100)]
Count = Annotated[int, Field(ge=1, le=rules.MOST_ATTEMPTS), NUMBER_ONLY]
_ZONE = (
    "Without an offset it is meant in the course's time zone; a time that its clocks skip or show "
    "twice needs one."
)


class StepIn(RequestBody):
    """From so many hours after the due moment on, so many percent are lost."""

    after_hours: StrictFloat = Field(
        allow_inf_nan=False, ge=0, le=rules.LAST_STEP_HOURS, examples=[24]
    )
    percent: Percent = Field(examples=[10])


class TermsIn(RequestBody):
    """Terms to set; what is left out stays as it is, or has its default."""

    opens_at: datetime | None = Field(
        default=None, description=f"Null: at once. {_ZONE}", examples=["2026-12-01T09:00:00+01:00"]
    )
    due_at: datetime | None = Field(default=None, description=f"Null: never. {_ZONE}")
    late_policy: LatePolicy = Field(
        default=LatePolicy.NONE, description="What late submissions lose; none: they are refused."
    )
    percent_per_day: Percent = Field(default=0, description="For each day begun.")
    late_steps: list[StepIn] = Field(
        default=[],
        max_length=rules.MOST_STEPS,
        description="Each later than the one before, and losing more.",
    )
    grace_minutes: Integer = Field(
        default=0,
        ge=0,
        le=rules.LONGEST_GRACE_MINUTES,
        description="After the due moment, at no cost.",
    )
    closes_at: datetime | None = Field(
        default=None, description=f"End of late submissions; null: none. {_ZONE}"
    )
    max_attempts: Count | None = Field(default=None, description="Null: unlimited.")
    cooldown_seconds: Integer = Field(
        default=0,
        ge=0,
        le=rules.LONGEST_COOLDOWN_SECONDS,
        description="Pause between two attempts.",
    )
    attempts_per_day: Count | None = Field(default=None, description="Null: unlimited.")
    weight: StrictFloat = Field(
        default=1,
        allow_inf_nan=False,
        ge=0,
        le=rules.HIGHEST_WEIGHT,
        description="In the course's grade; 0: none.",
    )
    shown_before: list[Part] = Field(
        default=[Part.DETAILS, Part.HINTS, Part.LEADERBOARD],
        max_length=10,
        description="What students see before their due moment.",
    )
    shown_after: list[Part] = Field(
        default=[Part.DETAILS, Part.HINTS, Part.LEADERBOARD],
        max_length=10,
        description="What they see after it.",
    )

    def over(self, terms: GivenTerms, zone: str) -> GivenTerms:
        """Return these terms with what the request names put over them."""
        return replace(terms, **self.named(zone))

    def named(self, zone: str) -> dict[str, Any]:
        """Return the terms that the request names, by their columns."""
        named = {name: getattr(self, name) for name in self.model_fields_set if name in _TERMS}
        for name in _MOMENTS & named.keys():
            named[name] = in_zone(name, named[name], zone)
        if "late_steps" in named:
            named["late_steps"] = tuple((s.after_hours, s.percent) for s in self.late_steps)
        for name in ("shown_before", "shown_after"):
            if name in named:
                named[name] = tuple(part for part in Part if part in named[name])
        return named


_TERMS = set(TermsIn.model_fields)
_MOMENTS = {"opens_at", "due_at", "closes_at"}


def in_zone(field: str, moment: datetime | None, zone: str) -> datetime | None:
    """Return a moment that was written without an offset as that time in the zone.

    Raises:
        InvalidTerms: the zone's clocks do not show it that day, or show it twice.
    """
    if moment is None or moment.tzinfo is not None:
        return moment
    try:
        return to_utc(moment, zone)
    except UnclearTime as unclear:
        raise InvalidTerms([Problem(field, unclear.sentence, **unclear.values)]) from None
    except OverflowError:
        # In the first or the last year of the calendar: the rules of terms refuse it.
        return moment.replace(tzinfo=UTC)


class GiveIn(TermsIn):
    """Exercises to give, all with the same terms."""

    exercises: list[str] = Field(
        min_length=1, max_length=200, description="Their slugs.", examples=[["gather", "timeout"]]
    )


class SeveralIn(TermsIn):
    """What to change in several assignments; what is left out stays as it is in each."""

    exercises: list[Annotated[str, Field(max_length=200)]] = Field(
        min_length=1, max_length=200, description="Their slugs.", examples=[["gather", "timeout"]]
    )
    shift_days: Integer = Field(
        default=0,
        ge=-MOST_SHIFTED_DAYS,
        le=MOST_SHIFTED_DAYS,
        description="By how many days due moments and ends of late submissions move.",
    )
    shift_opening: StrictBool = Field(
        default=False, description="Whether the openings move by as much."
    )
    dry_run: StrictBool = Field(
        default=False, description="Only answer what would change; nothing is stored."
    )

    def change(self, zone: str) -> TermsChange:
        """Return what to change; moments without an offset are meant in the zone."""
        return TermsChange(self.named(zone), self.shift_days, self.shift_opening)


class OrderIn(RequestBody):
    """The order of a course's assignments."""

    exercises: list[str] = Field(
        default=[], max_length=1000, description="Slugs; those left out follow as they were."
    )
    by_level: StrictBool = Field(
        default=False,
        description="Whether those left out follow in the order of the curriculum instead.",
    )


class LateDaysIn(RequestBody):
    """Days that each student may be late in the whole course without losing anything."""

    late_days: Integer = Field(ge=0, le=rules.MOST_LATE_DAYS, examples=[3])


class AssignmentOut(BaseModel):
    """An exercise as the course gives it, with all terms."""

    exercise: str = Field(description="Slug of the exercise.")
    position: int = Field(description="Its place in the list, from 1.")
    opens_at: datetime | None
    due_at: datetime | None
    late_policy: LatePolicy
    percent_per_day: float
    late_steps: list[StepIn]
    grace_minutes: int
    closes_at: datetime | None
    max_attempts: int | None
    cooldown_seconds: int
    attempts_per_day: int | None
    weight: float
    shown_before: list[Part]
    shown_after: list[Part]
    terms: str = Field(description="What students without an extension read.")

    @classmethod
    def of(cls, assignment: Assignment, sentence: str) -> Self:
        """Return an assignment with its terms."""
        columns = GivenTerms.of(assignment).to_columns()
        steps = [StepIn(after_hours=hours, percent=lost) for hours, lost in assignment.late_steps]
        return cls(
            **{**columns, "late_steps": steps},
            exercise=assignment.exercise,
            position=assignment.position,
            terms=sentence,
        )


class ChangedGradeOut(BaseModel):
    """A grade that is another than it was."""

    assignment_id: UUID
    user_id: UUID
    student: str = Field(description="The name.")
    email: str
    exercise: str
    before: float
    after: float
    max_points: float

    @classmethod
    async def list_of(cls, session: AsyncSession, changes: Sequence[GradeChange]) -> list[Self]:
        """Return changed grades, in the order of the students' names."""
        return [
            cls(student=one.name, email=one.email, exercise=one.exercise, **one.change._asdict())
            for one in await describe_grades(session, changes)
        ]


class SeveralOut(BaseModel):
    """What a change of several assignments changes, or would change."""

    assignments: list[AssignmentOut] = Field(description="As they are then, in the course's order.")
    changed_grades: list[ChangedGradeOut]
    is_stored: bool = Field(description="False after a dry run.")


class ChangedOut(BaseModel):
    """What a change of terms changed."""

    assignment: AssignmentOut | None = Field(description="As it is now, if one was changed.")
    changed_grades: list[ChangedGradeOut]


class ExtensionIn(RequestBody):
    """More time, more attempts, or both."""

    user_ids: list[UUID] = Field(default=[], max_length=1000, description="Students.")
    emails: list[Annotated[str, Field(max_length=320)]] = Field(
        default=[],
        max_length=1000,
        description="Or students by their e-mail addresses; all must be of the course.",
    )
    group: str = Field(default="", max_length=200, description="Or all students of a group.")
    due_at: datetime | None = Field(
        default=None, description=f"Later than the assignment's. {_ZONE}"
    )
    extra_attempts: Integer = Field(
        default=0, ge=0, le=rules.MOST_ATTEMPTS, description="Above the assignment's number."
    )
    reason: str = Field(
        min_length=1,
        max_length=LONGEST_REASON,
        description="For staff only.",
        examples=["Ill."],
    )


class ExtensionOut(BaseModel):
    """An extension of one student."""

    id: UUID
    user_id: UUID
    student: str = Field(description="Their name.")
    due_at: datetime | None
    extra_attempts: int
    reason: str
    granted_at: datetime
    granted_by: str | None = Field(description="Null: the command, or a deleted account.")

    @classmethod
    def of(cls, extension: Extension) -> Self:
        """Return an extension whose people are loaded."""
        return cls(
            id=extension.id,
            user_id=extension.user_id,
            student=extension.user.name,
            due_at=extension.due_at,
            extra_attempts=extension.extra_attempts,
            reason=extension.reason,
            granted_at=extension.granted_at,
            granted_by=extension.grantor.name if extension.grantor else None,
        )


class ExtensionsOut(BaseModel):
    """A page of extensions, the newest first."""

    items: list[ExtensionOut]
    next: str | None = Field(description="For `after`, to get the next page; null on the last.")
