"""Refusals of the playground."""

from typing import Final

from server.errors.kinds import DomainError, Invalid, NotFound, TooManyRequests

_BUSY_SECONDS: Final = 30


class PlaygroundOff(NotFound):
    """This server has no playground: whoever runs it has switched it off."""

    slug, title = "playground-off", "This server has no playground."


class UnknownTrace(NotFound):
    """A picture of the playground is kept for a quarter of an hour, until your next one."""

    slug, title = "unknown-trace", "There is no such picture, or no longer."


class InvalidProgram(Invalid):
    """The playground takes one Python program, as text."""

    slug, title = "invalid-program", "The playground cannot run this."

    def __init__(self, kib: int) -> None:
        super().__init__("Write a program of at most {kib} KiB.", kib=kib)


class TooManyTraces(TooManyRequests):
    """The number of programs that one person may run in the playground is limited."""

    slug, title = "too-many-traces", "You are running programs too often."


class PlaygroundBusy(TooManyRequests):
    """The playground runs a program when no submission needs the machine, and many are waiting."""

    slug, title = "playground-busy", "Many programs are waiting in the playground."

    def __init__(self) -> None:
        super().__init__(_BUSY_SECONDS)


class PlaygroundAway(DomainError):
    """The queue, in which programs of the playground wait, does not answer.

    Submissions are not affected: they are stored, and graded when the queue is back.
    """

    slug, title, status = "playground-away", "The playground does not answer now.", 503
