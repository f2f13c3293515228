"""Logging of every process: one line of key=value pairs per event, on standard error.

No line contains a token, a cookie or the URL of a sign-in link.
"""

import logging
import sys

import structlog


def configure_logs() -> None:
    """Set up logging for this process; for entry points only."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"], drop_missing=True
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    line = 'timestamp=%(asctime)s level=%(levelname)s logger=%(name)s event="%(message)s"'
    logging.basicConfig(level=logging.WARNING, format=line)
