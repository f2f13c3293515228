"""What would make an exercise better, though it can be given as it is."""

from typing import Final

from graders.catalogue.descriptions import find_statement_files
from graders.catalogue.manifest import Exercise
from graders.catalogue.samples import Sample
from graders.text import Text


def find_suggestions(exercise: Exercise, samples: list[Sample]) -> list[Text]:
    """Return a sentence for each thing that the exercise's folder lacks."""
    found = []
    statements = find_statement_files(exercise.folder)
    if not statements:
        found.append(_NO_STATEMENT)
    if exercise.title.es == exercise.title.en or len(set(statements.values())) == 1:
        found.append(_ONE_LANGUAGE)
    if not exercise.has_solution("starter"):
        found.append(_NO_STARTER)
    if not exercise.has_solution("reference"):
        found.append(_NO_REFERENCE)
    if not any(sample.kind == "wrong" and not sample.is_open for sample in samples):
        found.append(_NO_WRONG_SAMPLE)
    if exercise.is_inside:
        found.append(_INSIDE)
    return found


_INSIDE: Final = Text(
    'trust = "inside": las pruebas se ejecutan en el intérprete del estudiante, que puede leerlas '
    "y falsear su resultado. Quítalo si la suite funciona sin él.",
    'trust = "inside": the tests run in the student\'s interpreter, which can read them and forge '
    "their result. Take it out if the suite runs without it.",
)
_NO_STATEMENT: Final = Text(
    "No hay enunciado: escribe statement.es.md, statement.en.md o un solo statement.md.",
    "There is no statement: write statement.es.md, statement.en.md, or one statement.md.",
)
_ONE_LANGUAGE: Final = Text(
    "El título o el enunciado está en un solo idioma, y quien lee el otro ve ese mismo: "
    'title = { es = "…", en = "…" }, statement.es.md y statement.en.md.',
    "The title or the statement is in one language only, and who reads the other sees the same: "
    'title = { es = "…", en = "…" }, statement.es.md and statement.en.md.',
)
_NO_STARTER: Final = Text(
    "No hay código inicial: con starter.py los estudiantes ven qué funciones se piden.",
    "There is no starter: with starter.py students see which functions are asked for.",
)
_NO_REFERENCE: Final = Text(
    "No hay solución de referencia: con reference.py se ve que la suite acepta una correcta.",
    "There is no reference solution: reference.py shows that the suite accepts a right one.",
)
_NO_WRONG_SAMPLE: Final = Text(
    "No hay muestras equivocadas: escribe samples/wrong_….py y sus veredictos en "
    "samples/expected.toml, para ver que la suite las rechaza.",
    "There are no wrong samples: write samples/wrong_….py, and their verdicts in "
    "samples/expected.toml, to see that the suite rejects them.",
)
