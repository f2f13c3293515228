"""Suites are run by the grader, not by pytest itself."""

collect_ignore = ["attacks", "plain"]
