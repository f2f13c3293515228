"""Half a character in a JSON column is read and stored as a question mark: answers are UTF-8."""

from sqlalchemy import select

from server.actions import audit
from server.models import AuditEntry
from server.storage.database import Database
from tests.fixtures.builders import NOON, a_course


async def test_half_a_character_in_json_is_a_question_mark(database: Database) -> None:
    async with database.write() as session:
        course = await a_course(session)
        after = {"reason": "a\ud800b 🚦"}
        await audit.record(
            session, None, "course.change", course_id=course.id, after=after, now=NOON
        )
        # As a version wrote it that let it pass.
        await (await session.connection()).exec_driver_sql(
            'UPDATE audit_entries SET "before" = \'{"reason": "\\udc00 \\ud83d\\udea6"}\''
        )
        await session.commit()

    async with database.read() as session:
        (entry,) = await session.scalars(
            select(AuditEntry).where(AuditEntry.action == "course.change")
        )
    assert (entry.before, entry.after) == ({"reason": "? 🚦"}, {"reason": "a?b 🚦"})
