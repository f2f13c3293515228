"""Links of the dashboard: each keeps the filter, except for what it changes."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from server.actions.class_filter import Condition, Order, StudentFilter

_USUAL: dict[str, Any] = {
    "group": "",
    "state": Condition.ALL,
    "sort": Order.NAME,
    "q": "",
    "page": 1,
    "view": "map",
}


@dataclass(frozen=True, slots=True)
class Links:
    """Where the parts of one dashboard lead.

    course  The course's slug.
    page    Of `pages`, from 1.
    """

    course: str
    student_filter: StudentFilter
    view: str
    page: int
    pages: int

    @property
    def now(self) -> dict[str, Any]:
        """The filter, as the fields of the form."""
        return {
            "group": self.student_filter.group or "",
            "state": self.student_filter.condition,
            "sort": self.student_filter.order,
            "q": self.student_filter.text,
            "page": self.page,
            "view": self.view,
        }

    def to(self, **changed: Any) -> str:
        """Return the address of the dashboard with these fields changed."""
        fields = self.now | changed
        chosen = {name: value for name, value in fields.items() if value != _USUAL[name]}
        return f"/dashboard?{urlencode({'course': self.course} | chosen)}"

    @property
    def before(self) -> str:
        """The page of students before this one; empty for the first."""
        return self.to(page=self.page - 1) if self.page > 1 else ""

    @property
    def after(self) -> str:
        """The page of students after this one; empty for the last."""
        return self.to(page=self.page + 1) if self.page < self.pages else ""

    @property
    def csv(self) -> str:
        """The same students as CSV, all pages together."""
        fields = {name: value for name, value in self.now.items() if name not in ("page", "view")}
        chosen = {name: value for name, value in fields.items() if value != _USUAL[name]}
        query = f"?{urlencode(chosen)}" if chosen else ""
        return f"/courses/{quote(self.course)}/progress.csv{query}"

    def student(self, user_id: UUID) -> str:
        """Return the address of a student's page."""
        return f"/courses/{quote(self.course)}/students/{user_id}"
