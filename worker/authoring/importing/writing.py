"""Writes the folder of an exercise that was brought."""

from pathlib import Path

from graders.catalogue.manifest import MANIFEST, usual_suite
from worker.authoring.importing.plan import Plan, to_manifest


def write_exercise(plan: Plan, parent: Path) -> Path:
    """Write the exercise's folder into `parent`; returns it.

    Raises:
        FileExistsError: there is such a folder.
        OSError: it cannot be written.
    """
    folder = parent.resolve() / plan.slug
    folder.mkdir(parents=True)
    suite, content = plan.suite
    files = {
        **plan.beside,
        **plan.statements,
        MANIFEST: to_manifest(plan).encode(),
        suite or usual_suite(folder, plan.slug).name: content,
        **_solution("starter", plan.starter, plan.files.names),
        **_solution("reference", plan.reference, plan.files.names),
    }
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def _solution(name: str, files: dict[str, bytes], names: tuple[str, ...]) -> dict[str, bytes]:
    """Return where the files of a solution go; none unless all of them are there."""
    if set(files) != set(names):
        return {}
    if len(names) == 1:
        return {f"{name}.py": files[names[0]]}
    return {f"{name}/{file}": content for file, content in files.items()}
