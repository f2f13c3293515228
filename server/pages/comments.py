"""Comments on submissions: forms of a submission's page, and a course's list for its staff."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from graders.catalogue.exercises import Catalogue as Exercises
from server.access import Permission, Viewer, require
from server.actions import comment_access, comment_publishing, comments, courses
from server.deps import Catalogue, CurrentViewer, Db, Language, Now, WriteSession
from server.errors import Conflict, Invalid
from server.models import Comment
from server.pages.course_tabs import tabs_for
from server.pages.submission_view import exercise_title
from server.pages.submissions import find_submission, render_submission
from server.pages.talk import WHOLE, CommentForm, Position, comment_view
from server.templating import render_page

router = APIRouter(include_in_schema=False)

_A_PAGE: Final = 50
# Longer than a comment may be, so that the refusal keeps what was typed.
_LONGEST_FIELD: Final = 8 * comments.LONGEST_TEXT

Text = Annotated[str, Form(max_length=_LONGEST_FIELD)]


@router.post("/submissions/{submission_id}/comments")
async def write_comment(
    request: Request,
    submission_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    text: Text = "",
    file: Annotated[str, Form(max_length=1000)] = "",
    line: Annotated[int, Form(ge=0, le=1_000_000)] = 0,
    is_draft: Annotated[bool, Form()] = False,
) -> Response:
    """Write a comment on a line, or on the whole attempt; what is refused stays in the form."""
    at = Position(file, line) if line else WHOLE
    try:
        async with db.write() as session:
            comment = await comments.write(
                session,
                viewer,
                submission_id,
                text,
                at=at if line else None,
                is_draft=is_draft,
                now=now,
            )
            await session.commit()
    except (Invalid, Conflict) as refused:
        form = CommentForm.refused(refused, language, text=text, at=at)
        submission = await find_submission(submission_id, viewer, db)
        return await render_submission(
            request, submission, viewer, db, catalogue, language, form, refused.status
        )
    return _to(comment)


@router.post("/comments/{comment_id}/edit")
async def edit_comment(
    request: Request,
    comment_id: UUID,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    now: Now,
    text: Text = "",
) -> Response:
    """Change one's own comment."""
    try:
        async with db.write() as session:
            comment = await comments.edit(session, viewer, comment_id, text, now)
            await session.commit()
    except Invalid as refused:
        async with db.read() as session:
            comment = await comment_access.get_comment(session, viewer, comment_id)
        form = CommentForm.refused(refused, language, text=text, comment=comment_id)
        submission = await find_submission(comment.submission_id, viewer, db)
        return await render_submission(
            request, submission, viewer, db, catalogue, language, form, refused.status
        )
    return _to(comment)


@router.post("/comments/{comment_id}/publish")
async def publish_comment(
    comment_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RedirectResponse:
    """Show one's own draft to the student."""
    comment = await comments.publish(session, viewer, comment_id, now)
    await session.commit()
    return _to(comment)


@router.post("/comments/{comment_id}/delete")
async def delete_comment(
    comment_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RedirectResponse:
    """Delete one's own draft."""
    comment = await comments.delete_draft(session, viewer, comment_id, now)
    await session.commit()
    return RedirectResponse(f"/submissions/{comment.submission_id}", 303)


@router.post("/comments/{comment_id}/set-aside")
async def set_aside(
    comment_id: UUID, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RedirectResponse:
    """Say that a student's answer needs no reply."""
    comment = await comments.set_aside(session, viewer, comment_id, now)
    await session.commit()
    return _to(comment)


def _to(comment: Comment) -> RedirectResponse:
    return RedirectResponse(f"/submissions/{comment.submission_id}#comment-{comment.id}", 303)


@router.get("/courses/{course}/comments")
async def list_comments(
    request: Request,
    course: str,
    viewer: CurrentViewer,
    db: Db,
    catalogue: Catalogue,
    language: Language,
    drafts_after: UUID | None = None,
    unanswered_after: UUID | None = None,
) -> Response:
    """List the students' answers that wait for staff, and the viewer's own drafts."""
    async with db.read() as session:
        found = await courses.get_course(session, course, viewer)
        require(viewer, Permission.COMMENT, found.id)
        drafts = await comment_publishing.list_drafts(
            session, viewer, found, limit=_A_PAGE, after=drafts_after
        )
        unanswered = await comment_publishing.list_unanswered(
            session, viewer, found, limit=_A_PAGE, after=unanswered_after
        )

    def rows(of: Sequence[Comment]) -> list[dict[str, Any]]:
        return [_row(comment, viewer, catalogue, language) for comment in of]

    address = f"/courses/{quote(found.slug)}/comments"
    return render_page(
        request,
        "comments/list.html",
        language=language,
        viewer=viewer,
        course=found,
        tabs=await tabs_for(db, viewer, found, "comments", language),
        address=address,
        drafts=await asyncio.to_thread(rows, drafts),
        unanswered=await asyncio.to_thread(rows, unanswered),
        more_drafts=_more(address, "drafts_after", drafts),
        more_unanswered=_more(address, "unanswered_after", unanswered),
    )


def _row(comment: Comment, viewer: Viewer, catalogue: Exercises, language: str) -> dict[str, Any]:
    return {
        "href": f"/submissions/{comment.submission_id}#comment-{comment.id}",
        "student": comment.submission.user.name,
        "exercise": exercise_title(catalogue, comment.submission.assignment.exercise, language),
        "number": comment.submission.number,
        "file": comment.file,
        "line": comment.line,
        "comment": comment_view(comment, viewer),
    }


def _more(address: str, key: str, found: Sequence[Comment]) -> str:
    return f"{address}?{key}={found[-1].id}" if len(found) == _A_PAGE else ""


@router.post("/courses/{course}/comments/publish")
async def publish_drafts(
    course: str, viewer: CurrentViewer, session: WriteSession, now: Now
) -> RedirectResponse:
    """Publish the viewer's drafts of a course."""
    found = await courses.get_course(session, course, viewer)
    await comment_publishing.publish_drafts(session, viewer, found, now)
    await session.commit()
    return RedirectResponse(f"/courses/{quote(found.slug)}/comments", 303)
