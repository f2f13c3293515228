"""Refusals: what we say no to, in words for the person who asked.

    DomainError
    ├── NotSignedIn 401      WrongCredentials  BadToken  RevokedToken  BadLink
    ├── Forbidden 403        InstructorsOnly
    ├── NotFound 404         UnknownExercise  UnknownCourse  UnknownSubmission  UnknownToken
    ├── Conflict 409         AmbiguousCourse  AttemptsExhausted  NotOpenYet  Closed
    │                        IdempotencyKeyReused  EmailTaken  CourseExists  AlreadyAssigned
    ├── Invalid 422          InvalidFile  FileTooLarge 413  InvalidText  InvalidEmail
    │                        WeakPassword  InvalidIdempotencyKey
    └── TooManyRequests 429

Actions raise them and know nothing of HTTP; the edge answers with `status` and a problem
document. The docstring of each is what `/problems/<slug>` says of it. English sentences are the
message ids; their Spanish stands in `locales/es/problems.po`.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import ClassVar, Protocol

from graders.text import Text

Gettext = Callable[[str], str]


class DomainError(Exception):
    """Anything Semáforo refuses to do.

    slug             Name of the kind; its page is /problems/<slug>.
    title            What happened, the same for every case; a message id.
    status           What a web edge answers with.
    detail_template  This case, as a message id with `{name}` places for `values`.
    """

    slug: ClassVar[str]
    title: ClassVar[str]
    status: ClassVar[int]

    def __init__(self, detail_template: str = "", **values: object) -> None:
        self.detail_template = detail_template or self.title
        self.values = values
        super().__init__(self.detail_template.format(**values))

    def title_in(self, gettext: Gettext, language: str) -> str:
        """Say what kind of refusal this is."""
        return gettext(self.title)

    def detail_in(self, gettext: Gettext, language: str) -> str:
        """Say what happened this time and what to do now."""
        return gettext(self.detail_template).format(**self.values)


class NotSignedIn(DomainError):
    """Pages need a sign-in, the API needs a token in an `Authorization: Bearer …` header."""

    slug, title, status = "not-signed-in", "You are not signed in.", 401


class WrongCredentials(NotSignedIn):
    """E-mail address and password do not belong together.

    The answer is the same whether or not the address is known.
    """

    slug, title = "wrong-credentials", "The e-mail address or the password is wrong."


class BadToken(NotSignedIn):
    """The token is not one of ours: look for a missing or a doubled character."""

    slug, title = "bad-token", "The token is not valid."


class RevokedToken(NotSignedIn):
    """The token was revoked on its owner's account page. Make a new one there."""

    slug, title = "revoked-token", "The token has been revoked."


class BadLink(NotSignedIn):
    """A sign-in link works for a limited time and number of uses. Ask for a new one."""

    slug, title = "bad-link", "The sign-in link is not valid, or not any more."


class Forbidden(DomainError):
    """You may see this but not do that with it."""

    slug, title, status = "forbidden", "You may not do this.", 403


class InstructorsOnly(Forbidden):
    """Only who teaches the course may do this."""

    slug, title = "instructors-only", "Only instructors of the course may do this."


class NotFound(DomainError):
    """There is no such thing, or it is not yours to see."""

    slug, title, status = "not-found", "There is no such page.", 404


class UnknownExercise(NotFound):
    """None of your courses has this exercise."""

    slug, title = "unknown-exercise", "There is no such exercise."

    def __init__(self, exercise: str, known: Sequence[str] = ()) -> None:
        template = "None of your courses has an exercise “{exercise}”."
        if known:
            template = "None of your courses has an exercise “{exercise}”. There are: {known}."
        super().__init__(template, exercise=exercise, known=", ".join(known))


class UnknownCourse(NotFound):
    """There is no such course, or you do not take part in it."""

    slug, title = "unknown-course", "There is no such course."

    def __init__(self, course: str) -> None:
        super().__init__("You do not take part in a course “{course}”.", course=course)


class UnknownSubmission(NotFound):
    """There is no such submission, or it is somebody else's."""

    slug, title = "unknown-submission", "There is no such submission."


class UnknownToken(NotFound):
    """You have no such token."""

    slug, title = "unknown-token", "There is no such token."


class Conflict(DomainError):
    """A proper request at the wrong moment."""

    slug, title, status = "conflict", "This cannot be done now.", 409


class AmbiguousCourse(Conflict):
    """The exercise is given in several of your courses; say which with `course=`."""

    slug, title = "ambiguous-course", "The exercise is given in several of your courses."

    def __init__(self, exercise: str, courses: list[str]) -> None:
        template = (
            "“{exercise}” is given in several of your courses; add course= with one of: {courses}."
        )
        super().__init__(template, exercise=exercise, courses=", ".join(courses))


class AttemptsExhausted(Conflict):
    """The assignment allows a number of attempts, and you have used them all.

    An attempt that we failed to grade does not count.
    """

    slug, title = "attempts-exhausted", "Every attempt has been used."

    def __init__(self, limit: int) -> None:
        super().__init__("All {limit} attempts have been used. Your points stay.", limit=limit)


class NotOpenYet(Conflict):
    """The assignment takes submissions from a certain moment on, and that is still to come."""

    slug, title = "not-open-yet", "The assignment is not open yet."

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(
            "The assignment opens on {opens_at:%Y-%m-%d at %H:%M} UTC.", opens_at=opens_at
        )


class Closed(Conflict):
    """The assignment no longer takes submissions. What was handed in before stays graded."""

    slug, title = "closed", "The assignment is closed."

    def __init__(self, due_at: datetime) -> None:
        template = "The assignment closed on {due_at:%Y-%m-%d, %H:%M} UTC. Your points stay."
        super().__init__(template, due_at=due_at)


class IdempotencyKeyReused(Conflict):
    """A key names one request: the same key with other files or another exercise is a mistake."""

    slug, title = "idempotency-key-reused", "The Idempotency-Key was used for another submission."


class EmailTaken(Conflict):
    """Somebody has an account with this address already."""

    slug, title = "email-taken", "There is already an account with this e-mail address."


class CourseExists(Conflict):
    """Courses are told apart by their short name; choose another."""

    slug, title = "course-exists", "There is already a course of this name."


class AlreadyAssigned(Conflict):
    """A course gives an exercise once."""

    slug, title = "already-assigned", "The course has this exercise already."


class Invalid(DomainError):
    """The request itself is not as it must be."""

    slug, title, status = "invalid", "The request is not valid.", 422


class InvalidText(Invalid):
    """A name is empty, too long, or holds characters that cannot be seen."""

    slug, title = "invalid-text", "This text cannot be used."

    def __init__(self, longest: int) -> None:
        template = "It must have from 1 to {longest} visible characters on one line."
        super().__init__(template, longest=longest)


class InvalidEmail(Invalid):
    """This is not an e-mail address."""

    slug, title = "invalid-email", "This is not an e-mail address."


class WeakPassword(Invalid):
    """A password must be long enough that it cannot be guessed."""

    slug, title = "weak-password", "The password is too short or too long."

    def __init__(self, shortest: int, longest: int) -> None:
        template = "A password has from {shortest} to {longest} characters."
        super().__init__(template, shortest=shortest, longest=longest)


class InvalidIdempotencyKey(Invalid):
    """An Idempotency-Key has from 1 to 255 printable ASCII characters."""

    slug, title = "invalid-idempotency-key", "The Idempotency-Key is not valid."

    def __init__(self) -> None:
        super().__init__("An Idempotency-Key has from 1 to 255 printable ASCII characters.")


class RefusedFile(Invalid):
    """A file cannot be taken as it is; the detail says which and what to change.

    reason  The gate's own slug for what is wrong, finer than ours.
    """

    def __init__(self, reason: str, title: Text, detail: Text) -> None:
        super().__init__("{detail}", detail=detail.en)
        self.reason, self.title_text, self.detail_text = reason, title, detail

    def title_in(self, gettext: Gettext, language: str) -> str:
        """Say what is wrong with the file, in the gate's words."""
        return self.title_text.to(language)

    def detail_in(self, gettext: Gettext, language: str) -> str:
        """Say which file and what to change, in the gate's words."""
        return self.detail_text.to(language)


class InvalidFile(RefusedFile):
    """A file is missing, is not text, has a wrong name, or comes twice.

    Nothing was stored and no attempt was used.
    """

    slug, title = "invalid-file", "The file cannot be taken as it is."


class FileTooLarge(RefusedFile):
    """A solution is a few kilobytes of Python; this was much more.

    Nothing was stored and no attempt was used.
    """

    slug, title, status = "file-too-large", "The file is too large.", 413


class TooManyRequests(DomainError):
    """Wait a moment, then try again.

    retry_after_seconds  How long.
    """

    slug, title, status = "too-many-requests", "Too many requests.", 429

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("Try again in {seconds} seconds.", seconds=retry_after_seconds)
        self.retry_after_seconds = retry_after_seconds


class _FromTheGate(Protocol):
    """What `graders.files` raises, by its shape."""

    slug: str
    title: Text
    detail: Text
    too_large: bool


def refusal_of(refused: _FromTheGate) -> RefusedFile:
    """Turn the gate's word about a file into a refusal."""
    kind = FileTooLarge if refused.too_large else InvalidFile
    return kind(refused.slug, refused.title, refused.detail)


def _every(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        if "slug" in vars(child):
            yield child
        yield from _every(child)


def every_refusal() -> tuple[type[DomainError], ...]:
    """List every class with a slug of its own, for the pages that explain them."""
    return tuple(_every(DomainError))
