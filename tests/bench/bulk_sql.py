"""What the bulk SQL of many_rows and many_notes is made of."""

from dataclasses import dataclass

# Rows of one table all begin with the table's own digit, so that no id is in two tables.
COURSE, USER, ASSIGNMENT, SUBMISSION, RUN, COMMENT = 1, 2, 3, 4, 5, 6
NEWS, AUDIT_ENTRY, EXTENSION, ANNOUNCEMENT, SECOND_LOOK = "7", "8", "9", "a", "b"
REGRADE, TOKEN = "c", "d"


@dataclass(frozen=True, slots=True)
class Shape:
    """How much there is to be. Submissions: the product of the first four.

    regraded  In how many of its assignments each course is being regraded.
    """

    courses: int = 100
    students: int = 50
    assignments: int = 25
    attempts: int = 8
    checks: int = 6
    regraded: int = 25

    @property
    def submissions(self) -> int:
        """How many submissions there are in all courses together."""
        return self.courses * self.students * self.assignments * self.attempts


MILLION = Shape()
SMALL = Shape(courses=12, students=6, assignments=5, attempts=8, checks=2, regraded=0)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one of the databases writes what differs between them."""

    is_sqlite: bool

    def id(self, table: int | str, number: str) -> str:
        """Give the id of a row of a table, by its number."""
        digits = (
            f"printf('%031x', {number})" if self.is_sqlite else f"lpad(to_hex({number}), 31, '0')"
        )
        joined = f"'{table}' || {digits}"
        return joined if self.is_sqlite else f"cast({joined} AS uuid)"

    def moment(self, seconds: str) -> str:
        """Give a moment, in seconds after the first one."""
        if self.is_sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%f000', 1700000000 + {seconds}, 'unixepoch')"
        return f"to_timestamp(1700000000 + {seconds})"

    def key(self, word: str) -> str:
        """Give what names are ordered by: the word and the number."""
        name = f"'{word}' || n.i"
        return f"CAST({name} AS BLOB)" if self.is_sqlite else f"convert_to({name}, 'UTF8')"

    def json(self, value: str) -> str:
        """Give a JSON value, in which no colon may be taken for a parameter."""
        quoted = "'" + value.replace(":", "\\:") + "'"
        return quoted if self.is_sqlite else f"cast({quoted} AS json)"

    def truth(self, *, is_true: bool) -> str:
        """Give a value of a column that is true or false."""
        return str(int(is_true)) if self.is_sqlite else str(is_true).lower()

    @staticmethod
    def numbers(count: int) -> str:
        """Give the head of a statement in which `n.i` runs from 0 to count - 1."""
        more = f"SELECT i + 1 FROM n WHERE i < {count - 1}"  # noqa: S608 - a number
        return f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL {more}) "
