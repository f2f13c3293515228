"""Actions: functions that change rows in a session. They never commit and use no HTTP or Redis.

    accounts      making accounts, choosing a name and a language
    administrators of the server, and the first of them
    passwords     hashing, checking and setting them
    sign_in       links and logins
    student_notes comments, extensions and second looks of one student
    student_views staff who look at a course as a student
    outbox        e-mail to send
    links         links that staff and administrators hand out
    people        every account, for administrators
    tokens        API tokens of programs
    calendar_addresses  secret addresses of what is due
    courses       courses and enrollments
    joining       who joins a course with its code
    copying       a course from last term
    names         names of people, and their order in lists
    roster        the people of a course, page by page
    enrolling     adding, changing and removing one of them
    roster_file   reading a list of people; what it would change is in roster_plan
    roster_import adding a whole list of people
    invitations   links for new people
    batches       storing thousands of rows
    assignments   giving exercises in a course, finding them
    attempts      time and number of attempts of an assignment
    submissions   storing and finding submissions
    own_results   one student's results by assignment
    hints         hints that an attempt unlocks
    waiting       limit and order of waiting runs
    grading       claim, renew, finish, give back, regrade
    recovery      lost, abandoned and requeued runs
    backlog       counts of open runs
    standings     the scored results, kept as a summary
    scoring       reading that summary; check_titles: the checks there are
    leaderboard   ranking of a course; leaderboard_settings: what of it is shown
    dashboard     an instructor's view of a course; its values are in overview
    class_terms   the terms of every student of a class: who is behind, who is late
    class_cells   what some students have in each exercise
    overrides     grades set by hand
    regrades      asking for one; regrade_runs grades, regrade_decision and _applying end it
    mistakes      messages that differ only in names and numbers
    mistake_notes a comment on the attempts of all who make one mistake
    comments      writing comments on submissions; comment_access and comment_publishing: the rest
    unanswered    how much in a course waits for its staff
    news          what one person is to be told; news_mail: by e-mail
    due_reminders  telling who has handed nothing in a day before it is due
    alerts        telling staff of what is not well; alert_conditions finds it
    archive       submissions of a course, some at a time, for an archive
    grade_export  grades of a course for a file
    grade_import  grades set by hand from a file
    gradebook     grades of a course and their sum
    class_list    the students of a course, page by page
    audit         who changed what
    personal_data  everything about a person, for an export
    deletion      deleting a person; names_in_messages: their name in what others got
    audit_log     reading that
    display_names names on the leaderboard
    secret        random secrets and their hashes
    validation    text that users choose: names, slugs, e-mail addresses

Import the module and call through it: `grading.claim(…)`.
"""
