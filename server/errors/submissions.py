"""Refusals about handing in."""

from datetime import datetime
from math import ceil
from typing import Final

from server.errors.kinds import Conflict, Gettext, Invalid, NotFound, TooManyRequests
from server.moments import format_moment, zone_name

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


class _AtAMoment(Conflict):
    """A refusal that says when, in the zone of the course."""

    def __init__(self, template: str, moment: datetime, zone: str) -> None:
        self.moment, self.zone = moment, zone
        super().__init__(template, moment="", zone="")
        self.args = (self.format_detail(str, "en"),)

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Return what happened, with the moment as the language writes it."""
        return gettext(self.detail_template).format(
            moment=format_moment(self.moment, self.zone, language),
            zone=zone_name(self.zone, language),
        )


class NotOpenYet(_AtAMoment):
    """The assignment does not take submissions yet."""

    slug, title = "not-open-yet", "The assignment is not open yet."

    def __init__(self, opens_at: datetime, zone: str) -> None:
        super().__init__("The assignment opens on {moment} ({zone}).", opens_at, zone)


class Closed(_AtAMoment):
    """The assignment no longer takes submissions. Earlier submissions keep their points."""

    slug, title = "closed", "The assignment is closed."

    def __init__(self, closed_at: datetime, zone: str) -> None:
        template = "The assignment closed on {moment} ({zone}). Your points stay."
        super().__init__(template, closed_at, zone)


class _UntilAMoment(TooManyRequests):
    """A refusal that says until when, in the zone of the course."""

    def __init__(
        self, template: str, until: datetime, zone: str, now: datetime, **places: object
    ) -> None:
        self.until, self.zone = until, zone
        self.moment_template, self.places = template, places
        super().__init__(max(1, ceil((until - now).total_seconds())))

    def format_detail(self, gettext: Gettext, language: str) -> str:
        """Return until when, as the language writes it."""
        return gettext(self.moment_template).format(
            until=format_moment(self.until, self.zone, language),
            zone=zone_name(self.zone, language),
            **self.places,
        )

    def format_whole(self, gettext: Gettext, language: str) -> str:
        """The detail says it all here."""
        return self.format_detail(gettext, language)


class TooSoon(_UntilAMoment):
    """The assignment demands a pause between two attempts.

    Nothing was stored and no attempt was used. `Retry-After` says how long to wait.
    """

    slug, title = "too-soon", "The next attempt is not allowed yet."

    def __init__(self, until: datetime, zone: str, now: datetime) -> None:
        super().__init__(
            "Your next attempt is possible from {until} ({zone}). Nothing was stored and no "
            "attempt was used.",
            *(until, zone, now),
        )


class DailyAttemptsUsed(_UntilAMoment):
    """The assignment allows a limited number of attempts a day, and you have used today's.

    Nothing was stored. A day begins at midnight in the zone of the course.
    """

    slug, title = "daily-attempts-used", "You have used all attempts of today."

    def __init__(self, limit: int, until: datetime, zone: str, now: datetime) -> None:
        super().__init__(
            "You have used the {limit} attempts of today. The next one is possible from {until} "
            "({zone}).",
            *(until, zone, now),
            limit=limit,
        )


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
