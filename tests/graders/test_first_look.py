"""A first look at a program, before it costs an attempt: what is refused, and what is not."""

import pytest

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.files import FileRefused
from graders.catalogue.first_look import find_asked, look_at
from graders.catalogue.first_look_reader import find_fault
from graders.catalogue.manifest import Exercise, load_exercise

EXERCISES = [load_exercise(path.parent) for path in sorted(BUILT_IN.glob("*/exercise.toml"))]
GATHER = load_exercise(BUILT_IN / "gather")
BOTH = ["ejemplo_secuencial", "ejemplo_paralelo"]


def _right_samples(exercise: Exercise) -> list[dict[str, bytes]]:
    names = [f"samples/{path.stem}" for path in (exercise.folder / "samples").glob("right*")]
    return [exercise.read_solution(name) for name in ("reference", *names)]


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
def test_a_right_program_passes_and_an_empty_one_lacks_what_is_asked(exercise: Exercise) -> None:
    asked = {exercise.files[0]: sorted(find_asked(exercise))}
    for files in _right_samples(exercise):
        sources = {name: content.decode() for name, content in files.items()}
        assert find_fault(sources, asked) == {}
    # What is handed in for `pruebas` are tests under any name.
    nothing = find_fault(dict.fromkeys(exercise.files, ""), asked)
    assert bool(nothing) == (exercise.slug != "pruebas")


@pytest.mark.parametrize(
    ("source", "slug", "words"),
    [
        (b"x = (1\n", "does-not-compile", "línea 1"),
        (b"x = 1\nawait x\n", "does-not-compile", "línea 2"),
        (b"x = 1\n", "function-missing", "`ejemplo_paralelo`, `ejemplo_secuencial`"),
    ],
)
def test_a_program_that_fails_as_a_whole_is_refused_with_what_to_mend(
    source: bytes, slug: str, words: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        look_at(GATHER, {"solution.py": source})

    assert refused.value.slug == slug
    assert words in refused.value.detail.es
    assert "ningún intento" in refused.value.detail.es


@pytest.mark.parametrize(
    "source",
    [
        "from cosas import *",
        "exec('...')",
        "globals().update({})",
        "ejemplo_secuencial = ejemplo_paralelo = print",
        "from m import a as ejemplo_secuencial, ejemplo_paralelo",
        "if True:\n    def ejemplo_secuencial(): pass\n    async def ejemplo_paralelo(): pass",
    ],
)
def test_a_name_may_be_defined_in_any_way(source: str) -> None:
    assert find_fault({"a.py": source}, {"a.py": BOTH}) == {}


@pytest.mark.parametrize("hostile", [b"x = " + b"-" * 200_000 + b"1", b"a" + b".a" * 60_000])
def test_what_exhausts_the_compiler_is_left_to_grading(hostile: bytes) -> None:
    look_at(GATHER, {"solution.py": hostile})
