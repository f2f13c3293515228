"""What the documents claim, held to what is."""

import ast
import re
import tomllib
from itertools import takewhile
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr
from typer.main import get_command

from semaforo.main import build_app
from semaforo.version import find_version
from server.app import create_app
from server.settings import Settings
from tests.fixtures.trees import FILES

ROOT = Path(__file__).resolve().parent.parent
CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
FOLDERS = "server|worker|graders|semaforo|tests|migrations|docs"
LONGEST_MAP = 130
TOP_LEVEL = {"graders", "server", "worker", "semaforo", "migrations", "tests", "docs", ".ci"}


def test_the_settings_table_is_the_settings():
    documented = re.findall(r"^\| `(SEMAFORO_\w+)` \| (.*?) \| (.*) \|$", README, re.MULTILINE)

    assert sorted(documented) == sorted(
        (f"SEMAFORO_{name.upper()}", _default(name, field.default), str(field.description))
        for name, field in Settings.model_fields.items()
    )


def _default(name: str, default: object) -> str:
    if name == "worker_name":
        return "the host's name"
    if isinstance(default, Path):
        default = default.relative_to(ROOT)
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    if isinstance(default, bool):
        default = str(default).lower()
    return f"`{default}`" if default not in ("", []) else ""


def test_the_routes_listed_are_those_of_the_api(tmp_path: Path):
    listed = set(re.findall(r"^\| `((?:GET|POST|PUT|PATCH|DELETE) /\S+)` \|", README, re.MULTILINE))
    described = create_app(Settings(data_dir=tmp_path)).openapi()["paths"]

    assert listed == {
        f"{method.upper()} {path}" for path, methods in described.items() for method in methods
    }


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_manual_lists_every_command_of_a_class(language: str):
    manual = (ROOT / "docs" / language / "api.md").read_text("utf-8")
    listed = [
        (group, command)
        for group, commands in re.findall(r"^\| `semaforo (\S+) (.+?)` \|", manual, re.MULTILINE)
        for command in commands.split("`, `")
    ]

    assert sorted(listed) == sorted(
        (group, command)
        for group, below in get_command(build_app()).commands.items()  # type: ignore[attr-defined]
        for command, made in getattr(below, "commands", {}).items()
        if any(parameter.name == "server" for parameter in made.params)
    )


def test_the_layout_draws_every_package_and_nothing_that_is_not_there():
    """Folders without code, of tests and of single exercises need no line of their own."""
    drawn = _drawn_folders()
    packages = {
        str(path.parent)
        for path in FILES
        if path.name == "__init__.py" and path.parts[0] in {"graders", "server", "worker"}
    }

    assert [folder for folder in sorted(drawn) if not (ROOT / folder).is_dir()] == []
    assert sorted((packages | TOP_LEVEL) - drawn) == []


def test_the_map_is_short_enough_to_be_read():
    assert len(ARCHITECTURE.splitlines()) <= LONGEST_MAP


def _drawn_folders() -> set[str]:
    """Return the folders of the layout; several may share a line, each ends in a slash."""
    (tree,) = re.findall(r"^```\n(graders/.*?)^```$", ARCHITECTURE, re.MULTILINE | re.DOTALL)
    drawn: set[str] = set()
    branch: list[str] = []
    for line in tree.splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        for name in takewhile(lambda word: word.endswith("/"), line.split()):
            branch[depth:] = [name.rstrip("/")]
            drawn.add("/".join(branch))
    return drawn


def test_every_make_command_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (targets,) = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    used = set(re.findall(r"^    make (\w+)", README, re.MULTILINE))

    assert {"run", "test", "check"} <= used <= set(targets.split())


def test_every_subcommand_of_the_readme_exists():
    app = build_app()
    commands = {command.name for command in app.registered_commands}
    groups = {group.name for group in app.registered_groups}
    used = set(re.findall(r"(?:[`/ ]|^)semaforo (up|\w+) ", README)) - {"command"}

    assert used <= commands | groups, used - commands - groups
    assert groups | commands >= {"up", "grade", "submit", "doctor", "user", "token"}


def test_every_file_the_documents_name_exists():
    named = set(re.findall(r"@(graders/\S+\.py)", README))
    named |= set(re.findall(r"!\[[^]]*\]\((\S+)\)", README))
    pages = [page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md")]
    for document in (ARCHITECTURE, *pages):
        named |= set(re.findall(rf"`((?:{FOLDERS})/[\w./]*\w)(?:`|: )", document))

    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


def test_the_settings_of_the_compose_file_exist():
    known = {f"SEMAFORO_{name.upper()}" for name in Settings.model_fields}
    used = {name for service in COMPOSE["services"].values() for name in service["environment"]}

    assert {name for name in used if name.startswith("SEMAFORO_")} <= known


# The image has its own folders, the engine names each worker, and exercises need a volume.
OF_THE_IMAGE = {
    *("DATA_DIR", "MANUAL_DIR", "RUNTIME_DIR", "PYTHONS", "EXERCISES_DIRS", "WORKER_NAME"),
}
# A worker without its suites, or without its sandbox, is nothing to set for a class.
NOT_FOR_A_CLASS = {"WORKER_PREPARES_SUITES", "RUN_STUDENT_CODE_WITHOUT_A_FULL_SANDBOX"}


def test_every_setting_reaches_a_service_of_the_compose_file():
    settings = {name.upper() for name in Settings.model_fields} - OF_THE_IMAGE - NOT_FOR_A_CLASS
    used = {name for service in COMPOSE["services"].values() for name in service["environment"]}

    assert {f"SEMAFORO_{name}" for name in settings} - used == set()


@pytest.mark.parametrize("service", ["migrate", "api", "worker"])
def test_a_service_of_ours_starts_a_module_there_is(service: str):
    program, _, module, *_ = COMPOSE["services"][service]["command"]

    assert program == "python"
    assert module == "alembic" or (ROOT / f"{module.replace('.', '/')}.py").exists()


def test_services_wait_for_what_they_need_and_end_in_time():
    services = COMPOSE["services"]

    for name, service in services.items():
        for needed, when in service.get("depends_on", {}).items():
            is_step = when["condition"] == "service_completed_successfully"
            assert is_step or "healthcheck" in services[needed], (name, needed)
        if name != "migrate":
            assert "healthcheck" in service
        if name in ("api", "worker", "postgres"):
            assert service["stop_grace_period"]


def test_no_service_gets_a_secret_by_an_argument():
    for name, service in COMPOSE["services"].items():
        assert "PASSWORD" not in str(service.get("command", "")), name


def test_nothing_of_a_service_grows_for_ever():
    for name, service in COMPOSE["services"].items():
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}, name
        assert all(":size=" in mount for mount in service.get("tmpfs", [])), name
        if name != "migrate":
            assert service["mem_limit"] == service["memswap_limit"], name
            assert service["pids_limit"], name


def test_only_the_worker_is_given_rights_back():
    for name, service in COMPOSE["services"].items():
        options = service["security_opt"]
        assert "no-new-privileges:true" in options
        assert (len(options) > 1) == (name == "worker")
        assert not {"privileged", "cap_add"} & set(service)


def test_what_the_image_copies_exists_and_is_let_through():
    ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    sources = _copied_into_the_image()

    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert {f"!{source}", f"!{source.split('/')[0]}"} & set(ignored), source


def test_what_the_manual_shows_is_in_the_image_that_builds_it():
    inside = tuple(ROOT / source for source in _copied_into_the_image())
    shown = {
        (page.parent / name).resolve()
        for page in (ROOT / "docs").rglob("*.md")
        for name in re.findall(r"\{(?:literal)?include\} (\S+)", page.read_text("utf-8"))
    }

    assert shown
    assert [file for file in sorted(shown) if not {file, *file.parents} & set(inside)] == []


def _copied_into_the_image() -> list[str]:
    lines = re.findall(r"^COPY (.*)$", DOCKERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_every_file_that_the_pages_for_newcomers_name_exists():
    tops = "|".join(sorted(TOP_LEVEL)).replace(".", r"\.")
    for page in ("CONTRIBUTING.md", "SECURITY.md"):
        text = (ROOT / page).read_text("utf-8")
        named = set(re.findall(rf"`((?:{tops})/[^`]*)`", text))
        named |= set(re.findall(r"\b([A-Z]+\.md)\b", text))

        assert named
        assert [name for name in sorted(named) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "ARCHITECTURE.md"])
def test_what_the_pages_for_newcomers_say_is_in_a_file_is_in_it(page: str):
    text = (ROOT / page).read_text("utf-8")
    named = re.findall(r"`([A-Za-z_.]+)`(?: and `(\w+)`)? in `([\w./]+\.\w+)`", text)
    found = [(name, file) for *names, file in named for name in names if name]

    assert found
    assert [
        (name, file)
        for name, file in found
        if name.rpartition(".")[2] not in (ROOT / file).read_text("utf-8")
    ] == []


def test_the_version_is_that_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", CHANGELOG, re.MULTILINE)

    assert find_version() == project["version"] == released[0]
    assert COMPOSE["services"]["api"]["image"] == f"semaforo:{project['version']}"


def test_the_changelog_has_what_is_unreleased_on_top():
    headings = re.findall(r"^## (.*)$", CHANGELOG, re.MULTILINE)

    assert headings[0] == "[Unreleased]"
    assert all(re.fullmatch(r"\[[\d.]+\] - \d{4}-\d\d-\d\d", heading) for heading in headings[1:])


KINDS_OF_CHANGES = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def test_the_sections_of_the_changelog_are_those_of_keep_a_changelog():
    """One may say for whom: “Added for students”."""
    sections = re.findall(r"^### (\w+)(?: for .*)?$", CHANGELOG, re.MULTILINE)

    assert len(sections) == len(re.findall(r"^###", CHANGELOG, re.MULTILINE))
    assert set(sections) <= set(KINDS_OF_CHANGES)


def test_every_release_of_the_changelog_has_data_that_migrations_are_tried_on():
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", CHANGELOG, re.MULTILINE)
    stored = {file.stem for file in (ROOT / "tests/fixtures/releases").glob("*.backup")}

    assert stored == set(released)


def test_the_map_of_a_package_lists_its_modules():
    """A map has one module a line, its name and two or more spaces first; it is complete."""
    wrong = {}
    for path in FILES:
        if path.name != "__init__.py":
            continue
        docstring = ast.get_docstring(ast.parse((ROOT / path).read_text("utf-8"))) or ""
        listed = set(re.findall(r"^(\w+)(?:\.py|/)? {2,}\S", docstring, re.MULTILINE))
        folder = (ROOT / path).parent
        there = {file.stem for file in folder.glob("*.py")} - {"__init__"}
        there |= {file.parent.name for file in folder.glob("*/__init__.py")}
        if listed and listed != there:
            wrong[str(path)] = listed ^ there

    assert wrong == {}
