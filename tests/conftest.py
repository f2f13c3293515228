"""Every test's fixtures, one file per kind of real part."""

import os
import sys

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.fixtures.compiled import share_compiled_statements

# Hundreds of processes load the same modules: what one has compiled, the others read.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Commands speak English in tests, whoever runs them; tests of Spanish set LC_ALL.
os.environ.pop("LC_ALL", None)
os.environ["LC_MESSAGES"] = "en_US.UTF-8"

# A busy machine fails no right property, and each run tries the same examples.
hypothesis_settings.register_profile(
    "untimed", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("untimed")

share_compiled_statements()

pytest_plugins = [
    "tests.fixtures.logs",
    "tests.fixtures.long_tests",
    "tests.fixtures.parallel",
    "tests.fixtures.skipped",
    "tests.fixtures.trees",
    "tests.fixtures.database",
    "tests.fixtures.filled",
    "tests.fixtures.queue",
    "tests.fixtures.runs",
    "tests.fixtures.web",
    "tests.fixtures.sandbox",
    "tests.fixtures.browser",
    "tests.fixtures.cgroups",
]
