"""The verbs: they take a session, change rows, never commit, and know no HTTP and no Redis.

    accounts      making accounts, choosing a name and a language
    passwords     hashing, checking and setting them
    sign_in       links and logins
    tokens        how programs prove whose they are
    courses       courses and enrollments
    assignments   giving exercises, finding the one somebody means
    submissions   handing in, finding again
    own_results   how one student stands in each assignment
    grading       claim, renew, finish, give back, abandon, regrade
    standings     which results count, kept as a summary
    scoring       reading that summary
    leaderboard   who has how many points
    dashboard     what an instructor sees; its values are in overview
    secret        secrets: made once, stored as hashes
    words         text that people choose for themselves

Modules are imported, verbs are called through them: `grading.claim(…)`.
"""
