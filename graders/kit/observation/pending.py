"""What is pending between a program and us, and when a sleeping program is a proof."""

from enum import Enum

from graders.kit.kernel.look import Look, count_pending_bytes
from graders.kit.program.connection import Connection
from graders.kit.program.resources import Resources


class Pending(Enum):
    """What is pending between the program and us.

    UNREAD     Only what we have sent and it has not read.
    SOMETHING  More than that, or it is unknown.
    """

    NOTHING = "nothing"
    UNREAD = "unread"
    SOMETHING = "something"

    def allows_proof(self, look: Look) -> bool:
        """Return whether a look at the program, taken right after, can be part of a proof.

        With something pending it is about to work. Unread bytes do not matter for a program whose
        main thread sleeps outside its event loop: sending wakes every thread that waits for them
        at once, and in each equal look that follows all threads went on sleeping.
        """
        return self is Pending.NOTHING or (self is Pending.UNREAD and look.blocked_in is not None)


def find_pending(connection: Connection | None, resources: Resources) -> Pending:
    """Return what is pending on the check's connection and between its resources and it."""
    if connection is None or not resources.nothing_pending():
        return Pending.SOMETHING
    from_it, to_it = count_pending_bytes(connection.socket)
    if from_it:
        return Pending.SOMETHING
    return Pending.UNREAD if to_it or connection.unsent else Pending.NOTHING
