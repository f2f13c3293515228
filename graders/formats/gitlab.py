"""GitLab's Code Quality report: what is wrong, by file and line, in a merge request."""

import hashlib
import json

from graders.formats.graded import Graded
from graders.report import Verdict
from graders.text_report import LABELS

MEDIA_TYPE = "application/vnd.gitlab.code-quality+json"


def format_code_quality(graded: Graded) -> str:
    """Return a JSON array with an issue for each check that did not pass.

    The fingerprint is the same as long as the check, its verdict and file are: GitLab shows then
    what a change mended and what it broke.
    """
    exercise = graded.report.exercise
    if not graded.is_finished:
        return _as_json([_issue(exercise, "semaforo", graded.headline, graded.path(""), 1, "info")])
    return _as_json(
        [
            _issue(
                exercise,
                check.name,
                f"{graded.to(check.title)} ({LABELS[check.verdict].to(graded.language)}): "
                f"{graded.explain(check)}",
                graded.path(check.file),
                check.line or 1,
                "info" if check.verdict is Verdict.INCONCLUSIVE else "major",
            )
            for check in graded.report.checks
            if check.verdict is not Verdict.PASSED
        ]
    )


def _issue(
    exercise: str, check: str, description: str, path: str, line: int, severity: str
) -> dict[str, object]:
    known_by = hashlib.sha256(f"{exercise}\0{check}\0{path}".encode()).hexdigest()
    return {
        "description": description,
        "check_name": f"{exercise}.{check}",
        "fingerprint": known_by,
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }


def _as_json(issues: list[dict[str, object]]) -> str:
    return json.dumps(issues, ensure_ascii=False, indent=2) + "\n"
