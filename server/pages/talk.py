"""The conversations of a submission, prepared for its page: beside lines, and on the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from markupsafe import Markup

from server.access import Permission, Viewer
from server.actions.comments import LONGEST_TEXT
from server.errors import DomainError
from server.i18n import gettext_for
from server.models import Comment, Submission
from server.pages.statements import comment_html

# Beyond that the links of all lines would weigh more than the page; the form below the code stays.
MOST_LINKED_LINES = 1000


class Position(NamedTuple):
    """A line of a file; an empty file: the whole attempt."""

    file: str
    line: int


WHOLE = Position("", 0)


@dataclass(frozen=True, slots=True)
class CommentForm:
    """What the viewer is about to write where: a new comment, or one of theirs changed.

    at       Where a new comment shall stand; None if none is asked for.
    comment  The comment to change, if any.
    text     What was typed before it was refused, and why, else empty.
    """

    at: Position | None = None
    comment: UUID | None = None
    text: str = ""
    error: str = ""

    @classmethod
    def refused(
        cls,
        refusal: DomainError,
        language: str,
        *,
        text: str,
        at: Position | None = None,
        comment: UUID | None = None,
    ) -> "CommentForm":
        """Keep what was typed, beside the reason why it was not stored."""
        why = refusal.format_whole(gettext_for(language), language)
        return cls(at, comment, text, why)


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment. `text` is its Markdown, for the one who may change it, else empty."""

    id: UUID
    author: str
    html: Markup
    is_answer: bool
    is_draft: bool
    is_own: bool
    is_edited: bool
    waits: bool
    at: datetime
    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The comments of one position.

    key        Part of the ids of its elements.
    is_open    Whether its form is shown at once.
    """

    key: str
    file: str
    line: int
    comments: Sequence[CommentView]
    can_write: bool
    is_open: bool
    text: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """All conversations of a submission.

    whole       The one about the whole attempt.
    by_line     Those beside lines.
    is_staff    Whether the viewer may begin one, and keep a draft.
    beside_nothing  Those beside lines of files that were removed.
    misplaced   Of a comment on a line that does not exist: what was typed, and why it was refused.
    """

    whole: Conversation
    by_line: dict[Position, Conversation]
    is_staff: bool
    misplaced: Conversation | None = None
    beside_nothing: Sequence[Conversation] = ()
    longest: int = LONGEST_TEXT


def talk_view(
    comments: Iterable[Comment],
    submission: Submission,
    viewer: Viewer,
    form: CommentForm,
    lines: dict[str, int],
) -> Talk:
    """Arrange the comments by position. Renders Markdown: call it in a thread.

    lines  How many lines each file of the submission has.
    """
    is_staff = viewer.may(Permission.COMMENT, submission.course_id)
    found: dict[Position, list[Comment]] = {WHOLE: []}
    for comment in comments:
        found.setdefault(Position(comment.file or "", comment.line or 0), []).append(comment)
    misplaced = None
    if form.at and form.at != WHOLE:
        if 1 <= form.at.line <= lines.get(form.at.file, 0):
            found.setdefault(form.at, [])
        else:
            misplaced = _conversation("none", form.at, [], viewer, form, is_staff=is_staff)
    views = {
        at: _conversation(str(number), at, those, viewer, form, is_staff=is_staff)
        for number, (at, those) in enumerate(found.items())
    }
    whole = views.pop(WHOLE)
    alone = [
        replace(view, can_write=False)
        for at, view in views.items()
        if at.line > lines.get(at.file, 0)
    ]
    return Talk(whole, views, is_staff, misplaced, alone)


def _conversation(
    key: str,
    at: Position,
    comments: list[Comment],
    viewer: Viewer,
    form: CommentForm,
    *,
    is_staff: bool,
) -> Conversation:
    is_target = form.at == at
    has_begun = any(not comment.is_answer for comment in comments)
    return Conversation(
        key=key,
        file=at.file,
        line=at.line,
        comments=[comment_view(comment, viewer, form) for comment in comments],
        can_write=is_staff or has_begun,
        is_open=is_target,
        text=form.text if is_target else "",
        error=form.error if is_target else "",
    )


def comment_view(
    comment: Comment, viewer: Viewer, form: CommentForm = CommentForm()
) -> CommentView:
    """Prepare one comment; its author must be loaded."""
    is_own = comment.author_id == viewer.user.id
    is_target = form.comment == comment.id
    return CommentView(
        id=comment.id,
        author=comment.author.name if comment.author else "",
        html=comment_html(comment.text),
        is_answer=comment.is_answer,
        is_draft=comment.published_at is None,
        is_own=is_own,
        is_edited=comment.edited_at is not None,
        waits=comment.is_answer and comment.answered_at is None,
        at=comment.published_at or comment.written_at,
        text=(form.text if is_target else comment.text) if is_own else "",
        error=form.error if is_target else "",
    )
