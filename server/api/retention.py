"""/api/admin/retention: how long things are kept, and what would be removed now."""

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from server.actions import retention
from server.actions.retention import Policy
from server.deps import CurrentViewer, Now, ReadSession, Settings
from server.errors import AdministratorsOnly
from server.http.openapi import refusal_responses

router = APIRouter(prefix="/api/admin", tags=["server"])


class CourseDueOut(BaseModel):
    """An archived course whose students' files are removed."""

    model_config = ConfigDict(from_attributes=True)

    slug: str
    title: str
    archived_at: datetime
    submissions: int = Field(description="How many lose their files; their results stay.")


class RetentionOut(BaseModel):
    """How long things are kept, in days, 0 for ever; and what is to be removed now."""

    files_days: int = Field(description="Files of submissions, after the course was archived.")
    log_days: int = Field(description="Entries of the audit log.")
    news_days: int = Field(description="People's news.")
    courses: list[CourseDueOut]
    log_entries: int = Field(description=f"Counted up to {retention.MOST_COUNTED}.")
    news: int = Field(description=f"Counted up to {retention.MOST_COUNTED}.")


@router.get("/retention", responses=refusal_responses(AdministratorsOnly))
async def show_retention(
    viewer: CurrentViewer, session: ReadSession, settings: Settings, now: Now
) -> RetentionOut:
    """Show how long things are kept, and what the server will remove within a day."""
    policy = Policy.of(settings)
    due = await retention.measure(session, viewer, policy, now)
    return RetentionOut(
        files_days=policy.files_days,
        log_days=policy.log_days,
        news_days=policy.news_days,
        courses=[CourseDueOut.model_validate(course) for course in due.courses],
        log_entries=due.log_entries,
        news=due.news,
    )
