"""Announcements of a course, second looks at verdicts, and one's own news."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from server.access import Viewer
from server.actions import announcements, courses, news, news_mail, second_looks, submissions
from server.api.bodies import RequestBody
from server.deps import (
    Catalogue,
    CurrentViewer,
    Language,
    Moment,
    Now,
    ReadSession,
    Settings,
    WriteSession,
)
from server.errors import (
    AlreadyAnswered,
    AlreadyAsked,
    CourseArchived,
    InstructorsOnly,
    InvalidMessage,
    InvalidText,
    NotGradedYet,
    OwnSubmissionsOnly,
    StaffOnly,
    UnknownAnnouncement,
    UnknownCourse,
    UnknownSecondLook,
    UnknownSubmission,
)
from server.http.openapi import refusal_responses
from server.models import Announcement, NewsKind, NewsTopic, SecondLook
from server.news_text import describe_news
from server.settings import Settings as AllSettings

router = APIRouter(prefix="/api", tags=["communication"])

Before = Annotated[
    Moment | None, Query(description="Continue after the last item's moment, with its id.")
]
BeforeId = Annotated[UUID | None, Query(description="The last item's `id`.")]


def _text(longest: int, description: str, format_: str) -> Any:
    # Described only: the action's refusal is more specific than "out of range".
    extra: dict[str, Any] = {"minLength": 1, "maxLength": longest, "format": format_}
    return Field(description=description, json_schema_extra=extra)


class AnnouncementIn(RequestBody):
    """An announcement to publish."""

    title: str = _text(announcements.LONGEST_TITLE, "One line.", "one-line")
    body: str = _text(announcements.LONGEST_BODY, "Markdown.", "text")


class AnnouncementOut(BaseModel):
    """An announcement."""

    id: UUID
    title: str
    body: str = Field(description="Markdown.")
    published_at: datetime
    edited_at: datetime | None


class SecondLookIn(RequestBody):
    """A request, or its answer."""

    text: str = _text(second_looks.LONGEST_TEXT, "What to say.", "text")


class SecondLookOut(BaseModel):
    """A request for a second look, and its answer."""

    id: UUID
    submission: UUID
    text: str
    asked_at: datetime
    answer: str | None
    answered_at: datetime | None


class ListedLookOut(SecondLookOut):
    """A request for a second look, and whose submission it is about."""

    student: str = Field(description="Their name.")
    email: str
    exercise: str = Field(description="Its slug.")
    number: int = Field(description="Of the attempt, from 1.")

    @classmethod
    def of(cls, look: SecondLook) -> "ListedLookOut":
        """Return a request whose submission, student and assignment are loaded."""
        submission = look.submission
        return cls(
            **_second_look(look).model_dump(),
            student=submission.user.name,
            email=submission.user.email,
            exercise=submission.assignment.exercise,
            number=submission.number,
        )


class NewsOut(BaseModel):
    """One piece of news."""

    id: UUID
    kind: NewsKind
    text: str = Field(description="It in a sentence, in the language that was asked for.")
    reason: str = Field(
        description="What staff gave as the reason, or why; empty if there is none."
    )
    url: str = Field(description="The page it is about.")
    values: dict[str, Any] = Field(description="What it is about.")
    at: datetime
    read_at: datetime | None


class NewsSettingsIn(RequestBody):
    """Which news you want by e-mail too."""

    by_email: list[NewsTopic] = Field(
        max_length=len(NewsTopic), description="The topics; none, if the list is empty."
    )


class NewsSettingsOut(BaseModel):
    """Which news you get by e-mail too."""

    by_email: list[NewsTopic] = Field(description="The topics that you have chosen; at first all.")
    topics: list[NewsTopic] = Field(description="Those that you can choose.")
    sends_email: bool = Field(description="Whether this server sends e-mail at all.")


def _announcement(found: Announcement) -> AnnouncementOut:
    return AnnouncementOut.model_validate(found, from_attributes=True)


def _second_look(look: SecondLook) -> SecondLookOut:
    return SecondLookOut(
        id=look.id,
        submission=look.submission_id,
        text=look.text,
        asked_at=look.asked_at,
        answer=look.answer,
        answered_at=look.answered_at,
    )


def _start(before: datetime | None, before_id: UUID | None) -> tuple[datetime, UUID] | None:
    return (before, before_id) if before and before_id else None


@router.get("/courses/{course}/announcements", responses=refusal_responses(UnknownCourse))
async def list_announcements(
    course: str,
    viewer: CurrentViewer,
    session: ReadSession,
    before: Before = None,
    before_id: BeforeId = None,
) -> list[AnnouncementOut]:
    """List a page of a course's announcements, the newest first."""
    found = await courses.get_course(session, course, viewer)
    start = _start(before, before_id)
    listed = await announcements.list_announcements(session, found, after=start)
    return [_announcement(one) for one in listed]


@router.post(
    "/courses/{course}/announcements",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(
        UnknownCourse, InstructorsOnly, CourseArchived, InvalidText, InvalidMessage
    ),
)
async def publish(
    course: str, wanted: AnnouncementIn, viewer: CurrentViewer, session: WriteSession, now: Now
) -> AnnouncementOut:
    """Publish an announcement; everybody in the course finds it among their news."""
    found = await courses.get_course(session, course, viewer)
    made = await announcements.publish(
        session, viewer, found, title=wanted.title, body=wanted.body, now=now
    )
    await session.commit()
    return _announcement(made)


@router.put(
    "/announcements/{announcement_id}",
    responses=refusal_responses(UnknownAnnouncement, InstructorsOnly, InvalidText, InvalidMessage),
)
async def edit(
    announcement_id: UUID,
    wanted: AnnouncementIn,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> AnnouncementOut:
    """Change an announcement; readers see that it was edited."""
    changed = await announcements.edit(
        session, viewer, announcement_id, title=wanted.title, body=wanted.body, now=now
    )
    await session.commit()
    return _announcement(changed)


@router.delete(
    "/announcements/{announcement_id}",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(UnknownAnnouncement, InstructorsOnly),
)
async def remove(
    announcement_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> None:
    """Delete an announcement; the audit log keeps its text."""
    await announcements.remove(session, viewer, announcement_id, now)
    await session.commit()


@router.get("/courses/{course}/second-looks", responses=refusal_responses(UnknownCourse, StaffOnly))
async def list_second_looks(
    course: str,
    viewer: CurrentViewer,
    session: ReadSession,
    answered: Annotated[
        bool, Query(description="Also the answered ones, the newest first.")
    ] = False,
    after: Before = None,
    after_id: BeforeId = None,
) -> list[ListedLookOut]:
    """List a page of the requests that wait for an answer, the oldest first."""
    found = await courses.get_course(session, course, viewer)
    start = _start(after, after_id)
    listed = await second_looks.list_of_course(
        session, viewer, found, unanswered=not answered, after=start
    )
    return [ListedLookOut.of(look) for look in listed]


@router.post(
    "/submissions/{submission_id}/second-look",
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(
        *(UnknownSubmission, OwnSubmissionsOnly, NotGradedYet, AlreadyAsked, InvalidMessage)
    ),
)
async def ask(
    submission_id: UUID,
    wanted: SecondLookIn,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> SecondLookOut:
    """Ask for a second look at your own graded submission."""
    look = await second_looks.ask(session, viewer, submission_id, wanted.text, now)
    await session.commit()
    return _second_look(look)


@router.get(
    "/submissions/{submission_id}/second-looks", responses=refusal_responses(UnknownSubmission)
)
async def list_of_submission(
    submission_id: UUID, viewer: CurrentViewer, session: ReadSession
) -> list[SecondLookOut]:
    """List the second looks asked for at a submission, with their answers, the oldest first."""
    await submissions.get_submission(session, viewer, submission_id, with_files=False)
    found = await second_looks.of_submission(session, submission_id)
    return [_second_look(look) for look in found]


@router.post(
    "/second-looks/{second_look_id}/answer",
    responses=refusal_responses(UnknownSecondLook, StaffOnly, AlreadyAnswered, InvalidMessage),
)
async def answer(
    second_look_id: UUID,
    wanted: SecondLookIn,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> SecondLookOut:
    """Answer a request; its student is told."""
    look = await second_looks.answer(session, viewer, second_look_id, wanted.text, now)
    await session.commit()
    return _second_look(look)


@router.get("/news")
async def list_news(
    viewer: CurrentViewer,
    session: ReadSession,
    catalogue: Catalogue,
    settings: Settings,
    language: Language,
    before: Before = None,
    before_id: BeforeId = None,
) -> list[NewsOut]:
    """List a page of your news, the newest first."""
    found = await news.list_news(session, viewer, after=_start(before, before_id))
    described = describe_news(found, catalogue, language)
    return [
        NewsOut(
            id=one.id,
            kind=one.kind,
            text=item.text,
            reason=item.reason,
            url=settings.public_url + item.href,
            values=one.values,
            at=one.at,
            read_at=one.read_at,
        )
        for one, item in zip(found, described, strict=True)
    ]


@router.post("/news/read", status_code=HTTP_204_NO_CONTENT)
async def mark_read(viewer: CurrentViewer, session: WriteSession, now: Now) -> None:
    """Mark all your news as read."""
    await news.mark_read(session, viewer, now)
    await session.commit()


@router.get("/news/settings")
async def show_settings(viewer: CurrentViewer, settings: Settings) -> NewsSettingsOut:
    """Show which of your news come by e-mail too."""
    return _settings_of(viewer, settings)


@router.put("/news/settings")
async def choose(
    wanted: NewsSettingsIn, viewer: CurrentViewer, session: WriteSession, settings: Settings
) -> NewsSettingsOut:
    """Choose which of your news come by e-mail too."""
    await news_mail.choose(session, viewer, wanted.by_email)
    await session.commit()
    return _settings_of(viewer, settings)


def _settings_of(viewer: Viewer, settings: AllSettings) -> NewsSettingsOut:
    topics = news_mail.topics_for(viewer)
    return NewsSettingsOut(
        by_email=[topic for topic in topics if topic not in viewer.user.no_mail_about],
        topics=topics,
        sends_email=settings.sends_email,
    )
