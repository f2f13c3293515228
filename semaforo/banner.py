"""The message printed when everything is ready: how to sign in and submit."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from semaforo.terminal import bold
from server.i18n import gettext_for

if TYPE_CHECKING:
    from semaforo.demo import Access

SAMPLE: Final = "graders/exercises/gather/reference.py"


def print_banner(url: str, people: "dict[str, Access]", data_dir: Path, language: str) -> None:
    """Print the addresses, the token, an example `curl` command and the data folder."""
    translate = gettext_for(language)
    student, teacher = people["student"], people["teacher"]
    lines = [
        "",
        bold(translate("Semáforo is ready:")) + f" {url}",
        "",
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
        translate("Data, logs and this information as JSON (up.json): {folder}").format(
            folder=data_dir
        ),
        translate("Press Ctrl-C to stop everything; the data is kept."),
    ]
    print("\n".join(lines), flush=True)
