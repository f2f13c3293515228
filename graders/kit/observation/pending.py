"""What is under way between a program and us, and when a sleeping program proves something."""

from enum import Enum

from graders.kit.kernel.look import Look, under_way
from graders.kit.program.connection import Line
from graders.kit.program.resources import Furnishing


class UnderWay(Enum):
    """What is on its way between the program and us.

    UNREAD     Only what we have sent and it has not read.
    SOMETHING  More than that, or nobody knows.
    """

    NOTHING = "nothing"
    UNREAD = "unread"
    SOMETHING = "something"

    def leaves_proof(self, look: Look) -> bool:
        """Return whether a look at the program, taken right after, is worth anything.

        With something under way it is about to work. What is unread says nothing of a program
        whose main thread sleeps outside its event loop: sending wakes at once whoever waits for
        it, and in every equal look that follows all threads slept on.
        """
        return self is UnderWay.NOTHING or (self is UnderWay.UNREAD and bool(look.blocked_in))


def find_under_way(line: Line | None, furnishing: Furnishing) -> UnderWay:
    """Return what is under way on the check's connection and with what it was furnished with."""
    if line is None or not furnishing.is_calm():
        return UnderWay.SOMETHING
    from_it, to_it = under_way(line.connection)
    if from_it:
        return UnderWay.SOMETHING
    return UnderWay.UNREAD if to_it or line.unsent else UnderWay.NOTHING
