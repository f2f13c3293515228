"""Handing in: the steps that the API and the page share, in one order.

The assignment is found and the files are checked before the writing session is opened: on SQLite
that session holds the only lock, and everyone else who writes waits for it.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from arq.connections import ArqRedis

from graders.catalogue.exercises import Catalogue
from graders.catalogue.files import FileRefused, check_files
from graders.catalogue.first_look import look_at
from graders.catalogue.manifest import Exercise
from server.access import Viewer
from server.actions import assignments, attempts, submissions
from server.errors import to_refusal
from server.messaging.jobs import enqueue_grading
from server.models import Assignment, Submission, SubmissionSource
from server.settings import Settings
from server.storage.database import Database

# File name as sent, and content.
Upload = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class SubmissionIntake:
    """Accepts submissions for one application."""

    catalogue: Catalogue
    database: Database
    queue: ArqRedis
    settings: Settings

    async def submit(
        self,
        viewer: Viewer,
        slug: str,
        course: str | None,
        choose_uploads: Callable[[Exercise], Sequence[Upload]],
        *,
        source: SubmissionSource,
        key: str | None,
        anyway: bool,
        now: datetime,
    ) -> Submission:
        """Check and store an attempt, and put its run in the queue.

        choose_uploads  Gives the files to hand in; called once the exercise is known.
        key             Idempotency key: a submission that was sent with it before is returned.
        anyway          Take also a program that would fail as a whole, where attempts are limited.

        Raises:
            UnknownExercise, UnknownCourse, AmbiguousCourse, ExerciseWithheld: no such assignment.
            InvalidFile, FileTooLarge, UnreadyProgram: the files cannot be accepted.
            DomainError: what `choose_uploads` and `submissions.submit` refuse.
        """
        async with self.database.read() as session:
            assignment = await assignments.find_assignment(session, viewer, slug, course)
            is_looked_at = await attempts.spares_unready(session, assignment, viewer)
        exercise = assignments.get_published(self.catalogue, slug)
        files = _check_files(exercise, choose_uploads(exercise))
        if is_looked_at and not anyway:
            await self._look_at(exercise, files, assignment, viewer, now)
        async with self.database.write() as session:
            submission = await submissions.submit(
                session,
                assignment,
                viewer,
                files,
                source=source,
                idempotency_key=key,
                most_waiting=self.settings.most_waiting,
                now=now,
            )
            await session.commit()
        if submission.created:
            await enqueue_grading(self.queue, submission.run.id)
        return submission

    async def _look_at(
        self,
        exercise: Exercise,
        files: Mapping[str, bytes],
        assignment: Assignment,
        viewer: Viewer,
        now: datetime,
    ) -> None:
        """Refuse a program that would fail as a whole, unless nothing is accepted at all now."""
        try:
            await asyncio.to_thread(look_at, exercise, files)
        except FileRefused as refused:
            async with self.database.read() as session:
                await attempts.check_terms(session, assignment, viewer, now)
            raise to_refusal(refused) from None


def _check_files(exercise: Exercise, uploads: Sequence[Upload]) -> dict[str, bytes]:
    try:
        return check_files(exercise, uploads)
    except FileRefused as refused:
        raise to_refusal(refused) from None
