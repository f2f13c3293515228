"""News for one person: what happened to their work while they were away."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.models.base import Base, HasId, PlainText

IS_UNREAD: Final = text("read_at IS NULL")
WAITS_FOR_MAIL: Final = text("mail_at IS NOT NULL")


class NewsKind(StrEnum):
    """What happened, and which values tell of it.

    COMMENT          A comment was published: submission, exercise, author.
    ANSWER           A student answered a comment: submission, exercise, author.
    GRADE_CHANGED    A regrade was applied: submission, exercise, before, after, max_points, reason.
    ANNOUNCEMENT     Published in a course: course, title, announcement (its id).
    SECOND_LOOK_ANSWERED  Staff answered a request: submission, exercise.
    REGRADE_READY    A regrade can be looked at: regrade, course.
    MORE_TIME        An extension was granted: exercise, course, due_at, zone.
    MORE_ATTEMPTS    An extension was granted: exercise, course, attempts.
    GRADE_SET_BY_HAND, GRADE_RESTORED  Staff set a grade, or no longer: exercise, course, reason.
    STYLE_POINTS     Staff added points for style: exercise, course, style_points, reason.
    SECOND_LOOK_ASKED  For staff: a student asked for one: course.
    DUE_SOON         Nothing is handed in, and a day is left: exercise, course, due_at, zone,
                     assignment (its id).

    What staff and administrators are told of; an `Alert` says whether they have been. `reason` is
    in both languages, and `count` says of how many submissions this is one:
    RUN_ABANDONED    A run was given up: submission, exercise, count, reason.
    RUN_UNDECIDED    A run has long been without a verdict: submission, exercise, count, reason.
    SUITE_WITHHELD   The suite contradicted itself: course, exercise.
    SUITE_BROKEN     The suite does not start: course, exercise.
    SUITE_CHANGED    Results that count are from an earlier suite: course, exercise, count. Only
                     instructors are told, who may regrade.
    DISK_LOW         Little is free on the server's disk: free_mb.
    """

    COMMENT = "comment"
    ANSWER = "answer"
    GRADE_CHANGED = "grade_changed"
    REGRADE_READY = "regrade_ready"
    ANNOUNCEMENT = "announcement"
    SECOND_LOOK_ANSWERED = "second_look_answered"
    MORE_TIME = "more_time"
    MORE_ATTEMPTS = "more_attempts"
    GRADE_SET_BY_HAND = "grade_set_by_hand"
    GRADE_RESTORED = "grade_restored"
    STYLE_POINTS = "style_points"
    SECOND_LOOK_ASKED = "second_look_asked"
    DUE_SOON = "due_soon"
    RUN_ABANDONED = "run_abandoned"
    RUN_UNDECIDED = "run_undecided"
    SUITE_WITHHELD = "suite_withheld"
    SUITE_BROKEN = "suite_broken"
    SUITE_CHANGED = "suite_changed"
    DISK_LOW = "disk_low"


class NewsTopic(StrEnum):
    """What people choose to get by e-mail.

    WORK           Comments, grades, extensions, and answers about submissions.
    ANNOUNCEMENTS  Of their courses.
    DUE            What is due soon and not handed in.
    GRADING        For staff: regrades, requests for second looks, what could not be graded.
    SERVER         For administrators.
    """

    WORK = "work"
    ANNOUNCEMENTS = "announcements"
    DUE = "due"
    GRADING = "grading"
    SERVER = "server"


class News(HasId, Base):
    """One thing to tell one person.

    course_id  The course it belongs to; None for the server itself.
    values     What the sentence needs, as a small JSON object; NewsKind lists them.
    read_at    When the person saw it; None until then.
    mail_at    When it is to be sent by e-mail, together with what else waits by then; None: it has
               been, or will not be.
    """

    __tablename__ = "news"
    __table_args__ = (
        Index(None, "user_id", "at", "id"),
        Index(None, "course_id"),
        # In the order in which they are shown: else PostgreSQL may look through everybody's.
        Index(
            "ix_news_unread",
            *("user_id", "id"),
            sqlite_where=IS_UNREAD,
            postgresql_where=IS_UNREAD,
        ),
        Index(
            "ix_news_waits_for_mail",
            "mail_at",
            sqlite_where=WAITS_FOR_MAIL,
            postgresql_where=WAITS_FOR_MAIL,
        ),
    )

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    course_id: Mapped[UUID | None] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    kind: Mapped[NewsKind] = mapped_column(PlainText())
    values: Mapped[dict[str, Any]] = mapped_column(JSON())
    at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    mail_at: Mapped[datetime | None]


TOPICS: Final = {
    NewsKind.COMMENT: NewsTopic.WORK,
    NewsKind.ANSWER: NewsTopic.WORK,
    NewsKind.GRADE_CHANGED: NewsTopic.WORK,
    NewsKind.SECOND_LOOK_ANSWERED: NewsTopic.WORK,
    NewsKind.MORE_TIME: NewsTopic.WORK,
    NewsKind.MORE_ATTEMPTS: NewsTopic.WORK,
    NewsKind.GRADE_SET_BY_HAND: NewsTopic.WORK,
    NewsKind.GRADE_RESTORED: NewsTopic.WORK,
    NewsKind.STYLE_POINTS: NewsTopic.WORK,
    NewsKind.SECOND_LOOK_ASKED: NewsTopic.GRADING,
    NewsKind.ANNOUNCEMENT: NewsTopic.ANNOUNCEMENTS,
    NewsKind.DUE_SOON: NewsTopic.DUE,
    NewsKind.REGRADE_READY: NewsTopic.GRADING,
    NewsKind.RUN_ABANDONED: NewsTopic.GRADING,
    NewsKind.RUN_UNDECIDED: NewsTopic.GRADING,
    NewsKind.SUITE_WITHHELD: NewsTopic.GRADING,
    NewsKind.SUITE_BROKEN: NewsTopic.GRADING,
    NewsKind.SUITE_CHANGED: NewsTopic.GRADING,
    NewsKind.DISK_LOW: NewsTopic.SERVER,
}


class DueReminder(Base):
    """A student was told that an assignment is due at this moment: once, whatever happens."""

    __tablename__ = "due_reminders"

    assignment_id: Mapped[UUID] = mapped_column(
        ForeignKey("assignments.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    due_at: Mapped[datetime] = mapped_column(primary_key=True)


class Alert(Base):
    """Something that is not well, and of which people have been told.

    Deleted when the fault has been gone for some time: only then are they told again.

    key        Kind, course and exercise in one.
    kind       As in the news that told of it.
    course_id  None if it is the server's.
    seen_at    When it was last seen not to be well.
    """

    __tablename__ = "alerts"

    key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[NewsKind] = mapped_column(PlainText())
    course_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("courses.id", ondelete="CASCADE"), index=True
    )
    exercise: Mapped[str]
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
