"""The message printed when everything is ready: how to sign in and submit."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from semaforo.terminal import bold
from server.i18n import gettext_for

if TYPE_CHECKING:
    from semaforo.demo import Access as DemoAccess
    from semaforo.first_start import Access

SAMPLE: Final = "graders/exercises/gather/reference.py"


def print_banner(url: str, access: "Access", data_dir: Path, language: str) -> None:
    """Print the addresses, and of the demo the token and an example `curl` command."""
    translate = gettext_for(language)
    lines = ["", bold(translate("Semáforo is ready:")) + f" {url}", ""]
    if access.people:
        lines += _describe_demo(url, access.people, translate)
    if access.setup:
        lines += [
            translate("Become this server's administrator (the link works once):"),
            f"  {access.setup_link(url)}",
        ]
    if access.people and access.setup:
        lines.append(translate("A server without the demo: --empty --data-dir FOLDER"))
    lines += [
        translate("Data, logs and this information as JSON (up.json): {folder}").format(
            folder=data_dir
        ),
        translate("Press Ctrl-C to stop everything; the data is kept."),
    ]
    print("\n".join(lines), flush=True)


def _describe_demo(
    url: str, people: "dict[str, DemoAccess]", translate: Callable[[str], str]
) -> list[str]:
    student, teacher = people["student"], people["teacher"]
    return [
        translate("Sign in as teacher:"),
        f"  {teacher.sign_in(url)}",
        translate("Sign in as student:"),
        f"  {student.sign_in(url)}",
        translate("Student's API token:"),
        f"  {student.token}",
        "",
        translate("Example submission, to paste into another terminal:"),
        f"  curl -H 'Authorization: Bearer {student.token}' -H 'Accept: text/plain' \\",
        f"    -F file=@{SAMPLE} '{url}/api/exercises/gather/submissions?wait=30'",
        "",
    ]
