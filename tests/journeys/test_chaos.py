"""Every part is killed and stopped, by role, while a class hands in: nothing is lost or wrong.

An hour of it by hand: python -m tests.bench.chaos --minutes 60 [--database postgresql]
"""

from tests.bench.chaos import campaign

SECONDS = 40
SEED = 12


async def test_whatever_dies_each_submission_gets_the_verdict_it_has_earned() -> None:
    found = await campaign(SECONDS, SEED, fault_pause=0.7)

    assert not found.faults, "\n".join([*found.lines(), found.log])
    assert found.done.total() >= 10
    assert found.submissions > 20
