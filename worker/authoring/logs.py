"""Logging for commands, which report the grader's failures themselves."""

import logging
import sys

import structlog


def silence_logs() -> None:
    """Silence structlog; unconfigured it would write to standard output, which programs parse."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
