"""JUnit XML, in the form that GitHub's actions, GitLab and Jenkins read."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from graders.formats.graded import Graded
from graders.report import CheckResult, Verdict
from graders.text_report import LABELS, visible

MEDIA_TYPE = "application/junit+xml"


def format_junit(graded: Graded) -> str:
    """Return one suite with a test case for each check.

    A submission without verdicts is one test case with an error: no reader may take it for passed.
    """
    checks = graded.report.checks if graded.is_finished else ()
    undecided = [check for check in checks if check.verdict is Verdict.INCONCLUSIVE]
    passed = [check for check in checks if check.verdict is Verdict.PASSED]
    counts = {
        "name": graded.report.exercise,
        "tests": str(len(checks) or 1),
        "failures": str(len(checks) - len(passed) - len(undecided)),
        "errors": str(len(undecided) if checks else 1),
        "time": f"{sum(check.wall_seconds or 0 for check in checks):.3f}",
    }
    root = Element("testsuites", counts)
    suite = SubElement(root, "testsuite", counts)
    for check in checks:
        _add_case(suite, graded, check)
    if not checks:
        case = SubElement(suite, "testcase", name="semaforo", classname=graded.report.exercise)
        SubElement(case, "error", message=graded.headline, type=graded.state.value)
    SubElement(suite, "system-out").text = f"{graded.headline}\n{graded.url}"
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _add_case(suite: Element, graded: Graded, check: CheckResult) -> None:
    case = SubElement(
        suite,
        "testcase",
        name=graded.to(check.title),
        classname=graded.report.exercise,
        time=f"{check.wall_seconds or 0:.3f}",
        file=graded.path(check.file),
    )
    if check.line is not None:
        case.set("line", str(check.line))
    if check.verdict is not Verdict.PASSED:
        kind = "error" if check.verdict is Verdict.INCONCLUSIVE else "failure"
        message = graded.explain(check)
        where = f"{graded.path(check.file)}:{check.line}\n" if check.line is not None else ""
        label = LABELS[check.verdict].to(graded.language)
        found = SubElement(case, kind, message=label, type=check.verdict.value)
        found.text = f"{where}{message}"
    if check.output:
        SubElement(case, "system-out").text = visible(check.output)
