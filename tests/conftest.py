"""Every test's fixtures, one file per kind of real part."""

import os
import sys

# Hundreds of processes load the same modules: what one has compiled, the others read.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

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
