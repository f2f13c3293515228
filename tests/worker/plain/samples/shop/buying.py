"""Uses the program by another module beside the suite, and knows nothing of it itself."""

from helpers import PLAIN, fill

FILLED = fill(PLAIN(), ("tea", 3, 2))


def filled_total():
    return FILLED.total()
