"""Refusals about announcements and second looks."""

from server.errors.kinds import Conflict, Forbidden, Invalid, NotFound


class InvalidMessage(Invalid):
    """A message has some text, and not too much of it."""

    slug, title = "invalid-message", "The text cannot be stored like this."

    def __init__(self, longest: int) -> None:
        super().__init__("Write something, and no more than {longest} characters.", longest=longest)


class UnknownAnnouncement(NotFound):
    """There is no such announcement in your courses; it may have been removed."""

    slug, title = "unknown-announcement", "There is no such announcement."


class UnknownSecondLook(NotFound):
    """There is no such request in your courses."""

    slug, title = "unknown-second-look", "There is no such request."


class OwnSubmissionsOnly(Forbidden):
    """A student asks for a second look at their own submission; staff write a comment instead."""

    slug, title = "own-submissions-only", "You can ask this only about your own submissions."


class NotGradedYet(Conflict):
    """There is no verdict yet to look at again."""

    slug, title = "not-graded-yet", "The submission has not been graded yet."


class AlreadyAsked(Conflict):
    """Your request for this submission waits for an answer. You will find it on this page."""

    slug, title = "already-asked", "You have already asked for a second look."


class AlreadyAnswered(Conflict):
    """Somebody has answered this request in the meantime. Their answer stays."""

    slug, title = "already-answered", "This request has already been answered."
