"""The API: one file per noun; thin routes that parse, act, commit, enqueue and answer.

submissions  handing in, verdicts (uploads reads the form, answers shapes the answer)
exercises    what there is to do
leaderboard  who has how many points
account      /api/me, /api/tokens
health       /health
metrics      /metrics
"""

from server.api import account, exercises, health, leaderboard, metrics, submissions

ROUTERS = (
    submissions.router,
    exercises.router,
    leaderboard.router,
    account.router,
    health.router,
    metrics.router,
)
