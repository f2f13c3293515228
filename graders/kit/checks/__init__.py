"""The pytest side of a suite: marks, fixtures, and running all checks on one event loop."""
