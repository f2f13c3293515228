"""Wall-clock assertions that know what the machine did meanwhile: three outcomes, never a guess.

Noise can only add time. One good try is therefore proof; a slow try proves nothing by itself, so
the program is called again, and fails only when every try was slow although the machine let it run.
"""

from collections.abc import Awaitable, Callable

from graders.kit.expect import require, undecided
from graders.kit.program.outcome import Ending
from graders.kit.run import Run
from graders.text import Text

TRIES = 5
# A try is a fair one if the program stood ready without a processor for less than this share.
FAIR_SHARE = 0.1

Try = Callable[[], Awaitable[Run]]


class Clock:
    """Times calls of the submission from outside."""

    async def at_most(self, seconds: float, call: Try) -> Run:
        """Make sure that a call can be done within `seconds`; returns the first that was.

        What the host kept from the program is taken off. A call that does not return ends the
        check with its own message.
        """
        unfair = 0
        for _ in range(TRIES):
            run = await call()
            run.must_return()
            if _own_seconds(run) <= seconds:
                return run
            unfair += not _was_fair(run)
        if unfair:
            raise undecided(_UNFAIR.es, _UNFAIR.en)
        words = _TOO_SLOW.format(took=round(run.wall_seconds, 3), seconds=seconds, tries=TRIES)
        require(False, words.es, words.en)
        return run

    async def faster(self, ratio: float, slow: Try, fast: Try) -> tuple[Run, Run]:
        """Make sure that `fast` can be done in less than 1/ratio of the time of `slow`.

        Both are tried side by side in time, up to five times; one good pair is proof.
        """
        unfair = 0
        for _ in range(TRIES):
            slow_run, fast_run = await slow(), await fast()
            slow_run.must_return()
            fast_run.must_return()
            if _own_seconds(fast_run) * ratio <= _own_seconds(slow_run):
                return slow_run, fast_run
            unfair += not (_was_fair(slow_run) and _was_fair(fast_run))
        if unfair:
            raise undecided(_UNFAIR.es, _UNFAIR.en)
        words = _NOT_FASTER.format(
            slow=round(slow_run.wall_seconds, 3), fast=round(fast_run.wall_seconds, 3), ratio=ratio
        )
        require(False, words.es, words.en)
        return slow_run, fast_run


def _own_seconds(run: Run) -> float:
    return run.wall_seconds - run.host_delay


def _was_fair(run: Run) -> bool:
    return run.outcome.ending is Ending.RETURNED and run.host_delay <= FAIR_SHARE * run.wall_seconds


_UNFAIR = Text(
    "Nuestra máquina estaba ocupada y no pudo medir tu programa.",
    "Our machine was busy and could not time your program.",
)
_TOO_SLOW = Text(
    "Tardó {took} s en el mejor de {tries} intentos, y el límite es {seconds} s.",
    "It took {took} s in the best of {tries} tries, and the limit is {seconds} s.",
)
_NOT_FASTER = Text(
    "La forma rápida tardó {fast} s y la lenta {slow} s: debía ser {ratio} veces más rápida.",
    "The fast form took {fast} s and the slow one {slow} s: it should be {ratio} times as fast.",
)
