"""The API: one file per resource; thin routes that parse, act, commit, enqueue and answer.

submissions  handing in, results
submission_list  lists for staff, filtered, page by page
uploads      parses the form of a submission
answers      builds the response about a submission
formats      the formats it is written in
reply        how the client wants to be answered
responses    describes these responses for OpenAPI
assignments  what a course gives, terms, extensions
terms_values  how these are written
comments     comments on submissions
bodies       what all bodies of requests have in common
mistakes     the students behind one mistake, and a note to them
exercises    exercises of the viewer's courses
catalogue    exercises that a course can give
admin_exercises  /api/admin/exercises: every exercise of the server
leaderboard  rankings
playground   /api/playground: any program, and what its event loop did
dashboard    /api/courses/{course}/dashboard
queue        /api/courses/{course}/queue
statistics   the tables behind the plots of one exercise
archive      every submission of a course
grade_files  exports and imports of grades
grades       /api/courses/{course}/grades
overrides    grades set by hand
regrades     grading again beside the results
regrade_answers  what that takes and gives
courses      /api/courses: courses, copies, join codes
joining      /api/join: joining a course with its code
people       who is in a course
people_links  links with which they set a password
account      /api/me, /api/tokens
own_access   /api/me/password, /api/me/logins
calendar     /api/me/calendar: the secret address of what is due
admin_people  every account of the server
health       /health
log          /api/courses/{course}/log, /api/admin/log
privacy      exports of everything about a person, deleting people
metrics      /metrics
retention    how long things are kept
mail         /api/admin/mail; what a person's answer says of e-mail
communication  announcements, second looks, news
"""

from server.api import (
    account,
    admin_exercises,
    admin_people,
    archive,
    assignments,
    calendar,
    catalogue,
    comments,
    communication,
    courses,
    dashboard,
    exercises,
    grade_files,
    grades,
    health,
    joining,
    leaderboard,
    log,
    mail,
    metrics,
    mistakes,
    overrides,
    own_access,
    people,
    people_links,
    playground,
    privacy,
    queue,
    regrades,
    retention,
    statistics,
    submission_list,
    submissions,
)

ROUTERS = (
    submission_list.router,
    submissions.router,
    comments.router,
    mistakes.router,
    exercises.router,
    admin_exercises.router,
    assignments.router,
    catalogue.router,
    leaderboard.router,
    playground.router,
    dashboard.router,
    queue.router,
    statistics.router,
    archive.router,
    grade_files.router,
    grades.router,
    overrides.router,
    regrades.router,
    courses.router,
    joining.router,
    people.router,
    people_links.router,
    account.router,
    own_access.router,
    calendar.router,
    communication.router,
    log.router,
    admin_people.router,
    privacy.router,
    retention.router,
    mail.router,
    health.router,
    metrics.router,
)
