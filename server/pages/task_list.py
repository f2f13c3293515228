"""The checks of the last graded attempt beside the statement: what is done, and what is not."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from graders.report import RunState, Verdict
from server.actions import submissions
from server.models import Submission


@dataclass(frozen=True, slots=True)
class Task:
    """One check: its title and verdict, which every student may see, also of a hidden one."""

    name: str
    title: str
    verdict: Verdict

    @property
    def lit(self) -> str:
        """Its colour."""
        lamps = {Verdict.PASSED: "go", Verdict.INCONCLUSIVE: "wait", Verdict.NOT_RUN: "soft"}
        return lamps.get(self.verdict, "stop")


@dataclass(frozen=True, slots=True)
class TaskList:
    """The checks in the suite's order, of the attempt with this number and address."""

    number: int
    href: str
    tasks: Sequence[Task]

    @property
    def passed(self) -> int:
        """How many passed."""
        return sum(task.verdict is Verdict.PASSED for task in self.tasks)


async def find_tasks(
    session: AsyncSession, own: Sequence[Submission], language: str
) -> TaskList | None:
    """Return the checks of the newest graded attempt among `own`, the newest first.

    None if none is graded, or grading it found no check to run.
    """
    graded = (one for one in own if one.run.state is RunState.FINISHED)
    if (last := next(graded, None)) is None:
        return None
    verdicts = await submissions.verdicts_of(session, last.run.id)
    tasks = [Task(one.name, one.title.to(language), one.verdict) for one in verdicts]
    return TaskList(last.number, f"/submissions/{last.id}", tasks) if tasks else None
