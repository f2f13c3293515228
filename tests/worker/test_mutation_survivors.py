"""What becomes of mutants, on an exercise that is as small as one can be."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from graders.catalogue.equivalents import Equivalent
from graders.catalogue.manifest import Exercise, load_exercise
from graders.catalogue.samples import load_samples
from semaforo.suite import create_exercise_folder
from tests.fixtures.sandbox import RUNTIME
from tests.graders.test_catalogue import certificate_of
from worker.authoring.certify import with_mutants
from worker.authoring.mutation.catalogue import OPERATORS
from worker.authoring.mutation.mutants import Mutant, make_mutants
from worker.authoring.mutation.survivors import MutationResults, grade_mutants
from worker.grading.grade import Grader

pytestmark = pytest.mark.asyncio(loop_scope="module")
REFERENCE = '''"""Ask until there is an answer."""


async def pedir(preguntar):
    respuesta = ""
    while not respuesta:
        respuesta += await preguntar("hora")
    return respuesta
'''
SUITE = '''"""What must be true of a submission."""

from graders.kit import Conductor, Solution, title


@title(es="Devuelve la respuesta", en="It returns the answer")
async def test_answer(solution: Solution, conductor: Conductor) -> None:
    answers = iter(["", "las dos"])
    preguntar = conductor.service("preguntar", lambda what: next(answers, "tarde"))
    run = await solution.call("pedir", preguntar)
    assert run.must_return() == "las dos"
'''


def make_tiny_exercise(parent: Path) -> Path:
    """Return the folder of an exercise with one check and no sample but the reference."""
    folder = create_exercise_folder("pedir", parent)
    for sample in (folder / "samples").iterdir():
        sample.unlink()
    for name in ("reference.py", "starter.py"):
        (folder / name).write_text(REFERENCE, "utf-8")
    (folder / "test_pedir.py").write_text(SUITE, "utf-8")
    manifest = folder / "exercise.toml"
    limited = manifest.read_text("utf-8").replace("cpu_seconds = 2", "cpu_seconds = 1")
    manifest.write_text(limited, "utf-8")
    return folder


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Exercise:
    return load_exercise(make_tiny_exercise(tmp_path_factory.mktemp("mutants")))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def grader() -> AsyncIterator[Grader]:
    async with Grader(runtime=RUNTIME, name="tests") as grader:
        yield grader


def mutants_of(exercise: Exercise, *operators: str) -> list[Mutant]:
    return make_mutants(load_samples(exercise), [OPERATORS[name] for name in operators])


def states(found: MutationResults) -> dict[str, str]:
    return {
        outcome.mutant.operator: (
            "undecided"
            if not outcome.is_decided
            else outcome.caught_by.name
            if outcome.caught_by
            else "survivor"
            if outcome.is_survivor
            else "equivalent"
        )
        for outcome in found.outcomes
    }


async def test_a_mutant_is_caught_survives_or_is_declared(
    exercise: Exercise, grader: Grader
) -> None:
    mutants = mutants_of(exercise, "drop-await", "block-loop", "keep-answer")
    needed = Equivalent(1, "block-loop", "Nothing promises that the loop is free.")
    stale = Equivalent(2, "drop-await", "It was thought to be right.")
    graded: list[None] = []

    found = await grade_mutants(
        exercise, mutants, [needed, stale], grader, on_mutant=lambda: graded.append(None)
    )

    assert states(found) == {
        "drop-await": "answer",
        "block-loop": "equivalent",
        "keep-answer": "survivor",
    }
    assert (found.caught, found.equivalent, len(found.survivors)) == (1, 1, 1)
    assert found.stale == [stale]
    assert len(graded) == len(mutants)


async def test_a_certificate_counts_what_becomes_of_mutants(
    exercise: Exercise, grader: Grader
) -> None:
    mutants = mutants_of(exercise, "drop-await", "block-loop", "keep-answer")
    declared = exercise.folder / "mutants.toml"
    declared.write_text('[[equivalent]]\noperator = "block-loop"\nreason = "Not promised."\n')
    try:
        found = await with_mutants(certificate_of(exercise), exercise, mutants, grader)
    finally:
        declared.unlink()

    assert (found.mutants, found.caught, found.equivalent, found.survivors) == (3, 1, 1, 1)


async def test_a_part_of_the_mutants_says_nothing_of_stale_declarations(
    exercise: Exercise, grader: Grader
) -> None:
    mutants = mutants_of(exercise, "drop-await")
    other = Equivalent(1, "block-loop", "Nothing promises that the loop is free.")

    found = await grade_mutants(exercise, mutants, [other], grader, is_all=False)

    assert found.stale == []


async def test_a_mutant_that_does_not_load_is_caught(exercise: Exercise, grader: Grader) -> None:
    (mutant,) = mutants_of(exercise, "drop-await")
    broken = replace(mutant, files=dict.fromkeys(mutant.files, b"import no_such_module\n"))

    found = await grade_mutants(exercise, [broken], [], grader)

    assert states(found) == {"drop-await": "answer"}


async def test_a_mutant_that_never_ends_is_caught_at_its_limit(
    exercise: Exercise, grader: Grader
) -> None:
    # Without `respuesta += …` it asks for nothing, and the loop goes on for ever.
    mutants = mutants_of(exercise, "drop-statement")

    found = await grade_mutants(exercise, mutants, [], grader)

    assert states(found) == {"drop-statement": "answer"}
