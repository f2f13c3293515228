"""Every exercise there is. The folder is the registry: nothing else lists exercises."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from graders.manifest import Exercise, ManifestError, load_exercise

BUILT_IN = Path(__file__).parent


class UnknownExerciseError(KeyError):
    """No exercise of that slug; `known` are those there are."""

    def __init__(self, slug: str, known: Iterable[str]) -> None:
        super().__init__(slug)
        self.slug, self.known = slug, tuple(known)


class Catalogue(Mapping[str, Exercise]):
    """Exercises by slug, in the order of the class's sections."""

    def __init__(self, exercises: Iterable[Exercise]) -> None:
        by_slug: dict[str, Exercise] = {}
        for exercise in sorted(exercises, key=lambda exercise: (exercise.section, exercise.slug)):
            if exercise.slug in by_slug:
                other = by_slug[exercise.slug].folder
                raise ManifestError(f"{exercise.folder} and {other} bear the same name")
            by_slug[exercise.slug] = exercise
        self._by_slug = by_slug

    @classmethod
    def read(cls, *folders: Path) -> "Catalogue":
        """Read our own exercises and those in `folders`.

        Raises:
            ManifestError: any exercise of them cannot be used.
        """
        manifests = [m for folder in (BUILT_IN, *folders) for m in folder.glob("*/exercise.toml")]
        return cls(load_exercise(manifest.parent) for manifest in manifests)

    def find(self, name: str) -> Exercise:
        """Return the exercise of this slug, or the one in the folder at this path.

        Raises:
            UnknownExerciseError: there is neither.
            ManifestError: there is a folder, but it is no usable exercise.
        """
        if name in self._by_slug:
            return self._by_slug[name]
        if "/" in name or Path(name).is_dir():
            return load_exercise(Path(name))
        raise UnknownExerciseError(name, self._by_slug)

    def __getitem__(self, slug: str) -> Exercise:
        """Return the exercise of this slug."""
        try:
            return self._by_slug[slug]
        except KeyError:
            raise UnknownExerciseError(slug, self._by_slug) from None

    def __iter__(self) -> Iterator[str]:
        """Iterate over the slugs."""
        return iter(self._by_slug)

    def __len__(self) -> int:
        """Count the exercises."""
        return len(self._by_slug)
