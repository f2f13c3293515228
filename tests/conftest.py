"""Every test's fixtures, one file per kind of real part."""

pytest_plugins = [
    "tests.fixtures.logs",
    "tests.fixtures.parallel",
    "tests.fixtures.database",
    "tests.fixtures.queue",
    "tests.fixtures.runs",
    "tests.fixtures.web",
    "tests.fixtures.sandbox",
    "tests.fixtures.browser",
    "tests.fixtures.cgroups",
]
