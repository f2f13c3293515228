"""Pages: one file per page; its template folder and its URL have the same name.

    home         /: the way through each course, what is due, what came back
    exercises    /exercises/{slug}: a statement, handing in
    submissions  /submissions: one's own; one of them, live
    submission_changes  /submissions/{id}/changes: two attempts compared
    leaderboard  /leaderboard
    dashboard    /dashboard, for staff
    assignments  /courses/{course}/assignments: what it gives; terms, extensions
    several_terms  /courses/{course}/terms: the terms of several assignments at once
    arrangement  /courses/{course}/arrangement and /order-by-level: how students see exercises
    catalogue    /courses/{course}/catalogue/{exercise}: a look at an exercise
    queue        /courses/{course}/queue: open runs, workers, suites
    progress     /courses/{course}/progress.csv
    statistics   /courses/{course}/statistics: plots of one exercise
    students     /courses/{course}/students/{user_id}
    gradebook    /courses/{course}/gradebook and /courses/{course}/grades
    grade_files  /courses/{course}/gradebook/export and /import
    grade_cell   /courses/{course}/gradebook/{user_id}/{exercise}: one grade
    course_settings  /courses and /courses/{course}
    course_making  /courses/{course}/copy and /courses/{course}/join
    join         /join/{code}
    people       /courses/{course}/people, and adding one person
    person       /courses/{course}/people/{user_id}
    roster_import  /courses/{course}/people/import: a whole list
    regrade      /submissions/{id}/regrade, its button
    regrades     /courses/{course}/regrades: grading again beside the results
    comments     /courses/{course}/comments, and the forms of a submission's comments
    announcements  /courses/{course}/announcements
    log          /courses/{course}/log and /admin/log: who changed what
    privacy      /account/export.zip and /admin/people/{user_id}/export.zip
    delete_person  /admin/people/{user_id}/delete
    retention    /admin/retention: how long things are kept
    second_looks   /courses/{course}/requests; asking and answering
    news         /news
    openid       /openid: signing in with a provider
    sign_in      /sign-in, /sign-out, and sign-in links
    admin_people    /admin/people: every account
    admin_exercises  /admin/exercises: every exercise of the server, and adding one
    student_links   …/people/{user_id}/password-link
    view_as      a course as one of its students
    forgotten    /password: a link for somebody who has forgotten theirs
    password_links  /password/{…}: a new password by a link
    setup        /setup: the first administrator
    playground   /playground: any program, and what its event loop did
    account      /account: name, language, tokens
    calendar     /calendar/{secret}.ics, what is due, and its address on /account
    passwords    /account/password, and signing out everywhere
    language     /language: the language switch
    problems     /problems: explanations of refusals
    manual       /manual: built from docs/
    errors       the error page

The values they show are prepared in results (verdicts and points), timeline (the picture),
wait_graph, trace_view (that of the playground), heat_map, plots, dashboard_links, changes,
attempt_axis, statements (Markdown, Python), submission_view, talk (comments), log_view, log_text,
grade_text, curriculum, suites and course_tabs: a template decides nothing.
"""

from server.pages.account import router as account
from server.pages.admin_exercises import router as admin_exercises
from server.pages.admin_people import router as admin_people
from server.pages.announcements import router as announcements
from server.pages.arrangement import router as arrangement
from server.pages.assignments import router as assignments
from server.pages.calendar import router as calendar
from server.pages.catalogue import router as catalogue
from server.pages.comments import router as comments
from server.pages.course_making import router as course_making
from server.pages.course_settings import router as course_settings
from server.pages.dashboard import router as dashboard
from server.pages.delete_person import router as delete_person
from server.pages.exercises import router as exercises
from server.pages.forgotten import router as forgotten
from server.pages.grade_cell import router as grade_cell
from server.pages.grade_files import router as grade_files
from server.pages.gradebook import router as gradebook
from server.pages.home import router as home
from server.pages.join import router as join
from server.pages.language import router as language
from server.pages.leaderboard import router as leaderboard
from server.pages.log import router as log
from server.pages.manual import router as manual
from server.pages.news import router as news
from server.pages.openid import router as openid
from server.pages.password_links import router as password_links
from server.pages.passwords import router as passwords
from server.pages.people import router as people
from server.pages.person import router as person
from server.pages.playground import router as playground
from server.pages.privacy import router as privacy
from server.pages.problems import router as problems
from server.pages.progress import router as progress
from server.pages.queue import router as queue
from server.pages.regrade import router as regrade
from server.pages.regrades import router as regrades
from server.pages.retention import router as retention
from server.pages.roster_import import router as roster_import
from server.pages.second_looks import router as second_looks
from server.pages.setup import router as setup
from server.pages.several_terms import router as several_terms
from server.pages.sign_in import router as sign_in
from server.pages.statistics import router as statistics
from server.pages.student_links import router as student_links
from server.pages.students import router as students
from server.pages.submission_changes import router as submission_changes
from server.pages.submissions import router as submissions
from server.pages.view_as import router as view_as

ROUTERS = (
    announcements,
    second_looks,
    news,
    assignments,
    arrangement,
    catalogue,
    several_terms,
    home,
    exercises,
    submissions,
    submission_changes,
    leaderboard,
    dashboard,
    queue,
    progress,
    statistics,
    students,
    grade_files,  # before gradebook, whose addresses have ids in these places
    gradebook,
    course_settings,
    course_making,
    join,
    people,
    roster_import,
    person,
    grade_cell,
    regrade,
    regrades,
    comments,
    sign_in,
    openid,
    setup,
    admin_people,
    log,
    privacy,
    delete_person,
    admin_exercises,
    retention,
    forgotten,
    student_links,
    view_as,
    password_links,
    playground,
    account,
    calendar,
    passwords,
    language,
    problems,
    manual,
)
