"""Every exercise there is. The folder is the registry: nothing else lists exercises."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from time import monotonic

from graders.catalogue.curriculum import in_curriculum_order
from graders.catalogue.environments import Environments
from graders.catalogue.manifest import (
    MANIFEST,
    Exercise,
    ManifestError,
    load_exercise,
    usual_suite,
)
from graders.catalogue.unchanged import is_withheld, load_unchanged, stamps_of
from graders.text import Text

BUILT_IN = Path(__file__).parents[1] / "exercises"
LOOK_EVERY_SECONDS = 1.0


class UnknownExerciseError(KeyError):
    """No exercise of that slug; `known` are those there are."""

    def __init__(self, slug: str, known: Iterable[str]) -> None:
        super().__init__(slug)
        self.slug, self.known = slug, tuple(known)


class Catalogue(Mapping[str, Exercise]):
    """Published exercises by slug, in the order of the path through the class.

    withheld   Those whose suite contradicted itself when it was certified, by slug: they may be
               looked at by their authors, and are not given to students.
    problems   What could not be read since; empty unless kept up to date.
    """

    def __init__(
        self,
        exercises: Iterable[Exercise],
        problems: Iterable[ManifestError] = (),
        environments: Environments | None = None,
    ) -> None:
        self._environments = environments
        self._by_slug: dict[str, Exercise] = {}
        self.withheld: dict[str, Exercise] = {}
        self.problems = tuple(problems)
        for exercise in in_curriculum_order(exercises):
            if other := self._by_slug.get(exercise.slug) or self.withheld.get(exercise.slug):
                raise _same_name(exercise, other)
            withheld = is_withheld(exercise)
            (self.withheld if withheld else self._by_slug)[exercise.slug] = exercise

    @classmethod
    def read(cls, *folders: Path, environments: Environments | None = None) -> "Catalogue":
        """Read our own exercises and those in `folders`.

        Raises:
            ManifestError: any exercise of them cannot be used.
        """
        found = (load_unchanged(folder) for folder in exercise_folders(*folders))
        return cls(found, environments=environments)

    def now(self) -> "Catalogue":
        """Return the exercises as they are at this moment."""
        return self

    def find(self, name: str) -> Exercise:
        """Return the exercise of this slug, withheld or not, or the one in the folder at this path.

        Raises:
            UnknownExerciseError: there is neither.
            ManifestError: there is a folder, but it is no usable exercise.
        """
        if exercise := self._by_slug.get(name) or self.withheld.get(name):
            return exercise
        if "/" in name or Path(name).is_dir():
            return load_exercise(Path(name))
        raise UnknownExerciseError(name, self._by_slug)

    def find_missing(self, slug: str) -> Text | None:
        """Return which libraries or interpreter of an exercise this machine lacks; None if none.

        Always None for a catalogue that was not told where they are.
        """
        exercise = self._by_slug.get(slug) or self.withheld.get(slug)
        if exercise is None or self._environments is None:
            return None
        return self._environments.find_missing(exercise)

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


class LiveCatalogue(Catalogue):
    """A catalogue that follows the disk: what changes there holds within a second.

    An exercise that was good and is broken now stays as it was, and `problems` of `now()` says
    what is wrong with it; so does one that is new and broken. Take what one request needs from
    one `now()`.
    """

    def __init__(self, *folders: Path, environments: Environments | None = None) -> None:
        self._folders = folders
        self._versions: tuple[Path, ...] = ()
        self._looked_at, self._seen = monotonic(), stamps_of(self._all_folders())
        self._found = Catalogue.read(*folders, environments=environments)
        found = [*self._found.values(), *self._found.withheld.values()]
        super().__init__(found, environments=environments)

    def now(self) -> Catalogue:
        """Return the exercises as they are, or were less than a second ago."""
        if monotonic() - self._looked_at >= LOOK_EVERY_SECONDS:
            self._look()
        return self._found

    def use_versions(self, folders: Iterable[Path]) -> None:
        """Take these exercises, one in each folder, from now on besides those on disk.

        One that bears the name of an exercise on disk is not taken, and is among the problems.
        """
        self._versions = tuple(sorted(folders))
        self._look()

    def _look(self) -> None:
        self._looked_at, seen = monotonic(), stamps_of(self._all_folders())
        if seen != self._seen:
            self._seen, self._found = seen, self._read_again()

    def _all_folders(self) -> list[Path]:
        return [*exercise_folders(*self._folders), *self._versions]

    def _read_again(self) -> Catalogue:
        good, problems = dict[str, Exercise](), list[ManifestError]()
        before = {e.folder: e for e in (*self._found.values(), *self._found.withheld.values())}
        for folder in self._all_folders():
            try:
                exercise = load_unchanged(folder)
                is_withheld(exercise)  # raises if the certificate cannot be read
                if other := good.get(exercise.slug):
                    raise _same_name(exercise, other)
            except ManifestError as error:
                problems.append(error)
                known = before.get(folder.resolve())
                if known and known.slug not in good and _is_readable(known):
                    good[known.slug] = known
            else:
                good[exercise.slug] = exercise
        return Catalogue(good.values(), problems, self._environments)


def exercise_folders(*folders: Path) -> list[Path]:
    """List the folders that mean to be exercises, ours first.

    Those with a manifest, or with a suite of the folder's name.
    """
    return [
        found
        for folder in (BUILT_IN, *folders)
        for found in sorted(folder.glob("*/"))
        if (found / MANIFEST).exists() or usual_suite(found, found.name).is_file()
    ]


def _same_name(exercise: Exercise, other: Exercise) -> ManifestError:
    return ManifestError(
        f"{exercise.folder} y {other.folder} llevan el mismo nombre; cambia el de una carpeta",
        f"{exercise.folder} and {other.folder} bear the same name; rename one of the folders",
    )


def _is_readable(exercise: Exercise) -> bool:
    try:
        is_withheld(exercise)
    except (ManifestError, OSError):
        return False
    return True
