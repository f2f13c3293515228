"""Refusals about handing in."""

from datetime import datetime
from typing import Final

from server.errors.kinds import Conflict, Gettext, Invalid, NotFound, TooManyRequests

_LOOK_AGAIN_SECONDS: Final = 10


class UnknownSubmission(NotFound):
    """There is no such submission, or it is somebody else's."""

    slug, title = "unknown-submission", "There is no such submission."


class AttemptsExhausted(Conflict):
    """The assignment allows a limited number of attempts, and you have used them all.

    An attempt that we failed to grade does not count.
    """

    slug, title = "attempts-exhausted", "You have used all attempts."

    def __init__(self, limit: int) -> None:
        super().__init__("All {limit} attempts have been used. Your points stay.", limit=limit)


class TooManyWaiting(TooManyRequests):
    """The number of submissions that one person may have waiting is limited.

    Nothing was stored and no attempt was used. Hand in again when one of them has been graded.
    """

    slug, title = "too-many-waiting", "Too many of your submissions are waiting."

    def __init__(self, limit: int) -> None:
        super().__init__(_LOOK_AGAIN_SECONDS)
        self.detail_template = (
            "{limit} of your submissions are still waiting for their verdicts. Hand in again when "
            "one of them has been graded; nothing was stored and no attempt was used."
        )
        self.values = {"limit": limit}
        self.args = (self.format_detail(str, "en"),)

    def format_whole(self, gettext: Gettext, language: str) -> str:
        """The detail says it all here."""
        return self.format_detail(gettext, language)


class NotOpenYet(Conflict):
    """The assignment does not take submissions yet."""

    slug, title = "not-open-yet", "The assignment is not open yet."

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(
            "The assignment opens on {opens_at:%Y-%m-%d, %H:%M} UTC.", opens_at=opens_at
        )


class Closed(Conflict):
    """The assignment no longer takes submissions. Earlier submissions keep their points."""

    slug, title = "closed", "The assignment is closed."

    def __init__(self, due_at: datetime) -> None:
        template = "The assignment closed on {due_at:%Y-%m-%d, %H:%M} UTC. Your points stay."
        super().__init__(template, due_at=due_at)


class IdempotencyKeyReused(Conflict):
    """A key identifies one request; it was sent again with other files or another exercise."""

    slug, title = "idempotency-key-reused", "The Idempotency-Key was used for another submission."

    def __init__(self) -> None:
        super().__init__(
            "This Idempotency-Key was sent before, with other files or for another exercise. "
            "Send a new key with each new submission, and the same one only to repeat it."
        )


class InvalidIdempotencyKey(Invalid):
    """An Idempotency-Key has from 1 to 255 printable ASCII characters."""

    slug, title = "invalid-idempotency-key", "The Idempotency-Key is not valid."

    def __init__(self) -> None:
        super().__init__("An Idempotency-Key has from 1 to 255 printable ASCII characters.")
