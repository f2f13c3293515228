"""What a viewer is shown of a submission's results: the one place that decides it.

Pages, API, live events and the text report all ask here.
"""

from datetime import datetime

from graders.report import ALL, NOTHING_BUT_VERDICTS, Visibility
from server.access import Viewer
from server.models import Part, Submission
from server.terms import Terms


def visibility_for(viewer: Viewer, submission: Submission, now: datetime) -> Visibility:
    """Return what the viewer may see of this submission's checks now.

    Staff see everything. The terms are those of the student, which `get_submission` loads; if they
    are not there, the answer is verdicts only.
    """
    if viewer.is_staff_of(submission.course_id):
        return ALL
    if submission.terms is None:
        return NOTHING_BUT_VERDICTS
    return of_parts(submission.terms, now)


def of_parts(terms: Terms, now: datetime) -> Visibility:
    """Return what the student of these terms may see then."""
    parts = terms.parts_visible(now)
    return Visibility(
        details=Part.DETAILS in parts, hints=Part.HINTS in parts, hidden=Part.HIDDEN in parts
    )
