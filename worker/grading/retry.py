"""How often a run that could not be decided is graded again, and after which pauses.

Noise on a machine passes. The worker, `semaforo grade` and the pytest plugin for authors share
these numbers; each takes as many pauses as it can afford to wait.
"""

from typing import Final

# After the first, second, … try that decided nothing.
PAUSES_SECONDS: Final = (1.0, 5.0, 20.0)
# From this try on the checks run one after another, so that the program's processes do not take
# processors from each other; and a worker grades nothing else meanwhile.
IN_TURN_FROM_TRY: Final = 3


def pause_after(tries: int) -> float:
    """Return the pause in seconds after so many undecided tries, from 1; the last one repeats."""
    return PAUSES_SECONDS[min(tries, len(PAUSES_SECONDS)) - 1]
