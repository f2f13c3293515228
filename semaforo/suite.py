"""`semaforo suite new`: create an exercise folder that is complete and works."""

import shutil
from pathlib import Path
from typing import Annotated, Final

import typer

from graders.catalogue.exercises import BUILT_IN
from graders.catalogue.manifest import SLUG
from semaforo.options import Language
from semaforo.terminal import COULD_NOT, CommandError, describe_os_error, terminal_language
from server.i18n import gettext_for
from server.settings import get_settings

TEMPLATE: Final = Path(__file__).parent / "exercise_template"


def new(
    slug: Annotated[str, typer.Argument(help="Slug of the exercise, as in its URL.")],
    folder: Annotated[
        Path | None,
        typer.Option(
            "--in", help="Parent folder; by default, the first of SEMAFORO_EXERCISES_DIRS."
        ),
    ] = None,
    language: Language = None,
) -> int:
    """Create an exercise folder to start from; `semaforo suite check` accepts it as it is."""
    translate = gettext_for(language or terminal_language())
    if not SLUG.fullmatch(slug):
        raise CommandError(
            "“{slug}” is not a valid exercise name: use 1 to 40 lowercase letters, digits and "
            "hyphens, starting with a letter.",
            exit_code=COULD_NOT,
            slug=slug,
        )
    folders = get_settings().exercises_dirs
    created = create_exercise_folder(slug, folder or (folders[0] if folders else Path.cwd()))
    print(translate("Created: {folder}").format(folder=created))
    print(translate("Write your exercise there, then check it against its samples:"))
    name = slug if created.parent in [f.resolve() for f in (BUILT_IN, *folders)] else str(created)
    print(f"  semaforo suite check {name}")
    print(translate("When it is done, an administrator adds it to a server that runs:"))
    print(f"  semaforo exercise add {created}")
    if name != slug:
        print(
            translate(
                "Or, on the server's own machine, name the directory that contains it in "
                "SEMAFORO_EXERCISES_DIRS:"
            )
        )
        print(f"  export SEMAFORO_EXERCISES_DIRS={created.parent}")
    return 0


def create_exercise_folder(slug: str, folder: Path) -> Path:
    """Copy the template and return the exercise's folder.

    Raises:
        CommandError: it already exists, or cannot be created.
    """
    target = folder.resolve() / slug
    if target.exists():
        raise CommandError("{folder} already exists.", exit_code=COULD_NOT, folder=target)
    try:
        shutil.copytree(TEMPLATE, target, ignore=shutil.ignore_patterns("__pycache__"))
        # With their final names, the template itself would count as an exercise.
        (target / "manifest.toml").rename(target / "exercise.toml")
        (target / "suite.py").rename(target / f"test_{slug.replace('-', '_')}.py")
    except OSError as error:
        raise CommandError(
            "{folder} cannot be created: {reason}.",
            exit_code=COULD_NOT,
            folder=target,
            reason=describe_os_error(error),
        ) from None
    return target
