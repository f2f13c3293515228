"""How calls end, and what may be concluded from that."""

import signal

import pytest

from graders.kit.program.outcome import Cause, Ending, Outcome


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Outcome(Ending.TIMED_OUT, cause=Cause.WORKING), True),
        (Outcome(Ending.DIED, status=signal.SIGXCPU), True),
        (Outcome(Ending.FLOODED, cause=Cause.CALLS), True),
        (Outcome(Ending.TIMED_OUT, cause=Cause.ASLEEP), False),
        (Outcome(Ending.DIED, status=signal.SIGKILL), False),
        (Outcome(Ending.DIED, status=None), False),
        (Outcome(Ending.RAISED), False),
    ],
)
def test_only_what_no_clock_brings_about_uses_up_a_limit(outcome: Outcome, expected: bool) -> None:
    assert outcome.has_used_up_its_limits is expected
