"""So that `pytest graders/gather --submission FILE` works at a desk; see worker/desk.py.

By name, and not imported: what is in graders loads nothing of the worker. Outside this folder:
`pytest -p worker.desk FOLDER --submission FILE`.
"""

pytest_plugins = ("worker.desk",)
