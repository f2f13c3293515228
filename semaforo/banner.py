"""The screenful that says how to use what has just been started."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from semaforo.terminal import bold, words

if TYPE_CHECKING:
    from semaforo.demo import Access

SAMPLE: Final = "graders/exercises/gather/reference.py"


def show(url: str, people: "dict[str, Access]", data_dir: Path, language: str) -> None:
    """Print the addresses, the token, a line to paste, and where the data is."""
    say = words(language)
    student, teacher = people["student"], people["teacher"]
    lines = [
        "",
        bold(say("Semáforo is ready:")) + f" {url}",
        "",
        say("Sign in as teacher:"),
        f"  {teacher.sign_in(url)}",
        say("Sign in as student:"),
        f"  {student.sign_in(url)}",
        say("Token of the student, for programs:"),
        f"  {student.token}",
        "",
        say("A first submission, ready to paste:"),
        f"  curl -H 'Authorization: Bearer {student.token}' -H 'Accept: text/plain' \\",
        f"    -F file=@{SAMPLE} '{url}/api/exercises/gather/submissions?wait=30'",
        "",
        say("Data, logs and these facts as JSON: {folder}").format(folder=data_dir),
        say("Ctrl-C ends everything; the data stays."),
    ]
    print("\n".join(lines), flush=True)
