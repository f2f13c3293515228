"""What is pending between a program and us, and when a sleeping program is a proof."""

from enum import Enum

from graders.kit.kernel.look import count_pending_bytes
from graders.kit.program.connection import Connection
from graders.kit.program.resources import Resources


class Pending(Enum):
    """What is pending between the program and us.

    UNREAD     Only what we have sent and it has not read.
    SOMETHING  It has sent something, or we are about to send, or it is unknown.
    """

    NOTHING = "nothing"
    UNREAD = "unread"
    SOMETHING = "something"

    @property
    def allows_proof(self) -> bool:
        """Return whether a look at the program, taken right after, can be part of a proof.

        What it has not read is no obstacle: sending wakes every thread that waits for the bytes at
        once, in a selector as in any other call, and in each equal look that follows all threads
        went on sleeping. The loop that would read them is blocked, or another runs inside it.
        """
        return self is not Pending.SOMETHING


def find_pending(connection: Connection | None, resources: Resources) -> Pending:
    """Return what is pending on the check's connection and between its resources and it."""
    if connection is None or not resources.nothing_pending():
        return Pending.SOMETHING
    from_it, to_it = count_pending_bytes(connection.socket)
    if from_it:
        return Pending.SOMETHING
    if to_it:  # it reads not even these, so what we could not send yet does not matter
        return Pending.UNREAD
    return Pending.SOMETHING if connection.unsent else Pending.NOTHING
