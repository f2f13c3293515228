"""Database models: one file per feature, one class per table.

    base          naming of constraints, keys, column types
    audit         AuditEntry: who changed what
    accounts      User, SignInLink, Login, Token, SetupSecret, PasswordRequest
    student_views StudentView: staff who look at a course as a student
    outbox        OutboxMessage: e-mail to send
    courses       Course, Arrangement, Enrollment, Role, JoinPolicy
    names         how a name is written in lists, and sorted
    assignments   Assignment: an exercise given in a course; Extension; LatePolicy, Part
    exercises     ExerciseVersion: exercises that administrators added
    submissions   Submission, SubmissionFile, SubmissionSource
    grading       GradingRun, Check
    standings     Standing, CheckTitle: what runs add up to
    comments      Comment: what staff and student write about a submission
    news          News: what is to be told to one person; DueReminder, Alert
    gradebook     GradebookPolicy, LeaderboardSettings, LeaderboardName
    regrades      Regrade, RegradeItem: results beside those that count
    overrides     GradeOverride: grades set by hand
    communication  Announcement, SecondLook

Importing the package loads every table, which `Base.metadata` then knows.
"""

from server.models.accounts import (
    LinkPurpose,
    Login,
    PasswordRequest,
    SetupSecret,
    SignInLink,
    Token,
    User,
)
from server.models.assignments import Assignment, Extension, LatePolicy, Part
from server.models.audit import AuditEntry
from server.models.base import Base
from server.models.comments import Comment
from server.models.communication import Announcement, SecondLook
from server.models.courses import (
    DEFAULT_TIMEZONE,
    Arrangement,
    Course,
    Enrollment,
    JoinPolicy,
    Role,
)
from server.models.exercises import ExerciseSource, ExerciseVersion, VersionState
from server.models.gradebook import (
    Counting,
    GradebookPolicy,
    LeaderboardName,
    LeaderboardSettings,
    RankedBy,
)
from server.models.grading import Check, GradingRun
from server.models.news import TOPICS, Alert, DueReminder, News, NewsKind, NewsTopic
from server.models.outbox import MailFailure, OutboxMessage
from server.models.overrides import GradeOverride
from server.models.regrades import (
    Outcome,
    Regrade,
    RegradeItem,
    RegradeScope,
    RegradeState,
)
from server.models.standings import CheckTitle, Standing
from server.models.student_views import StudentView
from server.models.submissions import Submission, SubmissionFile, SubmissionSource

__all__ = [
    "DEFAULT_TIMEZONE",
    "TOPICS",
    "Alert",
    "Announcement",
    "Arrangement",
    "Assignment",
    "AuditEntry",
    "Base",
    "Check",
    "CheckTitle",
    "Comment",
    "Counting",
    "Course",
    "DueReminder",
    "Enrollment",
    "ExerciseSource",
    "ExerciseVersion",
    "Extension",
    "GradeOverride",
    "GradebookPolicy",
    "GradingRun",
    "JoinPolicy",
    "LatePolicy",
    "LeaderboardName",
    "LeaderboardSettings",
    "LinkPurpose",
    "Login",
    "MailFailure",
    "News",
    "NewsKind",
    "NewsTopic",
    "OutboxMessage",
    "Outcome",
    "Part",
    "PasswordRequest",
    "RankedBy",
    "Regrade",
    "RegradeItem",
    "RegradeScope",
    "RegradeState",
    "Role",
    "SecondLook",
    "SetupSecret",
    "SignInLink",
    "Standing",
    "StudentView",
    "Submission",
    "SubmissionFile",
    "SubmissionSource",
    "Token",
    "User",
    "VersionState",
]
