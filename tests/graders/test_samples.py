"""Every sample of every exercise gets the verdicts it must get, for its own reason."""

from pathlib import Path

import pytest

from graders.catalogue.exercises import BUILT_IN, Catalogue
from graders.catalogue.manifest import Exercise
from graders.catalogue.samples import Sample, load_samples
from tests.graders.conftest import graded
from tests.graders.message_rules import find_faults
from worker.grading.grade import Grader

OURS = Path(__file__).parent / "exercises"
SAMPLES = [
    pytest.param(exercise, sample, id=f"{exercise.slug}-{sample.name}")
    for exercise in Catalogue.read(OURS).values()
    for sample in load_samples(exercise)
]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize(("exercise", "sample"), SAMPLES)
async def test_sample_gets_its_verdicts(grader: Grader, exercise: Exercise, sample: Sample) -> None:
    report = await graded(grader, exercise, sample.files)

    assert sample.find_disagreements(report) == []
    if exercise.folder.parent == BUILT_IN:
        assert find_faults(report, sample.files) == []
