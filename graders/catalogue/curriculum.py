"""The curriculum: in which order exercises are done."""

from collections.abc import Iterable

from graders.catalogue.manifest import Exercise

_NO_SECTION = (10**6,)


def in_curriculum_order(exercises: Iterable[Exercise]) -> list[Exercise]:
    """Order exercises by level, section and slug, each after its prerequisites of that level.

    Those on no level come last. A cycle of prerequisites is entered where the order meets it.
    """
    waiting = sorted(exercises, key=_sort_key)
    ordered = list[Exercise]()
    while waiting:
        here = {exercise.slug for exercise in waiting if exercise.level == waiting[0].level}
        free = (e for e in waiting if e.level == waiting[0].level and not here & {*e.prerequisites})
        exercise = next(free, waiting[0])
        waiting.remove(exercise)
        ordered.append(exercise)
    return ordered


def find_bad_prerequisites(exercise: Exercise, exercises: Iterable[Exercise]) -> list[str]:
    """Name the prerequisites that do not exist, or that lead back to the exercise itself."""
    by_slug = {other.slug: other for other in exercises} | {exercise.slug: exercise}
    return [
        slug
        for slug in exercise.prerequisites
        if slug not in by_slug or exercise.slug in _collect_prerequisites(slug, by_slug)
    ]


def _collect_prerequisites(slug: str, by_slug: dict[str, Exercise]) -> set[str]:
    """Return an exercise and all that must be done before it."""
    found, following = set[str](), [slug]
    while following:
        name = following.pop()
        if name in by_slug and name not in found:
            found.add(name)
            following += by_slug[name].prerequisites
    return found


def _sort_key(exercise: Exercise) -> tuple[bool, int, tuple[int, ...], str]:
    try:
        section = tuple(int(number) for number in exercise.section.split("."))
    except ValueError:
        section = _NO_SECTION
    return exercise.level == 0, exercise.level, section, exercise.slug
