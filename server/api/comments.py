"""/api/submissions/{id}/comments: what staff and the student write to each other."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, StrictBool
from starlette.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT

from server.actions import comment_publishing, comments, courses
from server.actions.comments import LONGEST_TEXT
from server.api.bodies import RequestBody
from server.deps import CurrentViewer, Now, ReadSession, WriteSession
from server.errors import (
    AlreadyPublished,
    AuthorsOnly,
    InvalidComment,
    NothingToAnswer,
    StaffOnly,
    TooManyComments,
    UnknownComment,
    UnknownCourse,
    UnknownLine,
    UnknownSubmission,
)
from server.http.numbers import Integer
from server.http.openapi import refusal_responses
from server.models import Comment

router = APIRouter(prefix="/api", tags=["comments"])

_OF_SUBMISSION = "/submissions/{submission_id}/comments"
_LAST_LINE = 1_000_000
_TEXT = Field(
    description="Markdown: `code`, emphasis, lists, links.",
    examples=["What happens if one of these calls fails?"],
    # Described only: the action's refusal is more specific than "out of range".
    json_schema_extra={"minLength": 1, "maxLength": LONGEST_TEXT, "format": "one-line"},
)
OwnRefusals = (UnknownComment, AuthorsOnly, StaffOnly)


class CommentPosition(RequestBody):
    """A line of a file that was handed in."""

    file: str = Field(description="Name of the file.", examples=["solution.py"], max_length=1000)
    line: Integer = Field(description="Number of the line, from 1.", ge=1, le=_LAST_LINE)


class CommentIn(RequestBody):
    """A comment to write."""

    text: str = _TEXT
    at: CommentPosition | None = Field(None, description="The line; null: the whole attempt.")
    is_draft: StrictBool = Field(
        False, description="Whether staff keep it to themselves for now. Answers never are drafts."
    )


class TextIn(RequestBody):
    """The new text of a comment."""

    text: str = _TEXT


class CommentOut(BaseModel):
    """A comment."""

    id: UUID
    submission_id: UUID
    author: str | None = Field(description="Name of its author; null if the account was deleted.")
    at: CommentPosition | None = Field(description="The line; null: the whole attempt.")
    text: str = Field(description="Markdown, as typed.")
    is_answer: bool = Field(description="Whether the student wrote it.")
    written_at: datetime
    published_at: datetime | None = Field(description="Null while it is a draft.")
    edited_at: datetime | None = Field(description="Last change after it was published.")
    answered_at: datetime | None = Field(
        description="Of an answer: when staff wrote back, or set it aside."
    )

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """Describe a comment whose author is loaded."""
        position = None
        if comment.file is not None and comment.line is not None:
            position = CommentPosition.model_construct(file=comment.file, line=comment.line)
        return cls(
            id=comment.id,
            submission_id=comment.submission_id,
            author=comment.author.name if comment.author else None,
            at=position,
            text=comment.text,
            is_answer=comment.is_answer,
            written_at=comment.written_at,
            published_at=comment.published_at,
            edited_at=comment.edited_at,
            answered_at=comment.answered_at,
        )


class ListedCommentOut(CommentOut):
    """A comment, and whose submission it is on."""

    student: str = Field(description="Their name.")
    exercise: str = Field(description="Its slug.")
    number: int = Field(description="Of the attempt, from 1.")

    @classmethod
    def of(cls, comment: Comment) -> Self:
        """Describe a comment whose author, submission, student and assignment are loaded."""
        submission = comment.submission
        return cls(
            **CommentOut.of(comment).model_dump(),
            student=submission.user.name,
            exercise=submission.assignment.exercise,
            number=submission.number,
        )


class CommentsOut(BaseModel):
    """A page of a course's comments."""

    comments: Sequence[ListedCommentOut]
    next: UUID | None = Field(description="Send it as `after` for the next page; null: the end.")


class PublishedOut(BaseModel):
    """What was published."""

    published: int = Field(description="Number of drafts, 500 at most; repeat until it is 0.")


class Which(StrEnum):
    """A list of a course's comments."""

    DRAFTS = "drafts"
    UNANSWERED = "unanswered"


@router.get(_OF_SUBMISSION, responses=refusal_responses(UnknownSubmission))
async def list_comments(
    submission_id: UUID, viewer: CurrentViewer, session: ReadSession
) -> list[CommentOut]:
    """List the comments on a submission that you may see, the oldest first; 200 at most."""
    found = await comments.list_comments(session, viewer, submission_id)
    return [CommentOut.of(comment) for comment in found]


@router.post(
    _OF_SUBMISSION,
    status_code=HTTP_201_CREATED,
    responses=refusal_responses(
        *(UnknownSubmission, InvalidComment, UnknownLine, TooManyComments, NothingToAnswer)
    ),
)
async def write_comment(
    submission_id: UUID,
    wanted: CommentIn,
    viewer: CurrentViewer,
    session: WriteSession,
    now: Now,
) -> CommentOut:
    """Write a comment as staff, or answer one as the student."""
    at = (wanted.at.file, wanted.at.line) if wanted.at else None
    comment = await comments.write(
        session, viewer, submission_id, wanted.text, at=at, is_draft=wanted.is_draft, now=now
    )
    await session.commit()
    return CommentOut.of(comment)


@router.patch("/comments/{comment_id}", responses=refusal_responses(*OwnRefusals, InvalidComment))
async def edit_comment(
    comment_id: UUID, wanted: TextIn, viewer: CurrentViewer, session: WriteSession, now: Now
) -> CommentOut:
    """Change a comment of yours; a published one shows that it was changed."""
    comment = await comments.edit(session, viewer, comment_id, wanted.text, now)
    await session.commit()
    return CommentOut.of(comment)


@router.post("/comments/{comment_id}/publish", responses=refusal_responses(*OwnRefusals))
async def publish_comment(
    comment_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> CommentOut:
    """Show a draft of yours to the student."""
    comment = await comments.publish(session, viewer, comment_id, now)
    await session.commit()
    return CommentOut.of(comment)


@router.post(
    "/comments/{comment_id}/set-aside", responses=refusal_responses(UnknownComment, StaffOnly)
)
async def set_aside(
    comment_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> CommentOut:
    """Say that a student's answer needs no reply."""
    comment = await comments.set_aside(session, viewer, comment_id, now)
    await session.commit()
    return CommentOut.of(comment)


@router.delete(
    "/comments/{comment_id}",
    status_code=HTTP_204_NO_CONTENT,
    responses=refusal_responses(*OwnRefusals, AlreadyPublished),
)
async def delete_comment(
    comment_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> None:
    """Delete a draft of yours."""
    await comments.delete_draft(session, viewer, comment_id, now)
    await session.commit()


@router.get("/courses/{course}/comments", responses=refusal_responses(UnknownCourse, StaffOnly))
async def list_comments_of_course(
    course: str,
    viewer: CurrentViewer,
    session: ReadSession,
    which: Which = Which.UNANSWERED,
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    after: UUID | None = None,
) -> CommentsOut:
    """List your drafts in a course, or the students' answers that wait for staff."""
    found = await courses.get_course(session, course, viewer)
    listing = {
        Which.DRAFTS: comment_publishing.list_drafts,
        Which.UNANSWERED: comment_publishing.list_unanswered,
    }[which]
    page = await listing(session, viewer, found, limit=limit, after=after)
    more = page[-1].id if len(page) == limit else None
    return CommentsOut(comments=[ListedCommentOut.of(comment) for comment in page], next=more)


@router.post(
    "/courses/{course}/comments/publish", responses=refusal_responses(UnknownCourse, StaffOnly)
)
async def publish_drafts(
    course: str, viewer: CurrentViewer, session: WriteSession, now: Now
) -> PublishedOut:
    """Publish your drafts of a course."""
    found = await courses.get_course(session, course, viewer)
    published = await comment_publishing.publish_drafts(session, viewer, found, now)
    await session.commit()
    return PublishedOut(published=published)
