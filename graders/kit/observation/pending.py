"""What is under way between a program and us, and when a sleeping program proves something."""

from enum import Enum

from graders.kit.kernel.look import Look, count_pending_bytes
from graders.kit.program.connection import Connection
from graders.kit.program.resources import Resources


class Pending(Enum):
    """What is on its way between the program and us.

    UNREAD     Only what we have sent and it has not read.
    SOMETHING  More than that, or nobody knows.
    """

    NOTHING = "nothing"
    UNREAD = "unread"
    SOMETHING = "something"

    def allows_proof(self, look: Look) -> bool:
        """Return whether a look at the program, taken right after, is worth anything.

        With something under way it is about to work. What is unread says nothing of a program
        whose main thread sleeps outside its event loop: sending wakes at once whoever waits for
        it, and in every equal look that follows all threads slept on.
        """
        return self is Pending.NOTHING or (self is Pending.UNREAD and look.blocked_in is not None)


def find_pending(connection: Connection | None, resources: Resources) -> Pending:
    """Return what is under way on the check's connection and with what it was furnished with."""
    if connection is None or not resources.nothing_pending():
        return Pending.SOMETHING
    from_it, to_it = count_pending_bytes(connection.socket)
    if from_it:
        return Pending.SOMETHING
    return Pending.UNREAD if to_it or connection.unsent else Pending.NOTHING
