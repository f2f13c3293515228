"""Refusals: expected errors, with messages for the user.

    DomainError
    ├── NotSignedIn 401      WrongCredentials  BadToken  RevokedToken  BadLink  BadSetupLink
    ├── Forbidden 403        InstructorsOnly  StaffOnly  AdministratorsOnly  AuthorsOnly
    │                        NothingToAnswer  MayNotHandOutLinks  ViewingAsStudent
    ├── NotFound 404         UnknownExercise  UnknownCourse  UnknownSubmission  UnknownToken
    │                        UnknownAccount  NotAStudent  UnknownLogin
    │                        UnknownComment  UnknownRegrade  UnknownMistake
    │                        UnknownCheck
    │                        UnknownStudent  UnknownOverride
    │                        UnknownExtension
    ├── Conflict 409         AmbiguousCourse  AttemptsExhausted  NotOpenYet  Closed
    │                        IdempotencyKeyReused  EmailTaken  CourseExists  AlreadyAssigned
    │                        AssignmentInUse  ExerciseWithheld  AlreadyPublished  TooManyComments
    │                        LastAdministrator  EnvironmentMissing  TooManyTokens
    │                        NamesNotAllowed
    │                        RegradeIsOver  RegradeUnderWay
    ├── Invalid 422          InvalidFile  FileTooLarge 413  UnreadyProgram
    │                        InvalidText  MisleadingName
    │                        InvalidEmail  InvalidSlug  WeakPassword  GuessablePassword
    │                        WrongPassword  PasswordsDiffer  InvalidIdempotencyKey
    │                        InvalidComment  UnknownLine
    │                        ReasonMissing  InvalidGrade  InvalidPolicy
    │                        UnreadableGrades  TooManyChanges  NothingToChange
    │                        InvalidTerms  IncompleteScope
    ├── (exercises that administrators add: exercises.py)
    ├── (announcements, second looks: communication.py)
    └── TooManyRequests 429  TooManySignIns  BusySigningIn  TooManySubmissions  TooManyLivePages
                             TooManyWaiting  TooSoon  DailyAttemptsUsed

Those of signing in with a provider are in `openid`.
Those of the playground are in `playground`.
Those of rosters and join codes are in `roster`, and imported from there.
Those of deleted people and removed files are in `retention`.
Actions raise them without knowing HTTP; the web edge answers with `status` and a problem document.
The docstring of each class is the text of `/problems/<slug>`. English sentences are the message
ids; the Spanish is in `locales/es/problems.po`.
"""

from server.errors.comments import (
    AlreadyPublished,
    AuthorsOnly,
    InvalidComment,
    NothingToAnswer,
    TooManyComments,
    UnknownComment,
    UnknownLine,
    UnknownMistake,
)
from server.errors.communication import (
    AlreadyAnswered,
    AlreadyAsked,
    InvalidMessage,
    NotGradedYet,
    OwnSubmissionsOnly,
    UnknownAnnouncement,
    UnknownSecondLook,
)
from server.errors.courses import (
    AdministratorsOnly,
    AlreadyAssigned,
    AmbiguousCourse,
    AssignmentInUse,
    CourseExists,
    EnvironmentMissing,
    ExerciseWithheld,
    InstructorsOnly,
    InvalidSlug,
    StaffOnly,
    UnknownCourse,
    UnknownExercise,
)
from server.errors.exercises import (
    ExerciseIsGiven,
    ExerciseNameTaken,
    GitFailed,
    GitMissing,
    InvalidExercise,
    OtherFilesAskedFor,
    UnknownAddedExercise,
    UnusableExercise,
)
from server.errors.files import (
    FileTooLarge,
    InvalidFile,
    RefusedFile,
    UnreadyProgram,
    to_refusal,
)
from server.errors.grades import (
    InvalidGrade,
    InvalidPolicy,
    NamesNotAllowed,
    NothingToChange,
    ReasonMissing,
    TooManyChanges,
    UnknownOverride,
    UnknownStudent,
    UnreadableGrades,
)
from server.errors.identity import (
    BadLink,
    BadSetupLink,
    BadToken,
    EmailTaken,
    GuessablePassword,
    InvalidEmail,
    InvalidText,
    LastAdministrator,
    MayNotHandOutLinks,
    MisleadingName,
    NotAStudent,
    PasswordsDiffer,
    RevokedToken,
    UnknownAccount,
    UnknownLogin,
    UnknownToken,
    ViewingAsStudent,
    WeakPassword,
    WrongCredentials,
    WrongPassword,
)
from server.errors.kinds import (
    Conflict,
    DomainError,
    Forbidden,
    Gettext,
    Invalid,
    NotFound,
    NotSignedIn,
    TooManyRequests,
    every_refusal,
)
from server.errors.rates import (
    BusySigningIn,
    TooManyLivePages,
    TooManySignIns,
    TooManySubmissions,
    TooManyTokens,
)
from server.errors.regrades import (
    IncompleteScope,
    RegradeIsOver,
    RegradeUnderWay,
    UnknownCheck,
    UnknownRegrade,
)
from server.errors.roster import CourseArchived, TeachersOnly, UnknownTimeZone
from server.errors.submissions import (
    AttemptsExhausted,
    Closed,
    DailyAttemptsUsed,
    IdempotencyKeyReused,
    InvalidIdempotencyKey,
    NotOpenYet,
    TooManyWaiting,
    TooSoon,
    UnknownSubmission,
)
from server.errors.terms import InvalidTerms, Problem, UnknownExtension

__all__ = [
    "AdministratorsOnly",
    "AlreadyAnswered",
    "AlreadyAsked",
    "AlreadyAssigned",
    "AlreadyPublished",
    "AmbiguousCourse",
    "AssignmentInUse",
    "AttemptsExhausted",
    "AuthorsOnly",
    "BadLink",
    "BadSetupLink",
    "BadToken",
    "BusySigningIn",
    "Closed",
    "Conflict",
    "CourseArchived",
    "CourseExists",
    "DailyAttemptsUsed",
    "DomainError",
    "EmailTaken",
    "EnvironmentMissing",
    "ExerciseIsGiven",
    "ExerciseNameTaken",
    "ExerciseWithheld",
    "FileTooLarge",
    "Forbidden",
    "Gettext",
    "GitFailed",
    "GitMissing",
    "GuessablePassword",
    "IdempotencyKeyReused",
    "IncompleteScope",
    "InstructorsOnly",
    "Invalid",
    "InvalidComment",
    "InvalidEmail",
    "InvalidExercise",
    "InvalidFile",
    "InvalidGrade",
    "InvalidIdempotencyKey",
    "InvalidMessage",
    "InvalidPolicy",
    "InvalidSlug",
    "InvalidTerms",
    "InvalidText",
    "LastAdministrator",
    "MayNotHandOutLinks",
    "MisleadingName",
    "NamesNotAllowed",
    "NotAStudent",
    "NotFound",
    "NotGradedYet",
    "NotOpenYet",
    "NotSignedIn",
    "NothingToAnswer",
    "NothingToChange",
    "OtherFilesAskedFor",
    "OwnSubmissionsOnly",
    "PasswordsDiffer",
    "Problem",
    "ReasonMissing",
    "RefusedFile",
    "RegradeIsOver",
    "RegradeUnderWay",
    "RevokedToken",
    "StaffOnly",
    "TeachersOnly",
    "TooManyChanges",
    "TooManyComments",
    "TooManyLivePages",
    "TooManyRequests",
    "TooManySignIns",
    "TooManySubmissions",
    "TooManyTokens",
    "TooManyWaiting",
    "TooSoon",
    "UnknownAccount",
    "UnknownAddedExercise",
    "UnknownAnnouncement",
    "UnknownCheck",
    "UnknownComment",
    "UnknownCourse",
    "UnknownExercise",
    "UnknownExtension",
    "UnknownLine",
    "UnknownLogin",
    "UnknownMistake",
    "UnknownOverride",
    "UnknownRegrade",
    "UnknownSecondLook",
    "UnknownStudent",
    "UnknownSubmission",
    "UnknownTimeZone",
    "UnknownToken",
    "UnreadableGrades",
    "UnreadyProgram",
    "UnusableExercise",
    "ViewingAsStudent",
    "WeakPassword",
    "WrongCredentials",
    "WrongPassword",
    "every_refusal",
    "to_refusal",
]
