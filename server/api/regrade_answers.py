"""What the API takes and gives about regrades."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from pydantic import BaseModel, Field

from server.actions import regrades
from server.actions.regrade_decision import Choice
from server.actions.regrade_preview import Change, Totals
from server.api.bodies import RequestBody
from server.models import Outcome, Regrade, RegradeScope, RegradeState

_NAME: Final = 1000


class RegradeIn(RequestBody):
    """Which submissions to grade again; all of the course if nothing but the reason is given."""

    reason: str = Field(
        description="Students whose grade changes will read it: one line.",
        examples=["The check of cancellation was too strict."],
        # Described only: the action's refusal is more specific than "out of range".
        json_schema_extra={
            "minLength": 1,
            "maxLength": regrades.LONGEST_REASON,
            "format": "one-line",
        },
    )
    exercise: str | None = Field(None, max_length=_NAME, description="Of one assignment.")
    check: str | None = Field(
        None, max_length=_NAME, description="Only those on which this check was run."
    )
    mistake: str | None = Field(
        None, max_length=_NAME, description="Only those in which it failed with this message."
    )
    submission_id: UUID | None = Field(None, description="One attempt; nothing else is needed.")


class RegradeLine(BaseModel):
    """A regrade in a list."""

    id: UUID
    scope: RegradeScope
    exercise: str | None
    reason: str
    requested_at: datetime
    state: RegradeState
    total: int = Field(description="Number of submissions found so far.")

    @classmethod
    def of(cls, regrade: Regrade) -> Self:
        """Describe a regrade whose assignment is loaded."""
        return cls(
            id=regrade.id,
            scope=regrade.scope,
            exercise=regrade.assignment.exercise if regrade.assignment else None,
            reason=regrade.reason,
            requested_at=regrade.requested_at,
            state=regrade.state,
            total=regrade.total,
        )


class RegradeOut(RegradeLine):
    """A regrade, and what it would change."""

    submissions: dict[Outcome, int] = Field(description="Number of submissions by outcome.")
    graded: int = Field(description="Number of submissions that have a new result.")
    lower: int = Field(description="Best results, by student and assignment, that would fall.")
    same: int = Field(description="Best results that would stay as they are.")
    higher: int = Field(description="Best results that would rise.")

    @classmethod
    def with_totals(cls, regrade: Regrade, totals: Totals) -> Self:
        """Describe a regrade with what it would change."""
        return cls(
            **RegradeLine.of(regrade).model_dump(),
            submissions=totals.submissions,
            graded=totals.graded,
            lower=totals.lower,
            same=totals.same,
            higher=totals.higher,
        )


class RegradesOut(BaseModel):
    """A page of a course's regrades."""

    regrades: Sequence[RegradeLine]
    next: UUID | None = Field(description="Send it as `before` for the next page; null: the end.")


class SuggestionOut(BaseModel):
    """An exercise whose suite has changed since it gave results that count."""

    exercise: str
    title: str
    results: int = Field(description="Best results that another version of the suite gave.")
    suite_hash: str = Field(description="Of the suite as it is now.")


class ChangeOut(BaseModel):
    """One student's best result in one assignment, before and after."""

    assignment_id: UUID
    user_id: UUID
    student: str = Field(description="The name.")
    email: str
    exercise: str
    submission_id: UUID = Field(description="An attempt whose result changes.")
    before: float
    after: float
    max_points: float
    begins_to_pass: Sequence[str] = Field(description="Titles of checks.")
    ceases_to_pass: Sequence[str] = Field(description="Titles of checks.")

    @classmethod
    def of(cls, change: Change, language: str) -> Self:
        """Describe a change, with the titles in this language."""
        return cls(
            assignment_id=change.assignment_id,
            user_id=change.user_id,
            student=change.student,
            email=change.email,
            exercise=change.exercise,
            submission_id=change.submission_id,
            before=change.before,
            after=change.after,
            max_points=change.max_points,
            begins_to_pass=[title.to(language) for title in change.starts],
            ceases_to_pass=[title.to(language) for title in change.stops],
        )


class ChangesOut(BaseModel):
    """A page of what a regrade would change."""

    changes: Sequence[ChangeOut]
    next: int | None = Field(description="Send it as `offset` for the next page; null: the end.")


class Pair(RequestBody):
    """One student in one assignment."""

    assignment_id: UUID
    user_id: UUID


class DecisionIn(RequestBody):
    """What is applied."""

    choice: Choice = Field(
        Choice.NOT_LOWER,
        description="`not_lower`: results that lower nothing; `all`; `some`: those in `pairs`.",
    )
    pairs: Sequence[Pair] = Field((), max_length=1000, description="For `some`.")


class AppliedOut(BaseModel):
    """What will take the place of old results."""

    submissions: int = Field(description="How many; workers put them in place, some at a time.")
